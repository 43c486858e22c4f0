"""A report says how much of a network was trained, where it was adapters or the head alone."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from attacker.training.record_file import FORMAT, RECORD, Learnt
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.report_facts import how_much_learnt
from pipeline.datasets import run_directory
from pipeline.exports.machine_answers import machine_of
from study.models import StudyVersion
from tests.pipeline.answered import add_run
from tests.study.factories import NOW, draft_study

pytestmark = pytest.mark.django_db


def frozen_with(learnt: Learnt) -> StudyVersion:
    """A version whose network has a record that says how much of it learnt."""
    study = draft_study(test_photos=4)
    folder = run_directory(add_run(study, 0, 0, skill=0.5))
    folder.mkdir(parents=True)
    record = {"format": FORMAT, "record": {"provenance": {"learnt": asdict(learnt)}}}
    (folder / RECORD).write_text(json.dumps(record))
    return freeze_with_machine(study, NOW)


def test_adapters_and_a_head_alone_are_told() -> None:
    adapters = frozen_with(Learnt("lora", 5_000, 200_000, matrices=48, rank=8))
    assert list(how_much_learnt(adapters)) == [
        "Training of net: 5,000 numbers trained beside 200,000 (2.5 %): adapters of rank 8 of 48 matrices, "
        "and the head."
    ]
    probe = frozen_with(Learnt("head", 3_000, 200_000))
    assert list(how_much_learnt(probe)) == [
        "Training of net: 3,000 of 200,000 parameters trained (1.5 %): the head alone."
    ]


def test_a_study_that_trains_the_layers_themselves_is_frozen_with_the_bytes_that_it_had_before() -> None:
    version = frozen_with(Learnt("full", 200_000, 200_000))
    assert list(how_much_learnt(version)) == []
    assert b"learnt" not in machine_of(version).pack()
