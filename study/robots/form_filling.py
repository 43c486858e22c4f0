"""What a robot types and fills in: names with slips, and anything that a questionnaire takes, at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

from study.questions.own_form import NUMBER, TEXT, FormQuestion, consent_name, field_name

SLIP_SHARE, SHORTEST_WITH_SLIP = 0.15, 5  # how often a name has one, and how many letters it needs
USUAL_LEAST, USUAL_RANGE = 18.0, 60.0


def with_slip(name: str, chance: random.Random) -> str:
    """Return a name as it is typed in haste: now and then two different neighbours within it are swapped.

    Examples
    --------
    >>> with_slip("dribble", random.Random(49))
    'drbible'
    """
    places = [place for place in range(1, len(name) - 2) if name[place] != name[place + 1]]
    if len(name) < SHORTEST_WITH_SLIP or not places or chance.random() >= SLIP_SHARE:
        return name
    place = chance.choice(places)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def own_answers(questions: Sequence[FormQuestion], chance: random.Random) -> dict[str, str]:
    """Return what a browser would send: an answer to every question, with consent where that is asked."""
    sent = {field_name(question): _answer(question, chance) for question in questions}
    return sent | {consent_name(question): "on" for question in questions if question.consent}


def _answer(question: FormQuestion, chance: random.Random) -> str:
    if question.kind == TEXT:
        return "a robot"
    if question.kind == NUMBER:
        least, most = question.least, question.most
        low = least if least is not None else min(USUAL_LEAST, (most or USUAL_LEAST) - USUAL_RANGE)
        return repr(round(chance.uniform(low, most if most is not None else low + USUAL_RANGE), 6))
    return str(chance.randint(1, len(question.answers)))
