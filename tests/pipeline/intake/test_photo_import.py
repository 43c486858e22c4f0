"""Photos into a study: all of it or nothing, and no photo on two sides."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image, ImageEnhance

from attacker.photos.class_folders import ClassFoldersError
from attacker.photos.landmarks import Landmark, write_landmarks
from attacker.photos.splits import TooFewPhotosError
from pipeline.intake.archive import open_source
from pipeline.intake.photo_import import import_photos
from study.models import Item
from tests.pipeline.studies import draw_photos, import_folder, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return draw_photos(tmp_path / "photos")


@pytest.mark.thorough
def test_every_photo_arrives_with_its_class_and_one_split(folder: Path) -> None:
    study = make_study()
    report = import_folder(study, folder)
    assert report.total == study.items.count() == 48
    assert report.refused == []
    assert [category.name for category in study.categories.all()] == ["bar", "disc"]
    assert set(study.items.values_list("split", flat=True)) == set(Item.Split.values)


@pytest.mark.thorough
def test_landmarks_come_with_the_photos(folder: Path, tmp_path: Path) -> None:
    """From a folder as from a zip file with an enclosing one, and under the photos' own names."""
    pose = {"nose": Landmark(0.5, 0.25), "left_hip": Landmark(0.4, 0.6, 0.8)}
    write_landmarks(folder / "landmarks.csv", {"disc/3.png": pose})
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", folder.parent, folder.name)
    for source in (folder, Path(archive)):
        study = make_study(name=source.name)
        report = import_photos(study, open_source(source), lambda _: None)
        assert (report.total, report.with_landmarks) == (48, 1)
        item = study.items.exclude(landmarks=None).get()
        assert (item.source_name, item.category.name) == ("3.png", "disc")
        assert item.landmarks == {"nose": [0.5, 0.25, 1.0], "left_hip": [0.4, 0.6, 0.8]}


@pytest.mark.thorough
def test_boxes_of_subjects_come_with_the_photos(folder: Path) -> None:
    (folder / "boxes.csv").write_text("photo,left,top,right,bottom\ndisc/3.png,0.25,0,0.75,1\n")
    study = make_study()
    assert import_folder(study, folder).with_box == 1
    assert study.items.exclude(box=None).get().box == [0.25, 0.0, 0.75, 1.0]


def test_landmarks_that_a_program_estimated_say_so(folder: Path) -> None:
    write_landmarks(folder / "landmarks.csv", {"disc/3.png": {"nose": Landmark(0.5, 0.25)}}, "MediaPipe 0.10")
    study = make_study()
    import_folder(study, folder)
    assert study.items.exclude(landmarks=None).get().landmarks_by == "MediaPipe 0.10"


@pytest.mark.thorough
def test_masks_of_subjects_come_with_the_photos_and_are_stored(folder: Path, tmp_path: Path) -> None:
    mask = Image.new("L", (160, 160))
    mask.paste(1, (0, 0, 80, 160))
    mask.save(folder / "disc" / "3.mask.png")
    archive = shutil.make_archive(str(tmp_path / "zipped"), "zip", folder.parent, folder.name)
    for source in (folder, Path(archive)):
        study = make_study(name=source.name)
        report = import_photos(study, open_source(source), lambda _: None)
        assert (report.total, report.with_mask, report.refused) == (48, 1, [])
        item = study.items.exclude(mask="").get()
        assert item.source_name == "3.png"
        with item.mask.open("rb") as file:
            stored = np.asarray(Image.open(file))
        assert (stored[:, :80].min(), stored[:, 80:].max(), stored.shape) == (255, 0, (160, 160))


def test_a_mask_of_another_size_imports_nothing(folder: Path) -> None:
    Image.new("L", (160, 80), 255).save(folder / "disc" / "3.mask.png")
    with pytest.raises(
        ClassFoldersError, match=r"disc/3\.mask\.png: 160 x 80 pixels, but its photo has 160 x 160"
    ):
        import_folder(make_study(), folder)
    assert not Item.objects.exists()


@pytest.mark.thorough
def test_a_table_that_cannot_be_used_imports_nothing(folder: Path) -> None:
    for name in ("landmarks.csv", "sources.csv", "boxes.csv"):
        (folder / name).write_text("photo\n")
        with pytest.raises(ClassFoldersError, match=rf"{name}: column .* missing.*mend or remove it"):
            import_folder(make_study(), folder)
        (folder / name).unlink()
    assert not Item.objects.exists()


@pytest.mark.thorough
def test_near_duplicates_of_a_photo_share_its_split(folder: Path) -> None:
    """Brighter, smaller and recompressed copies: a leak that a split by file would let through."""
    for original in sorted((folder / "disc").glob("*.png")):
        photo = Image.open(original).convert("RGB")
        ImageEnhance.Brightness(photo).enhance(1.08).save(
            original.with_name(f"{original.stem}-bright.jpg"), quality=70
        )
        photo.resize((130, 130)).save(original.with_name(f"{original.stem}-small.png"))
    study = make_study()
    import_folder(study, folder)
    splits = defaultdict(set)
    for item in study.items.filter(category__name="disc"):
        splits[Path(item.source_name).stem.split("-")[0]].add(item.split)
    assert len(splits) == 24
    assert all(len(split) == 1 for split in splits.values())


@pytest.mark.thorough
def test_crops_of_a_photo_share_its_split_though_no_table_names_them(folder: Path) -> None:
    """The leak of the original study: parts of one photo on both sides of the split."""
    random = np.random.default_rng(0)
    for original in sorted((folder / "disc").glob("*.png")):
        detailed = Image.open(original).resize((40, 40))
        noise = Image.fromarray(random.integers(0, 255, (40, 40, 3), dtype=np.uint8))
        whole = Image.blend(detailed, noise, 0.3).resize((240, 240), Image.Resampling.BICUBIC)
        whole.save(original)
        whole.crop((20, 60, 160, 200)).save(original.with_name(f"{original.stem}-crop.png"))
    study = make_study()
    import_folder(study, folder)
    splits = defaultdict(list)
    for item in study.items.filter(category__name="disc"):
        splits[Path(item.source_name).stem.split("-")[0]].append(item.split)
    assert len(splits) == 24
    assert all(len(both) == 2 and len(set(both)) == 1 for both in splits.values())


@pytest.mark.thorough
def test_photos_of_one_picture_share_its_split_where_a_table_names_it(tmp_path: Path) -> None:
    """Whatever they show: hashes tell these apart. A later import may bring more of the same picture."""
    folder, later = draw_photos(tmp_path / "first", per_class=48), tmp_path / "later"
    for name in ("bar", "disc"):
        (later / name).mkdir(parents=True)
        shutil.move(folder / name / "0.png", later / name)
    table = "".join(f"disc/{number}.png,picture {number // 2}\n" for number in range(48))
    for part in (folder, later):
        (part / "sources.csv").write_text(f"photo,source\n{table}")
    study = make_study()
    assert import_folder(study, folder).with_source == 47
    assert import_folder(study, later).with_source == 1
    places = defaultdict(set)
    for item in study.items.filter(category__name="disc"):
        places[item.origin].add((item.split, item.cluster))
    assert len(places) == 24
    assert all(len(place) == 1 for place in places.values())


@pytest.mark.thorough
def test_the_compression_of_an_imported_file_is_kept(folder: Path) -> None:
    jpeg = folder / "disc" / "0.jpg"
    Image.open(folder / "disc" / "0.png").transpose(Image.Transpose.ROTATE_90).save(jpeg, quality=40)
    study = make_study()
    import_folder(study, folder)
    item = study.items.get(source_name="0.jpg")
    assert item.source_bytes == jpeg.stat().st_size
    assert item.source_quantisation > 20
    assert study.items.get(source_name="1.png", category__name="disc").source_quantisation == 0


@pytest.mark.thorough
def test_the_collection_that_a_photo_comes_from_is_kept(folder: Path) -> None:
    (folder / "sources.csv").write_text("photo,source,collection\ndisc/3.png,,archive A\n")
    study = make_study()
    report = import_folder(study, folder)
    assert (report.with_source, report.with_collection) == (0, 1)
    assert study.items.get(source_name="3.png", category__name="disc").collection == "archive A"
    assert study.items.exclude(collection="").count() == 1


@pytest.mark.thorough
def test_rows_of_a_table_that_name_no_photo_are_reported(folder: Path) -> None:
    (folder / "sources.csv").write_text("photo,source\ndisc/3.png,film 7\ndisc/3.jpeg,film 7\n")
    (left_out,) = import_folder(make_study(), folder).refused
    assert left_out.name == "sources.csv"
    assert left_out.reason == "1 of 2 rows name no photo, disc/3.jpeg for one; do the names agree?"


@pytest.mark.thorough
def test_refused_files_are_named_with_a_reason_and_the_rest_comes_in(folder: Path) -> None:
    (folder / "disc" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a jpeg")
    shutil.copy(folder / "disc" / "0.png", folder / "disc" / "copy.png")
    report = import_folder(make_study(), folder)
    assert report.total == 48
    reasons = dict(report.refused)
    assert "damaged" in reasons["disc/broken.jpg"] or "no photo" in reasons["disc/broken.jpg"]
    assert reasons["disc/copy.png"] == "the same file as disc/0.png"


@pytest.mark.thorough
def test_photos_that_the_study_has_already_are_left_out_by_name(folder: Path) -> None:
    study = make_study()
    import_folder(study, folder)
    again = import_folder(study, folder)
    assert (again.total, study.items.count()) == (0, 48)
    assert len(again.refused) == 48
    assert {entry.reason for entry in again.refused} == {"the same photo is already in this study"}


@pytest.mark.thorough
def test_too_few_photos_leave_nothing_behind(tmp_path: Path) -> None:
    study = make_study()
    folder = draw_photos(tmp_path / "few", per_class=9)
    before = set(_stored_photos())
    with pytest.raises(TooFewPhotosError, match="9 different photos"):
        import_folder(study, folder)
    assert not study.items.exists()
    assert not study.categories.exists()
    assert set(_stored_photos()) == before


def test_one_class_is_no_choice(tmp_path: Path) -> None:
    folder = draw_photos(tmp_path / "one", per_class=1)
    shutil.rmtree(folder / "bar")
    with pytest.raises(ClassFoldersError, match="fewer than two classes"):
        import_folder(make_study(), folder)


@pytest.mark.thorough
def test_more_photos_may_follow_and_nobody_changes_sides(folder: Path, tmp_path: Path) -> None:
    study = make_study()
    import_folder(study, folder)
    before = dict(study.items.values_list("source_sha256", "split"))
    import_folder(study, draw_photos(tmp_path / "more", per_class=6, seed=9))
    after = dict(study.items.values_list("source_sha256", "split"))
    assert len(after) == 60
    assert {sha: after[sha] for sha in before} == before


@pytest.mark.thorough
def test_the_command_imports_and_tells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = make_study()
    call_command("import_photos", study.code, str(folder))
    assert "48 photos imported" in capsys.readouterr().out


def test_the_command_says_which_studies_there_are() -> None:
    study = make_study()
    with pytest.raises(CommandError, match=f"No study has the code 'nope'. Codes: {study.code}"):
        call_command("import_photos", "nope", ".")


def _stored_photos() -> list[str]:
    return default_storage.listdir("items")[1] if default_storage.exists("items") else []
