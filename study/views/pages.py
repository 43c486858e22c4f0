"""The page of each step of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from study import texts
from study.asking.trial_task import AnsweredBy
from study.asking.two_photos import STACKED_WORDS
from study.choosing.answer_keys import NUMBERS, ONE_DIGIT, keys_of, keys_to_try, label_of
from study.choosing.answer_labels import AnswerLabel
from study.choosing.answer_order import changes_between_blocks
from study.choosing.answer_search import NEVER_SEARCHED, SEARCH
from study.design import Design
from study.formatted import formatted_passage
from study.models import Session
from study.plan import Choice, plan_of
from study.sessions.completion import platform_of_session, way_back
from study.sessions.device_rules import SLOWEST_BRIEF_HZ, answers_must_fit
from study.sessions.screen_size import area_of, planned_distance
from study.sessions.serving import answer_names
from study.sessions.tasks.every_conduct import conduct_of
from study.sessions.wire import AnswerName, PlayerSettings
from study.sizing.blind_spot import ROUNDS, sweep_for
from study.sizing.screen_measure import OFFERED
from study.views.forms import questions_form
from study.views.frames import open_to
from study.views.language import language_choices


@dataclass(frozen=True)
class KeyLabel:
    """A key by its name in the player, and by what it is called on the screen."""

    name: str
    label: str


@dataclass(frozen=True)
class AnswerButton:
    """An answer as the screen shows it; the label of its key is empty where it has none."""

    label: AnswerLabel
    key: str


def device(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show the device check."""
    design = _design_of(session)
    context = {
        "form": form,
        "slowest_hz": 0 if design.stimulus_ms is None else SLOWEST_BRIEF_HZ,
        "must_fit": answers_must_fit(design),
        "may_search": design.may_search,
        "search": design.search_answers if design.may_search else NEVER_SEARCHED,
        "choices": buttons_of(session),
        "asked": class_labels(session),
        "stacked_words": STACKED_WORDS.values(),
    }
    return page(request, session, "device", context, status=status)


def calibration(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show how the screen is measured."""
    context = {
        "form": form,
        "may_skip": _design_of(session).screen_calibration == OFFERED,
        "distance": f"{planned_distance(session):g}",
    }
    return page(request, session, "calibration", context, status=status)


def distance(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show how the viewing distance is measured, on a screen whose size is known."""
    planned, mm_per_px = planned_distance(session), session.screen_mm_per_px
    assert mm_per_px is not None  # or the distance would not be due
    context = {
        "form": form,
        "distance": f"{planned:g}",
        "rounds": ROUNDS,
        "again": session.distance_tries > 0,
        "sweep": msgspec.json.encode(sweep_for(planned, mm_per_px)).decode(),
    }
    return page(request, session, "distance", context, status=status)


def instructions(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show the instructions, with the comprehension check."""
    keys, design = _answer_keys(session), plan_of(session.participant.version).design
    context = {
        "form": form,
        "choices": buttons_of(session),
        "asked": class_labels(session),
        "how_to_answer": texts.how_to_answer(design, keys, searched=_searches(session)),
        "time_limit": texts.time_limit(design),
        "questions_language": design.questions_in(get_language() or "")[1],
        "own_instructions": formatted_passage(texts.own(design, "instructions")),
    }
    return page(request, session, "instructions", context, status=status)


def play(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the player, which runs practice and trials."""
    return page(request, session, "play", play_context(session))


def play_context(session: Session) -> dict[str, object]:
    """Return what the player's page shows of a session and its design."""
    design = _design_of(session)
    return {
        "choices": buttons_of(session),
        "try_keys": [KeyLabel(key, label_of(key)) for key in keys_to_try(_answer_keys(session))],
        "order_changes": changes_between_blocks(
            design.answer_order, design.asks.answers(len(session.choice_order))
        )
        and not design.is_grid
        and not design.asks.answers_are_places
        and not _searches(session),
        "asked": class_labels(session),
        "may_search": design.may_search,
        "searched": _searches(session),
        "stacked_words": STACKED_WORDS.values(),
        "practice": session.status == Session.Status.PRACTICE,
        "settings": _player_settings(session),
        "tiles": range(1, design.photos_per_trial + 1),
    }


def _player_settings(session: Session) -> str:
    """Return the settings of the player as JSON, which the page carries."""
    design = _design_of(session)
    settings = PlayerSettings(
        session=session.token,
        fixation_ms=design.fixation_ms,
        stimulus_ms=design.stimulus_ms,
        mask_ms=design.mask_ms,
        deadline_ms=design.deadline_ms,
        fast_ms=design.fast_rt_ms,
        ask_confidence=design.ask_confidence,
        answer_keys=tuple(_answer_keys(session)),
        answers=_answers(session),
        least_photo=design.least_photo_px,
        area_px=area_of(session),
        columns=design.grid_columns if design.is_grid else 0,
        answers_are_places=design.asks.answers_are_places,
        typed=design.asks.answered_by == AnsweredBy.TEXT,
        searched=_searches(session),
        presentation_lag_ms=session.presentation_lag_ms,
        worker_url=static("study/stage_worker.js"),
        tab_url=_address("tab", session),
        block_url=_address("block", session),
        answers_url=_address("answers", session),
    )
    return msgspec.json.encode(settings).decode()


def _answers(session: Session) -> tuple[AnswerName, ...]:
    """Return the words of the answers in the order to which the blocks of a session refer."""
    words = _design_of(session).asks.words
    if words:
        return tuple(AnswerName(str(word), get_language() or "") for word in words.values())
    names = answer_names(session)
    return tuple(names[category] for category in session.choice_order)


def _address(name: str, session: Session) -> str:
    return reverse(f"study:{name}", kwargs={"token": session.token})


def questions(
    request: HttpRequest, session: Session, form: Form | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the closing questionnaire."""
    design = _design_of(session)
    _form, language = design.own_form_in(get_language() or "")
    context = {"form": form or questions_form(design)(), "own_form_language": language}
    return page(request, session, "questions", context, status=status)


def completed(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the last page, with the completion code."""
    design = _design_of(session)
    context = {
        "debrief": formatted_passage(texts.debrief(design)),
        "way_back": way_back(session),
        "is_pilot": session.participant.version.is_pilot,
    }
    return page(request, session, "completed", context)


def screened_out(request: HttpRequest, session: Session) -> HttpResponse:
    """Show why the session ended early."""
    return page(request, session, "screened_out", {"way_back": way_back(session)})


def stopped(request: HttpRequest, session: Session) -> HttpResponse:
    """Show that the answers until then are kept."""
    return page(request, session, "stopped", {"way_back": way_back(session)})


def withdrawn(request: HttpRequest, session: Session) -> HttpResponse:
    """Show that the answers are erased; the completion code stays valid."""
    return page(request, session, "withdrawn", {"way_back": way_back(session)})


def _design_of(session: Session) -> Design:
    return plan_of(session.participant.version).design


def _searches(session: Session) -> bool:
    """Return whether this person types the first letters of an answer."""
    return session.answers_by == SEARCH


def class_labels(session: Session) -> list[AnswerLabel]:
    """Return what the classes are called in the language of the page."""
    return [choice.label(get_language() or "") for choice in choices_of(session)]


def choices_of(session: Session) -> list[Choice]:
    """Return the classes in the order of this session's buttons."""
    by_id = {choice.category: choice for choice in plan_of(session.participant.version).choices}
    return [by_id[category] for category in session.choice_order]


def buttons_of(session: Session) -> list[AnswerButton]:
    """Return the answers in the order of this session's first buttons, with the labels of their keys."""
    keys = _answer_keys(session)
    return [
        AnswerButton(label, label_of(keys[place]) if place < len(keys) else "")
        for place, label in enumerate(_labels_in_order(session))
    ]


def _labels_in_order(session: Session) -> list[AnswerLabel]:
    design = _design_of(session)
    words, language = design.asks.words, get_language() or ""
    if words:
        return [AnswerLabel(str(words[name]), language) for name in conduct_of(design).words_first(session)]
    return class_labels(session)


def _answer_keys(session: Session) -> list[str]:
    """Return the names of the keys that answer, or of those that select the tiles of a grid."""
    design = _design_of(session)
    if design.asks.answered_by == AnsweredBy.TEXT or _searches(session):
        return []
    if not design.is_grid:
        return keys_of(design.keys, design.asks.answers(len(session.choice_order)))
    return keys_of(NUMBERS, design.photos_per_trial) if design.photos_per_trial <= ONE_DIGIT else []


def page(
    request: HttpRequest, session: Session, name: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a page of a session by the name of its template."""
    design = _design_of(session)
    of_all_pages = {"session": session, "design": design, "languages": language_choices(design)}
    response = render(request, f"study/{name}.html", {**of_all_pages, **context}, status=status)
    return open_to(platform_of_session(session), response)
