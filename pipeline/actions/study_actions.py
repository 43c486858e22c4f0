"""What a researcher can do with a study; the admin's actions and the desk's buttons call the same verbs."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from pipeline.analysis.analyse import NothingToAnalyse, request_analysis
from pipeline.checks.scheduling import AttackersNotReady, queue_attention
from pipeline.loop import advance
from pipeline.loop.advance import LoopRefusedError
from pipeline.models import Loop
from study.freezing.freeze import NotReadyError, close_study, freeze, left_out, open_study
from study.models import Study
from study.models.people import Mode

Verb = Callable[[Study], str]
REFUSALS = (LoopRefusedError, NotReadyError, NothingToAnalyse, AttackersNotReady)


def start_loop(study: Study) -> str:
    started = advance.start(study)
    if started.state == Loop.State.FINISHED:
        return f"The loop has already finished: {started.reason}"
    return "The loop runs: attackers are trained and crops are made until it stops by its own rule."


def stop_loop(study: Study) -> str:
    if not Loop.objects.filter(study=study).exists():
        raise LoopRefusedError("The loop was never started.")
    advance.stop(study)
    return "The loop stops; a running job stops within one batch. Start again to go on."


def show_attention(study: Study) -> str:
    queued = queue_attention(study)
    if not queued:
        return "The attention at every level that was attacked is on the machine's page already, or queued."
    numbers = ", ".join(map(str, queued))
    return f"Attention at level {numbers} is queued: the machine's page shows it when it is ready."


def freeze_study(study: Study) -> str:
    version = freeze(study, timezone.now())
    said = f"Frozen as version {version.number} (hash {version.config_hash[:12]}). It can no longer change."
    return " ".join([said, *left_out(study)])


def open_for_participants(study: Study) -> str:
    open_study(study)
    return f"Open. Participants' link: /s/{study.code}/"


def close(study: Study) -> str:
    close_study(study)
    return "Closed: nobody new can start."


def analyse_live(study: Study) -> str:
    request_analysis(study, Mode.LIVE)
    return "The analysis of live participants is queued."


def analyse_simulated(study: Study) -> str:
    request_analysis(study, Mode.SIMULATED)
    return "The analysis of simulated participants is queued; its report says that they are robots."


VERBS: dict[str, tuple[str, Verb]] = {
    "start-loop": ("Start the loop (queue attacker runs)", start_loop),
    "stop-loop": ("Stop the loop", stop_loop),
    "show-attention": ("Show the attention at every level", show_attention),
    "freeze": ("Freeze the design", freeze_study),
    "open": ("Open for participants", open_for_participants),
    "close": ("Close", close),
    "analyse": ("Analyse live participants", analyse_live),
    "analyse-simulated": ("Analyse simulated participants", analyse_simulated),
}
