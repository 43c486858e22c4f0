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
from study.choosing.answer_keys import NUMBERS, ONE_DIGIT, keys_of, keys_to_try, label_of
from study.choosing.answer_labels import AnswerLabel
from study.choosing.answer_order import changes_between_blocks
from study.design import Design
from study.formatted import formatted
from study.models import Session
from study.plan import Choice, plan_of
from study.sessions.completion import platform_of_session, way_back
from study.sessions.lifecycle import SLOWEST_BRIEF_HZ, answers_must_fit
from study.sessions.serving import answer_names
from study.sessions.wire import PlayerSettings
from study.views.forms import questions_form
from study.views.frames import open_to


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
    design = plan_of(session.participant.version).design
    context = {
        "form": form,
        "slowest_hz": 0 if design.stimulus_ms is None else SLOWEST_BRIEF_HZ,
        "must_fit": answers_must_fit(design),
        "choices": buttons_of(session),
    }
    return page(request, session, "device", context, status=status)


def instructions(request: HttpRequest, session: Session, form: Form, *, status: int = 200) -> HttpResponse:
    """Show the instructions, with the comprehension check."""
    keys, design = _answer_keys(session), plan_of(session.participant.version).design
    context = {
        "form": form,
        "choices": buttons_of(session),
        "how_to_answer": texts.how_to_answer(design, keys),
        "time_limit": texts.time_limit(design),
    }
    return page(request, session, "instructions", context, status=status)


def play(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the player, which runs practice and trials."""
    design = plan_of(session.participant.version).design
    context = {
        "choices": buttons_of(session),
        "try_keys": [KeyLabel(key, label_of(key)) for key in keys_to_try(_answer_keys(session))],
        "order_changes": changes_between_blocks(design.answer_order, len(session.choice_order))
        and not design.is_grid,
        "practice": session.status == Session.Status.PRACTICE,
        "settings": _player_settings(session),
        "tiles": range(1, design.photos_per_trial + 1),
    }
    return page(request, session, "play", context)


def _player_settings(session: Session) -> str:
    """Return the settings of the player as JSON, which the page carries."""
    design, names = plan_of(session.participant.version).design, answer_names(session)
    settings = PlayerSettings(
        session=session.token,
        fixation_ms=design.fixation_ms,
        stimulus_ms=design.stimulus_ms,
        mask_ms=design.mask_ms,
        deadline_ms=design.deadline_ms,
        fast_ms=design.fast_rt_ms,
        ask_confidence=design.ask_confidence,
        answer_keys=tuple(_answer_keys(session)),
        answers=tuple(names[category] for category in session.choice_order),
        least_photo=design.least_photo_px,
        columns=design.grid_columns if design.is_grid else 0,
        worker_url=static("study/stage_worker.js"),
        tab_url=_address("tab", session),
        block_url=_address("block", session),
        answers_url=_address("answers", session),
    )
    return msgspec.json.encode(settings).decode()


def _address(name: str, session: Session) -> str:
    return reverse(f"study:{name}", kwargs={"token": session.token})


def questions(
    request: HttpRequest, session: Session, form: Form | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the closing questionnaire."""
    design = plan_of(session.participant.version).design
    return page(request, session, "questions", {"form": form or questions_form(design)()}, status=status)


def completed(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the last page, with the completion code."""
    design = plan_of(session.participant.version).design
    context = {
        "debrief": formatted(texts.debrief(design)),
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


def choices_of(session: Session) -> list[Choice]:
    """Return the classes in the order of this session's buttons."""
    by_id = {choice.category: choice for choice in plan_of(session.participant.version).choices}
    return [by_id[category] for category in session.choice_order]


def buttons_of(session: Session) -> list[AnswerButton]:
    """Return the answers in the order of this session's buttons, with the labels of their keys."""
    keys, language = _answer_keys(session), get_language() or ""
    return [
        AnswerButton(choice.label(language), label_of(keys[place]) if place < len(keys) else "")
        for place, choice in enumerate(choices_of(session))
    ]


def _answer_keys(session: Session) -> list[str]:
    """Return the names of the keys that answer, or of those that select the tiles of a grid."""
    design: Design = plan_of(session.participant.version).design
    if not design.is_grid:
        return keys_of(design.answer_keys, len(session.choice_order))
    return keys_of(NUMBERS, design.photos_per_trial) if design.photos_per_trial <= ONE_DIGIT else []


def page(
    request: HttpRequest, session: Session, name: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a page of a session by the name of its template."""
    design = plan_of(session.participant.version).design
    response = render(
        request, f"study/{name}.html", {"session": session, "design": design, **context}, status=status
    )
    return open_to(platform_of_session(session), response)
