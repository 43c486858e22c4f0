"""The transfer attack: attackers that were trained on lighter levels meet a new one."""

from __future__ import annotations

from pipeline.answering import predicted, write_answers
from pipeline.combining import averaged
from pipeline.examples import run_directory, stimuli_at
from pipeline.jobs import Claim, Write
from study.models import Item


def test_level(claim: Claim) -> Write:
    """Let every attacker of the lighter levels answer the photos of this one."""
    from attacker import load

    level, study = claim.job.params["level"], claim.job.study
    stimuli = list(stimuli_at(study, [level], [Item.Split.VALIDATION, Item.Split.TEST]))
    runs = list(study.attacker_runs.attackers().trained().filter(trained_through__lt=level))
    networks = [run for run in runs if not run.is_ensemble]
    answers = []
    for number, run in enumerate(networks):
        answers.append(predicted(load(run_directory(run)), stimuli, claim))
        claim.progress((number + 1) / len(networks), str(run))

    def write() -> None:
        for run, logits in zip(networks, answers, strict=True):
            write_answers(run, stimuli, logits)
        for run in runs:
            if run.is_ensemble:
                write_answers(run, stimuli, averaged(run, stimuli))

    return write
