"""Freezing: what stands in the way is said in words; what is frozen is complete and cannot drift."""

from __future__ import annotations

import pytest

from study.freezing.freeze import NotReadyError, close_study, freeze, left_out, open_study
from study.models import Item, Level, Stimulus, Study
from study.models.people import Mode
from study.plan import plan_of
from tests.study.factories import NOW, add_photos, draft_study, frozen_version, newcomer, open_version_of

pytestmark = pytest.mark.django_db


def reasons(study: Study) -> str:
    with pytest.raises(NotReadyError) as refused:
        freeze(study, NOW)
    return " ".join(refused.value.reasons)


def test_a_ready_study_becomes_version_one_with_its_lists() -> None:
    version = frozen_version()
    assert version.number == 1
    assert version.lists.count() == plan_of(version).lists == 6  # two portions of the photos, three levels


def test_every_stimulus_that_people_may_meet_is_frozen_with_its_hash() -> None:
    version = frozen_version()
    plan = plan_of(version)
    frozen = {crop for photos in plan.photos for photo in photos for crop in photo.pictures}
    frozen |= {*plan.practice, *plan.catch}
    stored = set(Stimulus.objects.values_list("pk", "sha256"))
    assert {(crop.stimulus, crop.sha256) for crop in frozen} == stored


def test_a_second_freeze_without_a_change_is_refused_and_a_changed_design_is_the_next_version() -> None:
    study = draft_study()
    first = freeze(study, NOW)
    assert "Nothing has changed since version 1" in reasons(study)
    study.deadline_ms += 1
    study.save()
    second = freeze(study, NOW)
    assert (second.number, second.config_hash == first.config_hash) == (2, False)


class TestOnceSomebodyTakesPart:
    def frozen_with_a_new_photo(self, mode: Mode) -> Study:
        study = draft_study()
        newcomer(open_version_of(study), mode=mode)
        add_photos(study.categories.all(), Item.Split.TEST, study.levels.all(), 1)
        return study

    def test_more_photos_alone_are_no_new_version(self) -> None:
        assert "more photos" in reasons(self.frozen_with_a_new_photo(Mode.LIVE))

    def test_previews_stand_in_no_ones_way(self) -> None:
        assert freeze(self.frozen_with_a_new_photo(Mode.PREVIEW), NOW).number == 2

    def test_a_photo_that_can_no_longer_be_shown_is_a_reason(self) -> None:
        study = self.frozen_with_a_new_photo(Mode.LIVE)
        shown = Stimulus.objects.filter(item__split="test").first()
        Stimulus.objects.filter(pk=shown.pk).update(review=Stimulus.Review.DISCARDED)
        assert freeze(study, NOW).number == 2


def test_practice_and_catch_photos_are_never_the_same_and_never_test_photos() -> None:
    plan = plan_of(frozen_version())
    practice = {crop.stimulus for crop in plan.practice}
    catch = {crop.stimulus for crop in plan.catch}
    assert practice.isdisjoint(catch)
    rows = Stimulus.objects.filter(pk__in=practice | catch)
    assert {row.item.split for row in rows} == {Item.Split.VALIDATION}
    assert {row.level.number for row in rows} == {0}


def test_a_photo_discarded_at_one_level_is_left_out_at_all() -> None:
    study = draft_study(test_photos=5)
    discarded = Stimulus.objects.filter(item__split="test", level__number=2).first()
    discarded.review = Stimulus.Review.DISCARDED
    discarded.save()
    plan = plan_of(freeze(study, NOW))
    assert discarded.item_id not in {photo.item for photos in plan.photos for photo in photos}


def test_a_study_that_wants_reviews_takes_approved_crops_only() -> None:
    study = draft_study(review_required=True)
    assert "approve" in reasons(study)
    Stimulus.objects.update(review=Stimulus.Review.APPROVED)
    assert freeze(study, NOW).number == 1


def test_too_few_photos_are_named_with_the_number_that_is_needed() -> None:
    study = draft_study(test_photos=1)
    text = reasons(study)
    assert "dunk has 1 test photos" in text
    assert "need 2" in text


def test_levels_that_a_loop_never_came_to_are_left_out_and_named() -> None:
    study = draft_study()
    Level.objects.create(study=study, number=3, side=0.1)
    assert left_out(study) == ["level 3 (side 0.1) has no test crops and is left out."]
    assert plan_of(freeze(study, NOW)).levels == (0, 1, 2)


def test_two_levels_at_least_need_crops() -> None:
    study = draft_study()
    Stimulus.objects.filter(level__number__gt=0).delete()
    assert "test crops for level 1" in reasons(study)
    assert "level 2" not in reasons(study)


def test_a_level_whose_crops_were_all_discarded_is_named() -> None:
    study = draft_study()
    Stimulus.objects.filter(level__number=2).update(review=Stimulus.Review.DISCARDED)
    assert "test crops for level 2" in reasons(study)


def test_levels_start_whole_and_get_smaller() -> None:
    assert "level 0" in reasons(draft_study(sides=(0.9, 0.5)))
    assert "light to heavy" in reasons(draft_study(sides=(1.0, 0.3, 0.6)))


def test_too_few_validation_photos_for_practice_or_catch_trials_are_named() -> None:
    assert "Practice needs 9" in reasons(draft_study(practice_trials=9))
    assert "Catch trials need 12" in reasons(draft_study(catch_share=2.0))


def test_a_ceiling_above_the_floor_is_refused_before_the_database_would() -> None:
    study = draft_study()
    study.ceiling = study.floor + 0.01
    with pytest.raises(NotReadyError, match="ceiling"):
        freeze_unsaved(study)


def freeze_unsaved(study: Study) -> None:
    from study.freezing.candidates import gather
    from study.freezing.readiness import problems

    raise NotReadyError(problems(gather(study)))


def test_a_mask_needs_a_timed_photo() -> None:
    assert "mask" in reasons(draft_study(mask_ms=200))


def test_photo_and_mask_must_end_before_the_deadline() -> None:
    assert "deadline" in reasons(draft_study(stimulus_ms=900, mask_ms=100, deadline_ms=1000))


def test_one_class_is_no_choice() -> None:
    assert "two classes" in reasons(draft_study(classes=("dunk",), trials_per_person=2))


def test_photos_in_two_file_formats_are_refused() -> None:
    study = draft_study()
    crop = Stimulus.objects.first()
    crop.image.name = crop.image.name.replace(".png", ".jpg")
    crop.save()
    assert "one format" in reasons(study)


def test_all_reasons_come_at_once() -> None:
    study = draft_study(test_photos=1, practice_trials=9, mask_ms=100)
    with pytest.raises(NotReadyError) as refused:
        freeze(study, NOW)
    assert len(refused.value.reasons) == 5


def test_a_study_opens_only_once_it_is_frozen() -> None:
    study = draft_study()
    with pytest.raises(NotReadyError, match="Freeze"):
        open_study(study)
    freeze(study, NOW)
    open_study(study)
    assert Study.objects.get(pk=study.pk).is_open
    close_study(study)
    assert not Study.objects.get(pk=study.pk).is_open


def test_the_common_size_holds_the_largest_photo() -> None:
    version = frozen_version()
    sizes = [stimulus.image.size for stimulus in Stimulus.objects.all()]
    assert plan_of(version).photo_bytes > max(sizes)
    assert plan_of(version).photo_bytes % 4096 == 0


def test_a_later_photo_does_not_enter_a_frozen_version() -> None:
    version = frozen_version()
    study = version.study
    late = add_photos([study.categories.first()], Item.Split.TEST, study.levels.all(), 1)[0]
    assert late.pk not in {photo.item for photos in plan_of(version).photos for photo in photos}
