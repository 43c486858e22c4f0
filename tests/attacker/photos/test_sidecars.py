"""Tables beside the class folders: what is read of them, and which tables are refused."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attacker.errors import DataError
from attacker.photos.class_folders import FolderListing, list_class_files
from attacker.photos.folder import read_folder
from attacker.photos.provenance_table import Origin, read_origins
from attacker.photos.sidecars import rows_of_no_photo
from attacker.photos.subject_boxes import Box, box_map, read_boxes

PHOTOS = ["disc/2.png", "disc/3.png"]


def test_sources_are_read_by_photo_and_others_left_out() -> None:
    table = b"photo,source\ndisc/3.png, film 7 \nelse.png,film 8\ndisc/3.png,film 7\n"
    assert read_origins(BytesIO(table), PHOTOS) == {"disc/3.png": Origin("film 7")}


def test_rows_that_name_no_photo_are_counted_and_one_is_named(tmp_path: Path) -> None:
    """Two endings of one photo lost its source without a word, and with it the split by source."""
    for n, name in enumerate(("disc/2.png", "disc/3.png", "ring/2.png")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.effect_noise((130, 130), 40 + 20 * n).save(path)
    (tmp_path / "sources.csv").write_text("photo,source\ndisc/2.png,a\ndisc/3.jpg,a\nring/2.jpg,b\n")
    listing = FolderListing(tmp_path)
    (left_out,) = rows_of_no_photo(listing, list_class_files(listing))
    assert left_out.name == "sources.csv"
    assert left_out.reason == "2 of 3 rows name no photo, disc/3.jpg for one; do the names agree?"
    assert left_out in read_folder(tmp_path, seed=0).left_out


def test_a_collection_may_be_known_where_the_source_is_not() -> None:
    table = b"photo, Collection ,source\ndisc/2.png, archive A,\ndisc/3.png,,film 7\n"
    origins = read_origins(BytesIO(table), PHOTOS)
    assert origins == {"disc/2.png": Origin(collection="archive A"), "disc/3.png": Origin("film 7")}


def test_boxes_are_read_by_photo(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("photo,score,left,top,right,bottom\ndisc/2.png,.9,.25,0,1,.5\n")
    boxes = read_boxes(tmp_path / "own.csv", PHOTOS)
    assert boxes == {"disc/2.png": Box(0.25, 0.0, 1.0, 0.5)}
    np.testing.assert_allclose(box_map(boxes["disc/2.png"], 2), [[0.5, 1.0], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("photo", "column source is missing; needed are photo, source"),
        ("photo,source\nnowhere.png,a", "holds none of the photos; name them as disc/2.png"),
        ("photo,source\ndisc/3.png,a\ndisc/3.png,b", "disc/3.png has two sources"),
        ("photo,source\ndisc/3.png, ", "disc/3.png has an empty source"),
        ("photo,source\ndisc/3.png,n/a", "disc/3.png has an empty source"),
        ("photo,source,collection\ndisc/3.png,,", "disc/3.png has an empty source and collection"),
        ("photo,source,collection\ndisc/3.png,a,b\ndisc/3.png,a,c", "has two sources or collections"),
        (f"photo,source\ndisc/3.png,{'s' * 256}", "source of disc/3.png may have 255 characters at most"),
        ("", "no table of sources"),
    ],
)
def test_sources_that_cannot_be_used_are_refused(rows: str, reason: str) -> None:
    with pytest.raises(DataError, match=rf"sources\.csv: .*{reason}"):
        read_origins(BytesIO(rows.encode()), PHOTOS)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("disc/3.png,10,10,90,90", "the box of disc/3.png leaves the photo.*not pixels"),
        ("disc/3.png,.5,0,.5,1", "the box of disc/3.png is empty"),
        ("disc/3.png,.5,,.5,1", "line 2: left, top, right and bottom must be numbers"),
        ("disc/3.png,0,0,1,1\ndisc/3.png,0,0,.5,1", "disc/3.png has two boxes"),
    ],
)
def test_boxes_that_are_none_are_refused(row: str, reason: str) -> None:
    with pytest.raises(DataError, match=rf"boxes\.csv.*{reason}"):
        read_boxes(BytesIO(f"photo,left,top,right,bottom\n{row}\n".encode()), PHOTOS)
