"""The whole loop with a pilot and a real network: cut, ask, take what people could tell, then attack."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.loop import advance
from pipeline.models import AttackerRun, Loop, Prediction
from pipeline.pilot.opening import open_pilot
from study.freezing.freeze import freeze
from study.models import Item, Pilot, Stimulus, Study
from study.plan import plan_of
from tests.pipeline.acting import do
from tests.pipeline.pilot.piloted import DESIGN, SHARES, take_part
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db


def sees_more(stimulus: Stimulus) -> bool:
    """Everybody tells the second window at level 1, and everything at level 2 but one photo."""
    if stimulus.level.number == 1:
        return stimulus.candidate == 2
    return stimulus.item.source_name != "hidden"


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_loop_with_a_pilot(tmp_path: Path, admin_client: Client) -> None:
    fast = {"seeds": 1, "attacker_preset": "probe", "image_size": 96, "max_rounds": 1, "ceiling": 0.03}
    study = make_study(sides=SHARES, floor=0.05, minimum_levels=1, **(DESIGN | fast))
    import_folder(study, draw_photos(tmp_path / "photos", per_class=20))
    study.items.update(box=[0.3, 0.2, 0.6, 0.8])
    Item.objects.filter(pk=study.items.filter(split="test").first().pk).update(source_name="hidden")
    _the_loop_cuts_all_levels_and_waits(study)
    pilot = open_pilot(study, timezone.now())
    for _ in range(pilot.version.design.pilot_people):
        take_part(pilot, sees_more)
    _nobody_attacks_before_the_choice(study)
    assert "The pilot is closed" in do(admin_client, study, "choose-crops")
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.FINISHED, study.loop.reason
    _the_log_tells_it_in_this_order(study)
    _every_attacker_was_trained_on_what_was_chosen_and_answered_it(study)
    _the_main_study_shows_what_was_chosen_and_no_dropped_photo(study)


def _the_loop_cuts_all_levels_and_waits(study: Study) -> None:
    advance.start(study)
    work_off(study)
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.WAITING
    assert "Open the pilot" in study.loop.reason
    assert not study.attacker_runs.filter(role=AttackerRun.Role.ATTACK).exists()


def _nobody_attacks_before_the_choice(study: Study) -> None:
    assert advance.advance(study) is not None
    assert work_off(study) == 0
    study.loop.refresh_from_db()
    assert study.loop.state == Loop.State.WAITING


def _the_log_tells_it_in_this_order(study: Study) -> None:
    steps = [(entry.decision, entry.level) for entry in study.loop.entries.all()]
    cut = [("crop", 0), ("design", 0), ("propose", 1), ("design", 1), ("propose", 2)]
    people = [("pilot", 2), ("pilot", 2), ("choose", 2)]  # to be opened, open
    attacks = [("retrain", 0), ("retrain", 1), ("retrain", 2), ("check", 1), ("check", 2), ("stop", 2)]
    assert steps == [*cut, *people, *attacks]


def _every_attacker_was_trained_on_what_was_chosen_and_answered_it(study: Study) -> None:
    judged = study.items.filter(split__in=[Item.Split.TEST, Item.Split.VALIDATION]).count()
    for run in study.attacker_runs.attackers():
        assert run.predictions.count() == 3 * judged
    assert not Prediction.objects.filter(stimulus__candidate__gt=0).exists()


def _the_main_study_shows_what_was_chosen_and_no_dropped_photo(study: Study) -> None:
    hidden = study.items.get(source_name="hidden")
    assert hidden.stimuli.get(level__number=2).review == Stimulus.Review.UNCLEAR
    Study.objects.filter(pk=study.pk).update(trials_per_person=6, floor=0.85, ceiling=0.75)
    study.refresh_from_db()
    plan = plan_of(freeze(study, timezone.now()))
    photos = {photo.item for photos in plan.photos for photo in photos}
    assert photos == set(study.items.filter(split="test").exclude(pk=hidden.pk).values_list("pk", flat=True))
    outcome = Pilot.objects.get().outcome
    assert [level["taken"] for level in outcome["levels"]] == [[0, 8], [7, 0]]
