"""Crops of a level are equally sharp: neither their size nor their sharpness tells how large a window was."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PIL import Image

from pipeline.actions.hand_windows import HandWindow, window_for
from pipeline.checks.nuisance_baselines import WINDOW_ADVICE, check_nuisance
from pipeline.checks.result_types import NuisanceResult
from pipeline.crops.sharpness import shared_pixels
from pipeline.crops.stimuli import shown
from pipeline.crops.subject_windows import Sides
from pipeline.crops.windows import Choice, CropError, Window
from study.design import Design
from study.models import Level, Stimulus, Study
from tests.pipeline.checks.test_nuisance_baselines import FakeClaim
from tests.pipeline.looking import cut_levels, let_look, upper_half
from tests.pipeline.studies import imported_study
from tests.remembered import remembered

CLOUDS, SEEN = 160, 224  # sides in pixels: of a source photo, and of what a network looks at


def clouds(rng: np.random.Generator) -> Image.Image:
    """A photo of 1/f noise: like natural scenes, it looks alike at every magnification."""
    across, down = np.fft.fftfreq(CLOUDS)[None, :], np.fft.fftfreq(CLOUDS)[:, None]
    falling = 1 / np.maximum(np.hypot(across, down), 1 / CLOUDS)
    noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=(CLOUDS, CLOUDS))) * falling).real
    grey = np.uint8(255 * (noise - noise.min()) / np.ptp(noise))
    return Image.fromarray(np.stack([grey] * 3, axis=-1))


def sharpness(picture: Image.Image) -> float:
    """Log share of a picture's energy in fine detail, once it is as large as a network sees it."""
    grey = np.asarray(picture.convert("L").resize((SEEN, SEEN), Image.Resampling.BILINEAR), dtype=float)
    window = np.hanning(SEEN)
    energy = np.abs(np.fft.fft2((grey - grey.mean()) * np.outer(window, window))) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SEEN), np.fft.fftfreq(SEEN)))
    return float(np.log(energy[frequency > 0.1].sum() / energy.sum()))


@pytest.mark.thorough
@pytest.mark.parametrize(("pixels", "tells"), [(None, True), (24, False)])
def test_the_sharpness_of_a_crop_tells_the_size_of_its_window_only_where_each_keeps_its_own_pixels(
    pixels: int | None, tells: bool
) -> None:
    rng, level = np.random.default_rng(0), Level(number=1, crop_pixels=pixels)
    sides = rng.uniform(0.15, 0.9, 120)
    windows = [Choice(Window(*rng.uniform(0, 1 - side, 2), side, side), 1.0, 1.0) for side in sides]
    looks = [sharpness(shown(clouds(rng), window, level)) for window in windows]
    explained = np.corrcoef(np.log(sides), looks)[0, 1] ** 2
    assert (explained > 0.5) if tells else (explained < 0.1)


def test_a_tenth_of_the_windows_may_be_cut_larger_so_that_all_are_sharper() -> None:
    sides = [Sides(chosen, 200) for chosen in range(50, 150)]
    assert shared_pixels(sides) == 59


def test_no_photo_is_lost_for_the_sharpness_of_the_others() -> None:
    sides = [Sides(100, 200)] * 30 + [Sides(40, 55)]
    assert shared_pixels(sides) == 55


@remembered
def study_of_two_sizes(**design: object) -> Study:
    """Bars stand large in their photos of 160 pixels, discs small, with overlap within neither."""
    study = imported_study(
        per_class=30, sides=(1.0, 0.8), level_family="subject", least_crop_pixels=20, **design
    )
    study.items.filter(category__name="bar").update(box=[0.1, 0.1, 0.9, 0.9])
    study.items.filter(category__name="disc").update(box=[0.3, 0.3, 0.7, 0.7])
    return study


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("one_sharpness", [False, True])
def test_a_class_of_larger_subjects_is_told_by_the_size_of_its_crops_only_where_it_shows(
    monkeypatch: pytest.MonkeyPatch, one_sharpness: bool
) -> None:
    study = study_of_two_sizes(one_sharpness=one_sharpness)
    let_look(monkeypatch, upper_half)
    cut_levels(study, through=1)
    crops = Stimulus.objects.filter(level__study=study, level__number=1)
    level = study.levels.get(number=1)
    sizes = {(crop.width, crop.height) for crop in crops}
    assert sizes == {(level.crop_pixels, level.crop_pixels)} if one_sharpness else len(sizes) > 1
    assert min(round(crop.window_width * 160) for crop in crops) >= level.least_pixels
    assert crops.count() == study.items.count(), "no photo is lost for it"
    finding = check_nuisance(level, FakeClaim())  # type: ignore[arg-type]
    assert isinstance(finding.result, NuisanceResult)
    assert bool(finding.result.windows) == (not one_sharpness)
    assert (WINDOW_ADVICE in finding.result.summary) == (not one_sharpness)
    assert bool(finding.result.subject_shares) == one_sharpness
    assert ("in which poses show too" in finding.result.summary) == one_sharpness


@pytest.mark.thorough
@pytest.mark.django_db
def test_the_pixels_stay_once_crops_are_cut_and_bound_what_is_drawn_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = study_of_two_sizes()
    let_look(monkeypatch, upper_half)
    cut_levels(study, through=1)
    level = study.levels.get(number=1)
    crop = Stimulus.objects.filter(level=level).select_related("level__study", "item").first()
    with pytest.raises(CropError, match=f"at least {level.crop_pixels}: draw it larger"):
        window_for(crop, HandWindow(0.2, 0.2, (level.crop_pixels - 2) / 160))
    Stimulus.objects.filter(level=level, item__category__name="bar").delete()
    study.jobs.filter(kind="crop").delete()
    cut_levels(study, through=1)
    assert study.levels.get(number=1).crop_pixels == level.crop_pixels
    assert {crop.width for crop in level.stimuli.all()} == {level.crop_pixels}


def test_a_version_frozen_before_there_was_the_choice_shows_every_crop_at_its_own_pixels() -> None:
    fields = {field.name: field for field in Study._meta.concrete_fields}
    assert fields["one_sharpness"].default is True
    assert {field.name: field.default for field in msgspec.structs.fields(Design)}["one_sharpness"] is False
