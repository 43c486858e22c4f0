"""The check that looks at no subject: stimuli, source photos, and the collections that they come from."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from attacker.evaluation.baseline_classifier import BaselineResult
from pipeline.checks import nuisance_baselines
from pipeline.checks.nuisance_baselines import (
    SHARES,
    SOURCES,
    STIMULI,
    WINDOW_ADVICE,
    check_nuisance,
    nuisance_result,
    source_roles,
)
from pipeline.checks.result_types import NuisanceResult
from pipeline.queue.claims import JobCancelledError
from study.models import Item, Level, Stimulus, Study
from study.models.studies import LevelFamily
from tests.pipeline.studies import draw_photos, import_folder, make_study
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


class FakeClaim:
    """Notes the progress of a check, and cancels it after a number of photos."""

    def __init__(self, limit: int = 10_000) -> None:
        self.checkpoints, self.fractions, self.limit = 0, [0.0], limit

    def checkpoint(self) -> None:
        self.checkpoints += 1
        if self.checkpoints > self.limit:
            raise JobCancelledError("check")

    def progress(self, fraction: float, _message: str) -> None:
        self.fractions.append(fraction)


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """Photos of discs and bars that come from two archives, three in four from their class's own.

    No level is rendered: the source photos stand in for the stimuli.
    """
    monkeypatch.setattr(nuisance_baselines, "photos_of", lambda level: source_roles(level.study))
    return study_of_two_archives()


@remembered
def study_of_two_archives() -> Study:
    study = make_study()
    with TemporaryDirectory() as place:
        folder = draw_photos(Path(place, "photos"), per_class=60)
        own = {"disc": ("archive A", "archive B"), "bar": ("archive B", "archive A")}
        rows = "".join(f"{name}/{n}.png,,{own[name][n % 4 == 0]}\n" for name in own for n in range(60))
        (folder / "sources.csv").write_text(f"photo,source,collection\n{rows}")
        import_folder(study, folder)
    return study


def result_of(study: Study, claim: FakeClaim | None = None) -> NuisanceResult:
    finding = check_nuisance(study.levels.get(number=1), claim or FakeClaim())  # type: ignore[arg-type]
    assert isinstance(finding.result, NuisanceResult)
    return finding.result


@pytest.mark.thorough
def test_a_collection_that_goes_with_a_class_is_a_concern(study: Study) -> None:
    claim = FakeClaim()
    result = result_of(study, claim)
    assert 0.6 < result.collections.accuracy < 0.9
    assert result.collections.low < 0.75 < result.collections.high
    assert result.collections.above_chance
    assert result.concern
    assert "the collection alone that of ." in result.summary
    assert claim.fractions == sorted(claim.fractions)
    assert len(claim.fractions) > 5


@pytest.mark.thorough
def test_a_compression_that_goes_with_a_class_is_seen_though_photos_are_saved_anew(study: Study) -> None:
    """JPEG's blocks stay in the pixels, where an attacker may see them."""
    for name, quantisation in (("disc", 12.0), ("bar", 30.0)):
        study.items.filter(category__name=name).update(source_quantisation=quantisation)
    result = result_of(study)
    assert result.source_photos.accuracy == 1.0
    assert result.stimuli.accuracy < 0.9


def test_where_no_collection_is_known_none_is_mentioned(study: Study) -> None:
    study.items.update(collection="")
    result = result_of(study)
    assert not result.collections
    assert "collection" not in result.summary
    assert "chance is .500" in result.summary


@pytest.mark.parametrize(("p_value", "above"), [(0.03, False), (0.02, True)])
def test_what_is_flagged_said_and_a_concern_is_one_judgement_over_all_baselines(
    p_value: float, above: bool
) -> None:
    """One of two that is below .05 may be so by chance."""
    stimuli, sources = (BaselineResult(0.6, 0.5, 0.7, 0.5, p, 40, 40.0) for p in (0.5, p_value))
    result = nuisance_result({STIMULI: stimuli, SOURCES: sources})
    assert (result.stimuli.above_chance, result.source_photos.above_chance) == (False, above)
    assert result.concern == above
    assert ("differ by more" in result.summary) == above
    assert ("none is above it (that takes p < .05 / 2)" in result.summary) != above


def test_shares_of_the_subject_alone_are_no_concern_and_are_not_said_to_be_at_chance() -> None:
    files = {name: BaselineResult(0.4, 0.3, 0.5, 1 / 3, 0.1, 132, 132.0) for name in (STIMULI, SOURCES)}
    result = nuisance_result(files | {SHARES: BaselineResult(0.67, 0.59, 0.75, 1 / 3, 1e-9, 132, 132.0)})
    assert not result.concern
    assert result.subject_shares.above_chance
    assert result.summary.endswith(
        "chance is .333: above it are only the shares of the subject, which everybody who looks sees "
        "(that takes p < .05 / 3)."
    )


@pytest.mark.sampled
@pytest.mark.parametrize("larger", [0.3, 0.0])
def test_windows_that_are_larger_in_one_class_are_a_concern_with_advice(study: Study, larger: float) -> None:
    """Sizes vary alike in both classes, or are larger for bars."""
    rng, level = np.random.default_rng(5), study.levels.get(number=1)
    Stimulus.objects.bulk_create(_crop(item, level, larger, rng) for item in study.items.all())
    result = result_of(study)
    assert result.windows
    assert result.windows.above_chance == (larger > 0)
    assert "size and place of the windows and the subject's share in them" in result.summary
    assert (WINDOW_ADVICE in result.summary) == (larger > 0)
    study.level_family = LevelFamily.BOX
    study.save()
    assert not result_of(study).windows, "grey boxes have no windows"


def _crop(item: Item, level: Level, larger: float, rng: np.random.Generator) -> Stimulus:
    """A crop whose size goes with its class, or not; one in ten was drawn by hand, unmeasured."""
    side = rng.uniform(0.2, 0.5) + larger * (item.category.name == "bar")
    return Stimulus(
        item=item,
        level=level,
        image=item.photo.name,
        sha256=item.source_sha256,
        width=round(160 * side),
        height=round(160 * side),
        left=rng.uniform(0, 1 - side),
        top=rng.uniform(0, 1 - side),
        window_width=side,
        window_height=side,
        subject_kept=None if rng.random() < 0.1 else rng.uniform(0.5, 0.6),
        subject_fill=rng.uniform(0.2, 0.4),
    )


def test_it_stops_at_the_next_photo(study: Study) -> None:
    claim = FakeClaim(limit=3)
    with pytest.raises(JobCancelledError):
        result_of(study, claim)
    assert claim.checkpoints == 4
