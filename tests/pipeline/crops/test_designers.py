"""Whose attention decides where crops are cut."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import attacker
from attacker.errors import NoMapError
from pipeline.crops import designers
from pipeline.crops.designers import NoDesignerError, designers_attention
from pipeline.loop import level_state
from pipeline.models import AttackerRun
from study.models import Stimulus, Study
from tests.pipeline.answered import add_run
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
BLIND = "timm:mixer"


@pytest.fixture(autouse=True)
def _maps_of_all_but_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def maps(run: AttackerRun, examples: list[object], **_: object) -> np.ndarray:
        if run.architecture == BLIND:
            raise NoMapError("no spatial feature map")
        return np.full((len(examples), 2, 2), float(run.seed))

    monkeypatch.setattr(designers, "fetched_run", lambda run: run)
    monkeypatch.setattr(attacker, "load", lambda run: run)
    monkeypatch.setattr(attacker, "attention_maps", maps)


def looked(study: Study) -> tuple[list[str], float]:
    stimuli = list(Stimulus.objects.filter(level__study=study, level__number=0))
    runs, maps = designers_attention(study, stimuli, SimpleNamespace(should_stop=None))
    return [run.architecture for run in runs], float(maps.mean())


def test_the_strongest_attackers_that_have_maps_decide_where_a_study_wants_attackers() -> None:
    study = draft_study(crop_designers="attackers", seeds=2, architectures=["weak", "strong", BLIND])
    for net, skill in (("weak", 0.2), ("strong", 0.6), (BLIND, 0.9)):
        for seed in range(2):
            add_run(study, 0, seed, skill, net=net)
    assert looked(study) == (["strong", "strong"], 0.5)
    study.attacker_runs.exclude(architecture=BLIND).delete()
    with pytest.raises(NoDesignerError, match="add one that has"):
        looked(study)


def test_designers_are_of_the_first_architecture_as_it_is_now() -> None:
    """The first one had no maps and another was put before it: now that one needs designers."""
    study = draft_study(architectures=[BLIND])
    run = add_run(study, 0, seed=1000, skill=0.5, net=BLIND)
    AttackerRun.objects.filter(pk=run.pk).update(role=AttackerRun.Role.DESIGN)
    assert level_state.facts(study)[0].designed
    with pytest.raises(NoMapError):
        looked(study)
    study.architectures = ["seeing", BLIND]
    assert not level_state.facts(study)[0].designed
    seeing = add_run(study, 0, seed=1001, skill=0.5, net="seeing")
    AttackerRun.objects.filter(pk=seeing.pk).update(role=AttackerRun.Role.DESIGN)
    assert level_state.facts(study)[0].designed
    assert looked(study) == (["seeing"], 1001.0)
