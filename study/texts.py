"""The standard texts that a study uses unless its researcher wrote others."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from study.asking.trial_task import AnsweredBy
from study.choosing.answer_keys import ARROWS, LETTERS
from study.design import Design
from study.languages.own_texts import Passage


def own(design: Design, name: str) -> Passage:
    """Return the researcher's own text, in the language of the page if it is written in that."""
    return design.own(name, get_language() or "")


def information(design: Design, *, pilot: bool = False) -> list[Passage]:
    """Return what participants read before they consent; those of a pilot also what that means for them."""
    text = own(design, "information")
    standard = Passage(_standard_information(design))
    about_pilot = [Passage(about_the_pilot())] if pilot else []
    days = [Passage(about_the_parts(design))] if design.is_on_several_days else []
    return [text if text.text else standard, *days, *about_pilot, *_who_and_what_for(design)]


def _who_and_what_for(design: Design) -> list[Passage]:
    """Return a list of who is responsible, who to ask and what people get, as far as it is given."""
    given = [
        (_("Responsible"), own(design, "institution").text),
        (_("Ethics approval"), design.ethics_number),
        (_("Contact"), own(design, "contact").text),
        (_("Pay"), own(design, "pay").text),
    ]
    lines = [f"* **{name}**: {text}" for name, text in given if text]
    return [Passage("\n".join(lines))] if lines else []


def about_the_pilot() -> str:
    """Return what participants of a pilot must know."""
    return _(
        "This is the pilot of the study: your answers show which photos can be recognised, so that we can "
        "choose among them. Whoever takes part in the pilot cannot take part in the main study later. So "
        "that we can keep to this, we store a code made from your id on the recruitment platform, if you "
        "have one; the id cannot be read from it, and the code stays if you withdraw."
    )


def about_the_parts(design: Design) -> str:
    """Return what participants must know before they agree to come back on other days."""
    return _(
        "The study has %(parts)d parts. At the end of each you get a link for the next one: it opens "
        "%(least)s later and must be begun within %(most)s. Who does not come back in time cannot go on; "
        "the answers given until then stay stored and are marked as incomplete."
    ) % {
        "parts": design.parts,
        "least": stretch(design.part_least_hours),
        "most": stretch(design.part_most_hours),
    }


def stretch(hours: float) -> str:
    """Return a stretch of time in hours, or in days where these are two or more whole ones."""
    days = hours / 24
    if days >= 2 and days == int(days):
        return ngettext("%(days)d day", "%(days)d days", int(days)) % {"days": days}
    return ngettext("%(hours)g hour", "%(hours)g hours", ceil(hours)) % {"hours": hours}


def _standard_information(design: Design) -> str:
    return "\n\n".join(
        [
            task(design),
            _(
                "Some photos are cropped, so that only a part is left. We study how much of a photo people "
                "need, compared with computer programs that look at the same photos."
            ),
            _(
                "Taking part is voluntary. You can stop at any time, without giving a reason and without any "
                "disadvantage. There are no known risks."
            ),
            _(
                "We store your answers, how long they took, and which kind of browser and screen you used. "
                "We store neither your name nor your network address. Until the study is published you can "
                "have your answers erased on the last page, or at any moment with “Stop”."
            ),
        ]
    )


def task(design: Design) -> str:
    """Return what participants will do, in one sentence."""
    return str(design.asks.sentence)


def how_to_answer(design: Design, keys: Sequence[str], *, searched: bool = False) -> str:
    """Return how an answer is given by these keys, by pointer and touch alone, or by its first letters."""
    if searched:
        return _(
            "Type the first letters of the answer into the field by the photo; answers that have them "
            "appear. Click or touch yours, or press Enter once only one is left."
        )
    if design.asks.answered_by == AnsweredBy.TEXT:
        return _("Type it into the field below the photo, then press Enter or “Submit”.")
    return _how_to_select(keys) if design.is_grid else _how_to_press(design, keys)


def _how_to_press(design: Design, keys: Sequence[str]) -> str:
    if not keys:
        return _("Click or touch the button.")
    if design.keys == ARROWS:
        return _("Press the arrow key, or click or touch the button.")
    if design.keys == LETTERS:
        return _("Press the key with the letter, or click or touch the button.")
    if len(keys[0]) > 1:
        return _("Type the number with both its digits, such as 07, or click or touch the button.")
    return _("Press the key with the number, or click or touch the button.")


def time_limit(design: Design) -> str:
    """Return how long there is for an answer."""
    limit = _("You have up to %(seconds)g seconds each time; then it goes on by itself.")
    return limit % {"seconds": round(design.deadline_ms / 1000, 1)}


def _how_to_select(keys: Sequence[str]) -> str:
    if not keys:
        return _(
            "Select all photos that show it: click or touch them, or go there with Tab or the arrow keys and "
            "press the space bar."
        )
    return _(
        "Select all photos that show it: click or touch them, press the keys 1 to %(last)s, or go there with "
        "Tab or the arrow keys and press the space bar."
    ) % {"last": keys[-1]}


def consent(design: Design) -> Passage:
    """Return the statement that participants agree to."""
    standard = _(
        "I have read the information above. I am at least 18 years old, I take part voluntarily, and I agree "
        "that my answers are stored under a random number and analysed for research."
    )
    text = own(design, "consent")
    return text if text.text else Passage(standard)


def debrief(design: Design) -> Passage:
    """Return what participants read at the end."""
    standard = _(
        "You helped us to find out how far a photo can be cropped before people no longer "
        "recognise what is being done in it. A computer program was trained on the same kind of photos; we "
        "compare where it fails with where people fail. Some photos were shown whole: they tell us whether "
        "people paid attention."
    )
    text = own(design, "debrief")
    return text if text.text else Passage(standard)


def agreed_text(design: Design, *, pilot: bool = False) -> str:
    """Return everything that a person reads before they agree, word for word as it is stored."""
    read = "\n\n".join(part.text for part in (*information(design, pilot=pilot), consent(design)))
    pdf = design.information_pdf_sha256
    return f"{read}\n\nPDF, SHA-256 {pdf}" if pdf else read
