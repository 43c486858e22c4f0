"""The check that looks at no subject: stimuli, source photos, and the collections that they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacker.evaluation.baseline_classifier import BaselineResult
from pipeline.checks.nuisance_baselines import _sources, check_nuisance
from pipeline.queue.claims import JobCancelledError
from study.models import Study
from tests.pipeline.studies import draw_photos, import_folder, make_study

pytestmark = pytest.mark.django_db


class Listener:
    """Hears of progress, and stops what goes on too long."""

    def __init__(self, patience: int = 10_000) -> None:
        self.asked, self.told, self.patience = 0, [0.0], patience

    def checkpoint(self) -> None:
        self.asked += 1
        if self.asked > self.patience:
            raise JobCancelledError("check")

    def progress(self, fraction: float, _message: str) -> None:
        self.told.append(fraction)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Photos of discs and bars that come from two archives, three in four from their class's own."""
    folder = draw_photos(tmp_path / "photos", per_class=60)
    own = {"disc": ("archive A", "archive B"), "bar": ("archive B", "archive A")}
    rows = "".join(f"{name}/{n}.png,,{own[name][n % 4 == 0]}\n" for name in own for n in range(60))
    (folder / "sources.csv").write_text(f"photo,source,collection\n{rows}")
    made = make_study()
    import_folder(made, folder)
    monkeypatch.setattr("pipeline.checks.nuisance_baselines.photos_of", lambda level: _sources(level.study))
    return made


def test_a_collection_that_goes_with_a_class_is_a_concern(study: Study) -> None:
    listener = Listener()
    found = check_nuisance(study.levels.get(number=1), listener)  # type: ignore[arg-type]
    collections = found.values["collections"]
    assert 0.6 < collections["accuracy"] < 0.9
    assert collections["low"] < 0.75 < collections["high"]
    assert collections["above_chance"]
    assert found.concern
    assert "the collection alone that of ." in found.says
    assert listener.told == sorted(listener.told)
    assert len(listener.told) > 5


def test_a_compression_that_goes_with_a_class_is_seen_though_photos_are_saved_anew(study: Study) -> None:
    """JPEG's blocks stay in the pixels, for an attacker to find."""
    for name, quantisation in (("disc", 12.0), ("bar", 30.0)):
        study.items.filter(category__name=name).update(source_quantisation=quantisation)
    found = check_nuisance(study.levels.get(number=1), Listener())  # type: ignore[arg-type]
    assert found.values["source photos"]["accuracy"] == 1.0
    assert found.values["stimuli"]["accuracy"] < 0.9


def test_where_nothing_is_known_of_collections_nothing_is_said(study: Study) -> None:
    study.items.update(collection="")
    found = check_nuisance(study.levels.get(number=1), Listener())  # type: ignore[arg-type]
    assert set(found.values) == {"stimuli", "source photos"}
    assert "collection" not in found.says
    assert "chance is .500" in found.says


@pytest.mark.parametrize(("p_value", "above"), [(0.03, False), (0.02, True)])
def test_what_is_flagged_said_and_a_concern_is_one_judgement_over_all_baselines(
    p_value: float, above: bool, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two that is below .05 may be so by chance."""
    study.items.update(collection="")
    ends = iter([0.5, p_value])
    monkeypatch.setattr(
        "pipeline.checks.nuisance_baselines._from_files",
        lambda *_: BaselineResult(0.6, 0.5, 0.7, 0.5, next(ends), 40, 40.0),
    )
    found = check_nuisance(study.levels.get(number=1), Listener())  # type: ignore[arg-type]
    assert [one["above_chance"] for one in found.values.values()] == [False, above]
    assert found.concern == above
    assert ("differ by more" in found.says) == above


def test_it_stops_at_the_next_photo(study: Study) -> None:
    listener = Listener(patience=3)
    with pytest.raises(JobCancelledError):
        check_nuisance(study.levels.get(number=1), listener)  # type: ignore[arg-type]
    assert listener.asked == 4
