"""Tests of trained attackers on new stimuli: a heavier level, or a crop that was cut by hand."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.attacks.ensemble_run import averaged
from pipeline.attacks.predictions import predicted, write_answers
from pipeline.datasets import stimuli_at
from pipeline.models import AttackerRun
from pipeline.models.job_params import LevelTestParams
from pipeline.queue.claims import Claim, Write
from pipeline.shared_runs import fetched_run
from study.models import Item, Stimulus

TESTED = (Item.Split.VALIDATION, Item.Split.TEST)


def test_level(claim: Claim) -> Write:
    """Let every attacker of the lighter levels answer the photos of this level: the transfer attack."""
    params, study = LevelTestParams.of(claim.job), claim.job.study
    if params.stimulus is not None:
        return _test_again(claim, params.level, params.stimulus)
    runs = study.attacker_runs.attackers().trained().filter(trained_through__lt=params.level)
    return _answered(list(runs), list(stimuli_at(study, [params.level], TESTED)), claim)


def _test_again(claim: Claim, level: int, stimulus: int) -> Write:
    """Let every attacker that has answered other photos of the level answer the one that was cut again."""
    study = claim.job.study
    stimuli = stimuli_at(study, [level], TESTED).filter(pk=stimulus)
    runs = study.attacker_runs.attackers().trained().filter(predictions__stimulus__level__number=level)
    return _answered(list(runs.distinct()), list(stimuli), claim)


def _answered(runs: Sequence[AttackerRun], stimuli: Sequence[Stimulus], claim: Claim) -> Write:
    """Compute the networks' answers; the ensembles' are averaged from them when they are stored."""
    from attacker import load

    networks = [run for run in runs if not run.is_ensemble]
    answers = []
    for number, run in enumerate(networks):
        answers.append(predicted(load(fetched_run(run)), stimuli, claim))
        claim.progress((number + 1) / len(networks), str(run))

    def write() -> None:
        for run, logits in zip(networks, answers, strict=True):
            write_answers(run, stimuli, logits)
        for run in runs:
            if run.is_ensemble:
                write_answers(run, stimuli, averaged(run, stimuli))

    return write
