"""What a researcher can do with a study: the buttons of the desk, and the actions of the admin's list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pipeline.analysis.analysis_request import NothingToAnalyseError, request_analysis
from pipeline.analysis.before_freezing import known_before_freezing
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.interim_looks import unplanned_look
from pipeline.audit import record
from pipeline.checks.scheduling import AttackersNotReadyError, queue_attention
from pipeline.crops.levels import LEAST_SHARE, lacks_least_level
from pipeline.loop import advance
from pipeline.loop.advance import LoopRefusedError
from pipeline.models import Loop
from pipeline.pilot.opening import close_pilot, open_pilot
from study.freezing.freeze import NotReadyError, close_study, left_out, open_study
from study.models import Study
from study.models.people import Mode


class AskFirstError(RuntimeError):
    """The action has a price that must be agreed to first; the message says which."""


REFUSALS = (LoopRefusedError, NotReadyError, NothingToAnalyseError, AttackersNotReadyError, AskFirstError)


@dataclass(frozen=True)
class StudyAction:
    """One action on a study.

    Attributes
    ----------
    label : on its button
    run : does it, and returns how it went in a sentence; raises one of `REFUSALS` where it cannot be done
    price : what must be agreed to first, in sentences; empty for nothing
    """

    label: str
    run: Callable[[Study], str]
    price: Callable[[Study], str] = lambda _: ""


def perform_action(user: Any, study: Study, name: str, *, agreed: bool = False) -> str:
    """Run an action and log it; return how it went in a sentence.

    `agreed` says whether its price, if it has one, was agreed to. Raises one of `REFUSALS`, with the reason,
    where it cannot be done now.
    """
    action = ACTIONS[name]
    price = action.price(study)
    if price and not agreed:
        raise AskFirstError(price)
    sentence = action.run(study)
    record(user, study, f"{name} (agreed: {price})" if price else name)
    return sentence


def add_least_level(study: Study) -> str:
    if Loop.objects.filter(study=study).exists() or not lacks_least_level(study):
        raise LoopRefusedError(
            "This adds a level to the default ones only, before the loop has started, where every photo says "
            "where its subject is. Edit the levels in the design instead."
        )
    study.levels.create(number=study.levels.count(), subject_share=LEAST_SHARE)
    return f"Added level {study.levels.count() - 1}, which keeps {100 * LEAST_SHARE:.0f} % of the subject."


def start_loop(study: Study) -> str:
    loop = advance.start(study)
    if loop.state == Loop.State.FINISHED:
        return f"The loop has already finished: {loop.reason}"
    return "The loop runs: it trains attackers and cuts crops until it has found where the machine fails."


def stop_loop(study: Study) -> str:
    if not Loop.objects.filter(study=study).exists():
        raise LoopRefusedError("The loop was never started, so there is nothing to stop.")
    advance.stop(study)
    return "The loop stops; a running job stops within one batch. Start the loop again to go on."


def show_attention(study: Study) -> str:
    queued = queue_attention(study)
    if not queued:
        return "The attention at every attacked level is on the machine's page already, or queued."
    numbers = ", ".join(map(str, queued))
    return f"Attention at level {numbers} is queued; it will be shown on the machine's page."


def open_for_pilot(study: Study) -> str:
    pilot = open_pilot(study, timezone.now())
    rule = f"Its rule is frozen (hash {pilot.version.config_hash[:12]}) before the first answer."
    return f"The pilot is open. {rule} Its link: /s/{pilot.code}/"


def choose_by_people(study: Study) -> str:
    return _choose(study, Mode.LIVE)


def choose_by_robots(study: Study) -> str:
    return f"{_choose(study, Mode.SIMULATED)} The report will say that robots chose them."


def _choose(study: Study, mode: Mode) -> str:
    close_pilot(study, mode, timezone.now())
    if Loop.objects.filter(study=study).exists():
        advance.advance(study)
    return "The pilot is closed; the crops that it chose are taken."


def freeze_study(study: Study) -> str:
    if Loop.objects.filter(study=study, state=Loop.State.RUNNING).exists():
        raise LoopRefusedError("The loop still trains and cuts: let it finish, or stop it, then freeze.")
    known = known_before_freezing(study)
    version = freeze_with_machine(study, timezone.now())
    frozen = f"Frozen as version {version.number} (hash {version.config_hash[:12]}). It can no longer change."
    advice = "Preregister it before the first answer: the files are on the desk, under People."
    return " ".join([frozen, advice, *known, *left_out(study)])


def open_for_participants(study: Study) -> str:
    open_study(study)
    return f"Open. Participants' link: /s/{study.code}/"


def close(study: Study) -> str:
    close_study(study)
    return "Closed: no new participants can start."


def analyse_live(study: Study) -> str:
    request_analysis(study, Mode.LIVE)
    return "The analysis of live participants is queued."


def analyse_simulated(study: Study) -> str:
    request_analysis(study, Mode.SIMULATED)
    return "The analysis of simulated participants is queued; its report says that they are robots."


ACTIONS: dict[str, StudyAction] = {
    "add-least-level": StudyAction(
        f"Add a level that keeps {100 * LEAST_SHARE:.0f} % of the subject", add_least_level
    ),
    "start-loop": StudyAction("Start the loop", start_loop),
    "stop-loop": StudyAction("Stop the loop", stop_loop),
    "show-attention": StudyAction("Show attention at every level", show_attention),
    "open-pilot": StudyAction("Open the pilot", open_for_pilot),
    "choose-crops": StudyAction("Close the pilot and take its crops", choose_by_people),
    "choose-crops-simulated": StudyAction(
        "Close the pilot and take the crops of simulated participants", choose_by_robots
    ),
    "freeze": StudyAction("Freeze the design", freeze_study),
    "open": StudyAction("Open for participants", open_for_participants),
    "close": StudyAction("Close to participants", close),
    "analyse": StudyAction("Analyse live participants", analyse_live, unplanned_look),
    "analyse-simulated": StudyAction("Analyse simulated participants", analyse_simulated),
}
