"""A trial of a design that is not frozen yet, for its researcher: drawn as for people, and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_sameorigin

from study.asking.trial_task import AnsweredBy
from study.choosing.answer_room import too_small_windows
from study.choosing.answer_search import NEVER_SEARCHED, way_of_answering
from study.choosing.usual_windows import USUAL_WINDOWS, Window
from study.design import Design
from study.languages.offered import spoken
from study.models import AssignmentList, Category, Participant, Session, Study, StudyVersion
from study.sessions.serving import answer_names
from study.sessions.wire import Served
from study.version_config import FrozenCategory, VersionConfig
from study.views.pages import buttons_of, play_context

PHONE, LAPTOP = "phone", "laptop"
FRAMES: dict[str, Window] = {PHONE: USUAL_WINDOWS[1], LAPTOP: USUAL_WINDOWS[3]}
NOBODY = "0" * 32
NAME_A_CLASS = (AnsweredBy.TILES, AnsweredBy.YES_NO, AnsweredBy.SIDES)  # each trial asks about one


@dataclass(frozen=True)
class Shown:
    """What the trial shows.

    Attributes
    ----------
    photos : addresses, as many as a trial of the design has
    extent : share of the photos' area that the longer side of one takes; None: all of it
    longest_side : of any photo of the study, in its pixels; 0 where each fills its area
    """

    photos: tuple[str, ...]
    extent: float | None = None
    longest_side: float = 0.0


@xframe_options_sameorigin
def design_trial(
    request: HttpRequest, study: Study, categories: Sequence[Category], shown: Shown, device: str
) -> HttpResponse:
    """Show one trial of the study's design as it is in memory, in a window of a usual device.

    No row of a version, a person, a session or a trial is written: they exist for this page only.
    """
    design = Design.of(study)
    session = _somebody(design, study, categories, shown, device)
    with translation.override(spoken("", design.languages, design.own_language)):
        target = answer_names(session)[categories[0].pk] if categories else None
        trial = Served(
            "", shown.photos, target if design.asks.answered_by in NAME_A_CLASS else None, shown.extent
        )
        context = {
            **play_context(session),
            "session": None,
            "design": design,
            "trial": msgspec.to_builtins(trial),
            "on_phone": device == PHONE,
        }
        if not FRAMES[device].has_keys:
            context["choices"] = [replace(button, key="") for button in buttons_of(session)]
        response = render(request, "study/design_trial.html", context)
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response


def _somebody(
    design: Design, study: Study, categories: Sequence[Category], shown: Shown, device: str
) -> Session:
    """Return a session that stands before its first trial; nothing of it is stored."""
    now = timezone.now()
    config = VersionConfig(
        study=study.code,
        design=design,
        levels=[],
        categories=[FrozenCategory(each.pk, each.name, each.position, each.labels) for each in categories],
        items=[],
        practice=[],
        catch=[],
        lists=1,
        photo_bytes=0,
        longest_side=shown.longest_side,
    )
    version = StudyVersion(
        study=study, number=0, config=config.to_json(), config_hash=config.sha256, frozen_at=now
    )
    return Session(
        participant=Participant(version=version, public_id=NOBODY, consented_at=now),
        assignment=AssignmentList(version=version, number=0),
        token=NOBODY,
        status=Session.Status.TRIALS,
        started_at=now,
        lease_until=now,
        choice_order=[each.pk for each in categories],
        answers_by=_way_of_answering(design, categories, FRAMES[device]),
    )


def _way_of_answering(design: Design, categories: Sequence[Category], window: Window) -> str:
    """Return whether answers are searched in this window, as far as their names tell."""
    names = [each.name for each in categories]
    fit = window not in too_small_windows(names, design.least_photo_px) if names else True
    return way_of_answering(design.search_answers if design.may_search else NEVER_SEARCHED, buttons_fit=fit)
