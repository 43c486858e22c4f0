"""Levels that keep a share of the subject, from the study's fields to crops, controls and tables."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse

from pipeline.crops.changed_crops import recrop
from pipeline.crops.level_families import hide_anywhere, hide_rim, window_of
from pipeline.crops.levels import LevelsOutOfOrderError, add_levels, check_amounts, photos_without_crop
from pipeline.crops.subject_windows import KEPT_TOLERANCE
from pipeline.crops.subjects import subjects_of
from pipeline.crops.windows import Window, share_inside
from pipeline.exports.study_rows import stimulus_row
from pipeline.loop.level_state import facts
from study.models import Item, Level, Stimulus, Study
from tests.pipeline.looking import Attention, cut_levels, let_look, upper_half
from tests.pipeline.studies import imported_study
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
SHARES = (1.0, 0.8, 0.4)


@pytest.fixture
def study() -> Study:
    """A study whose photos of 160 x 160 pixels each come with a box of their subject."""
    study = imported_study(per_class=20, sides=SHARES, level_family="subject", least_crop_pixels=20)
    study.items.update(box=[0.3, 0.2, 0.6, 0.8])
    return study


def cut(study: Study, monkeypatch: pytest.MonkeyPatch, attention: Attention, through: int) -> None:
    """Cut the levels one after the other where networks would look like this."""
    let_look(monkeypatch, attention)
    cut_levels(study, through)


def nowhere(_: Stimulus) -> np.ndarray:
    return np.zeros((4, 4))


@pytest.mark.thorough
def test_every_crop_keeps_its_share_and_says_on_what_evidence(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(study, monkeypatch, upper_half, through=2)
    for level in study.levels.exclude(number=0):
        for stimulus in level.stimuli.select_related("item"):
            assert stimulus.subject_kept >= level.subject_share - 1e-9
            assert stimulus.width == stimulus.height == round(stimulus.window_width * 160)
            assert stimulus.subject_fill >= study.least_fill
            assert (stimulus.subject_source, stimulus.nested is None) == ("box", False)
            assert stimulus.crop_fraction == pytest.approx(1 - stimulus.window_width**2)
            assert stimulus.subject_lost == pytest.approx(1 - stimulus.subject_kept)
    assert study.levels.get(number=2).stimuli.count() == study.items.count()


@pytest.mark.thorough
def test_what_was_attended_at_any_lighter_level_counts(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the whole photo draws attention, at its top; heavier crops do not forget it."""

    def head_at_first(stimulus: Stimulus) -> np.ndarray:
        return upper_half(stimulus) if stimulus.level.number == 0 else nowhere(stimulus)

    cut(study, monkeypatch, head_at_first, through=2)
    heaviest = Stimulus.objects.filter(level__study=study, level__number=2)
    assert {stimulus.attention_kept for stimulus in heaviest} == {0.0}
    assert min(stimulus.top for stimulus in heaviest) >= 0.5


@pytest.mark.thorough
def test_a_photo_without_a_readable_crop_is_left_out_and_counted(
    study: Study, monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    tiny = study.items.filter(split=Item.Split.TEST).first()
    Item.objects.filter(pk=tiny.pk).update(box=[0.5, 0.5, 0.501, 0.501])
    cut(study, monkeypatch, nowhere, through=1)
    assert not Stimulus.objects.filter(item=tiny, level__number=1).exists()
    assert [level.rendered for level in facts(study)] == [True, True, False]
    assert Stimulus.objects.filter(level__study=study, level__number=1).count() == study.items.count() - 1
    assert [photos_without_crop(level) for level in study.levels.all()] == [0, 1, 0]
    page = admin_client.get(reverse("pipeline:crops", args=[study.code, 1])).content.decode()
    assert "<strong>1</strong> test photos have no crop at this level" in page


def test_a_random_control_is_as_large_and_keeps_as_much(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(study, monkeypatch, upper_half, through=1)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=1).first()
    subject = subjects_of(study, SimpleNamespace(should_stop=None))[stimulus.item_id].map
    drawn = hide_anywhere(np.random.default_rng(0), stimulus, subject)
    assert drawn is not None
    assert drawn.window.width == pytest.approx(stimulus.window_width)
    assert abs(share_inside(subject, drawn.window) - stimulus.subject_kept) <= KEPT_TOLERANCE
    centre = hide_rim(stimulus).window
    assert (centre.width, centre.left) == pytest.approx((stimulus.window_width, (1 - centre.width) / 2))


@pytest.mark.thorough
def test_a_crop_that_is_moved_by_hand_keeps_another_share(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(study, monkeypatch, upper_half, through=1)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=1).first()
    recrop(stimulus, Window(0.1, 0.1, 0.5, 0.5))
    stimulus.refresh_from_db()
    assert window_of(stimulus) == Window(0.1, 0.1, 0.5, 0.5)
    assert stimulus.subject_kept == pytest.approx(0.4 / 0.6, abs=0.02)
    assert stimulus.subject_lost == pytest.approx(1 - stimulus.subject_kept)
    assert (stimulus.subject_fill, stimulus.nested) == (pytest.approx(0.3 * 0.4 / 0.25, abs=0.02), True)


@pytest.mark.thorough
def test_the_tables_tell_how_much_of_the_subject_is_left(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(study, monkeypatch, upper_half, through=1)
    stimulus = Stimulus.objects.filter(level__study=study, level__number=1).first()
    row = stimulus_row(stimulus)
    assert row["crop_fraction"] == pytest.approx(1 - stimulus.window_width**2, abs=1e-6)
    assert (row["subject_kept"], row["subject_share"]) == (stimulus.subject_kept, stimulus.subject_fill)
    assert (row["subject_source"], row["nested"]) == ("box", stimulus.nested)


@pytest.mark.thorough
def test_a_level_has_a_side_or_a_share_of_the_subject(study: Study) -> None:
    assert str(study.levels.get(number=1)) == "level 1 (80 % of the subject)"
    for both_or_none in ({"side": 0.3, "subject_share": 0.3}, {}):
        with pytest.raises(IntegrityError, match="side_or_subject_share"), transaction.atomic():
            Level.objects.create(study=study, number=3, **both_or_none)


def test_levels_must_be_of_the_studys_family_and_keep_ever_less() -> None:
    with pytest.raises(LevelsOutOfOrderError, match="Give every level a share of the subject"):
        check_amounts([1.0, None], "subject")
    with pytest.raises(
        LevelsOutOfOrderError, match=r"share of the subject of 1, 0.5, 0.8.*1, 0.8, 0.5, 0.35"
    ):
        check_amounts([1.0, 0.5, 0.8], "subject")


def test_new_studies_are_by_subject_and_studies_under_way_keep_their_family() -> None:
    under_way = draft_study()
    new = Study.objects.create(name="New", owner=under_way.owner)
    add_levels(new)
    assert new.level_family == "subject"
    assert [level.subject_share for level in new.levels.all()] == [1.0, 0.8, 0.5, 0.35]
    before = MigrationLoader(connection).project_state([("study", "0014_image_size")]).apps
    assert before.get_model("study", "Study")._meta.get_field("level_family").default == "crop"
    migrated = Study.objects.get(pk=under_way.pk)
    assert (migrated.level_family, {level.subject_share for level in migrated.levels.all()}) == (
        "crop",
        {None},
    )
