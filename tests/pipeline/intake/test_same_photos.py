"""The website, the import command and `python -m attacker` see the same photos of the same folder."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.management import call_command
from PIL import Image

from attacker.__main__ import main
from attacker.example import Example
from attacker.photos import landmarks
from attacker.photos.folder import Folder, read_folder
from pipeline.intake.import_job import enqueue_import, enqueue_reading, survey_of
from pipeline.intake.photo_survey import Choices
from pipeline.models import PhotoImport
from study.models import Item, Study
from tests.pipeline.studies import draw_photos, import_folder, make_study, work_off

pytestmark = pytest.mark.django_db

LEFT_OUT = {
    "bar/animated.gif": "not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF",
    "bar/broken.png": "damaged or truncated (image file is truncated)",
    "bar/small.png": "90 x 90 pixels; the shorter side needs 120",
    "disc/copy of 1.png": "the same file as disc/1.png",
    "disc/game 1/sources.csv": "a table about photos; put it next to the class folders",
    "disc/link.png": "a symbolic link, which is not followed",
    "disc/notes.txt": "not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF",
    "disc/text.jpg": "not a photo that can be read; use JPEG, PNG, WEBP, TIFF, BMP, AVIF or HEIF",
    "loose.png": "is not in a class folder",
    "readme.txt": "is not in a class folder",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Everything in which two readers could disagree."""
    root = draw_photos(tmp_path / "photos", per_class=22)
    (root / "disc" / "game 1").mkdir()
    (root / "disc" / "2.png").rename(root / "disc" / "game 1" / "nested.png")
    (root / "disc" / "3.png").rename(root / "disc" / "photo.txt")
    (root / "bar" / "3.png").rename(root / "bar" / "without suffix")
    Image.open(root / "bar" / "4.png").resize((150, 150)).save(root / "bar" / "near copy.jpg")
    Image.open(root / "bar" / "5.png").resize((90, 90)).save(root / "bar" / "small.png")
    Image.linear_gradient("L").save(root / "bar" / "animated.gif")
    (root / "bar" / "broken.png").write_bytes((root / "bar" / "6.png").read_bytes()[:-2000])
    shutil.copy(root / "disc" / "1.png", root / "disc" / "copy of 1.png")
    shutil.copy(root / "disc" / "5.png", root / "loose.png")
    (root / "disc" / "link.png").symlink_to(root / "disc" / "7.png")
    (root / ".cache").mkdir()
    for name in (".cache/8.png", "disc/.8.png"):
        Image.radial_gradient("L").save(root / name)
    texts = ("readme.txt", "disc/notes.txt", "disc/text.jpg", "disc/Thumbs.db", "bar/.DS_Store")
    for name in texts:
        (root / name).write_text("no photo")
    (root / "sources.csv").write_text("photo,source\ndisc/8.png,film 1\nbar/without suffix,film 1\n")
    (root / "disc" / "game 1" / "sources.csv").write_text("photo,source\nnested.png,film 2\n")
    return root


def zipped(root: Path, path: Path) -> Path:
    """Zip a folder as people do; archives with links are refused, so those stay outside."""
    with zipfile.ZipFile(path, "w") as archive:
        for entry in root.rglob("*"):
            if not entry.is_symlink():
                archive.write(entry, entry.relative_to(root.parent))
    return path


def uploaded(root: Path) -> tuple[Study, dict[str, str]]:
    """Return a study whose photos came as a zip file, and what its report says was left out."""
    study = make_study(name="zip")
    with zipped(root, root.with_suffix(".zip")).open("rb") as stream:
        enqueue_reading(study, File(stream, "photos.zip"))
    work_off(study)
    waiting = PhotoImport.objects.get(study=study)
    job = enqueue_import(waiting, Choices.first(survey_of(waiting)))
    work_off(study)
    job.refresh_from_db()
    assert job.error == ""
    return study, dict(job.report["refused"])


def class_and_group(items: list[Item]) -> dict[str, tuple[str, str]]:
    return {item.source_sha256: (item.category.name, item.cluster) for item in items}


def class_and_group_in_shell(folder: Folder) -> dict[str, tuple[str, str]]:
    examples = (*folder.train, *folder.validation, *folder.test)
    return {sha256(example): (folder.classes[example.label], example.group) for example in examples}


def sha256(example: Example) -> str:
    return hashlib.sha256(example.path.read_bytes()).hexdigest()


@pytest.mark.thorough
def test_all_ways_see_the_same_photos_in_the_same_groups_and_leave_out_the_same_files(folder: Path) -> None:
    in_shell = read_folder(folder, seed=0)
    study = make_study()
    report = import_folder(study, folder)
    zip_study, zip_left_out = uploaded(folder)

    photos = class_and_group_in_shell(in_shell)
    assert len(photos) == 45
    assert class_and_group(list(study.items.all())) == photos
    assert class_and_group(list(zip_study.items.all())) == photos

    assert dict(in_shell.left_out) == dict(report.refused) == LEFT_OUT
    links = {"disc/link.png"}
    assert zip_left_out == {name: LEFT_OUT[name] for name in LEFT_OUT.keys() - links}


@pytest.mark.thorough
def test_a_photo_has_the_same_role_on_the_website_and_in_the_shell(folder: Path) -> None:
    study = make_study()
    import_folder(study, folder)
    in_shell = read_folder(folder, seed=0)
    splits_of = {"train": ("train", "design"), "validation": ("validation",), "test": ("test",)}
    for role, splits in splits_of.items():
        stored = set(study.items.filter(split__in=splits).values_list("source_sha256", flat=True))
        assert {sha256(example) for example in getattr(in_shell, role)} == stored


def test_both_commands_say_what_they_leave_out_in_the_same_words(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("import_photos", make_study().code, str(folder))
    by_import = lines_of_left_out(capsys.readouterr().out)
    monkeypatch.setattr(landmarks, "estimate_landmarks", lambda *_: {})
    monkeypatch.setattr(landmarks, "estimator_name", lambda: "MediaPipe Pose")
    assert main(["landmarks", str(folder)]) == 0
    by_shell = lines_of_left_out(capsys.readouterr().out)
    assert by_shell == by_import == [f"left out {name}: {reason}" for name, reason in LEFT_OUT.items()]


def lines_of_left_out(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("left out ")]


@pytest.mark.thorough
def test_a_class_without_usable_photos_stops_both_with_the_same_words(folder: Path) -> None:
    (folder / "jump").mkdir()
    (folder / "jump" / "later.txt").write_text("to come")
    messages = []
    for attempt in (lambda: read_folder(folder, seed=0), lambda: import_folder(make_study(), folder)):
        with pytest.raises(Exception, match="no photo of the class 'jump' can be used") as refusal:
            attempt()
        messages.append((type(refusal.value), str(refusal.value)))
    assert messages[0] == messages[1]
    assert not Item.objects.exists()
