"""Ensembles: the architectures of one seed and round, averaged, are one more attacker."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from pipeline.attacks.predictions import Logits, calibrate, write_answers
from pipeline.datasets import classes_of, examples_of, levels_there_are, stimuli_at, tested_levels
from pipeline.models import AttackerRun, Prediction
from pipeline.models.run_records import EnsembleConfig
from pipeline.queue.claims import Claim, Write
from study.models import Item, Stimulus


class MissingAnswersError(RuntimeError):
    """A network has not answered a photo that its ensemble needs."""


def combine(claim: Claim) -> Write:
    """Average the answers of a run's networks at every level that they were tested at."""
    run = AttackerRun.objects.select_related("study").get(job=claim.job)
    splits = [Item.Split.VALIDATION, Item.Split.TEST]
    stimuli = list(stimuli_at(run.study, _levels_tested(run), splits))
    logits = averaged(run, stimuli)
    members = sorted(member.architecture for member in run.members())
    run.config = msgspec.to_builtins(EnsembleConfig(members))

    def write() -> None:
        run.save(update_fields=["config"])
        calibrate(run, stimuli, logits)
        write_answers(run, stimuli, logits)

    return write


def _levels_tested(run: AttackerRun) -> list[int]:
    """Levels trained through, and heavier ones whose test is done; the test averages its own level itself."""
    tested = tested_levels(run.study)
    return [level for level in levels_there_are(run.study) if level <= run.trained_through or level in tested]


def averaged(run: AttackerRun, stimuli: Sequence[Stimulus]) -> Logits:
    """Return the logits of an ensemble's members, averaged; [stimuli, classes].

    Raises MissingAnswersError if a member has not answered one of the stimuli.
    """
    from attacker import Predictions, ensemble

    members = list(run.members())
    if not members:
        raise MissingAnswersError(f"{run}: none of its networks is trained.")
    examples, classes = tuple(examples_of(stimuli)), tuple(classes_of(run.study))
    return ensemble([Predictions(examples, classes, _answers(member, stimuli)) for member in members]).logits


def _answers(member: AttackerRun, stimuli: Sequence[Stimulus]) -> Logits:
    logits = dict(Prediction.objects.filter(run=member).values_list("stimulus_id", "logits"))
    missing = [stimulus for stimulus in stimuli if stimulus.pk not in logits]
    if missing:
        raise MissingAnswersError(f"{member} has not answered {missing[0]}; retry its job first.")
    return np.array([logits[stimulus.pk] for stimulus in stimuli])
