"""The dataset keeps the rules of Psych-DS, describes every file and names the photos it is about.

No registry has the project's own validator, so that its rules are tests here: schema_model/versions/1.5.0 of
github.com/psych-ds/psych-DS, as far as they are errors.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.exports.dataset.psych_ds import ARCHIVE, dataset_zip
from pipeline.exports.files import FILES
from study.models import StudyVersion
from study.models.people import Mode
from tests.pipeline.answered import answered_version

pytestmark = pytest.mark.django_db
DATAFILE = re.compile(r"data/([a-z]+-[a-zA-Z0-9]+)(_[a-z]+-[a-zA-Z0-9]+)*_data\.csv")


@pytest.fixture
def version() -> StudyVersion:
    return answered_version()


@pytest.fixture
def dataset(version: StudyVersion, tmp_path: Path) -> Path:
    content = b"".join(dataset_zip(version, Mode.SIMULATED, FILES))
    with ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(tmp_path)
    return tmp_path


def tables(dataset: Path) -> dict[str, list[list[str]]]:
    return {
        path.relative_to(dataset).as_posix(): list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        for path in dataset.rglob("*.csv")
    }


def described(dataset: Path) -> dict[str, object]:
    values: dict[str, object] = json.loads((dataset / "dataset_description.json").read_text(encoding="utf-8"))
    return values


@pytest.mark.thorough
def test_the_description_is_a_dataset_with_all_that_is_required(dataset: Path) -> None:
    description = described(dataset)
    assert (description["@context"], description["@type"]) == ("https://schema.org/", "Dataset")
    assert all(description[name] for name in ("name", "description", "variableMeasured"))
    assert (dataset / "README.md").exists()


@pytest.mark.thorough
def test_every_table_lies_in_data_under_a_name_of_keywords(dataset: Path) -> None:
    names = list(tables(dataset))
    assert len(names) == sum(name.endswith(".csv") for name in FILES)
    assert [name for name in names if not DATAFILE.fullmatch(name)] == []


@pytest.mark.thorough
def test_every_column_is_a_variable_and_every_variable_a_column(dataset: Path) -> None:
    variables = described(dataset)["variableMeasured"]
    assert isinstance(variables, list)
    names = [variable["name"] for variable in variables]
    columns = {column for rows in tables(dataset).values() for column in rows[0]}
    assert sorted(names) == sorted(columns)
    assert all(variable["@type"] == "PropertyValue" and variable["description"] for variable in variables)


@pytest.mark.thorough
def test_rows_are_as_long_as_their_header_and_row_ids_are_unique(dataset: Path) -> None:
    for name, (header, *rows) in tables(dataset).items():
        assert {len(row) for row in rows} <= {len(header)}, name
        if "row_id" in header:
            ids = [row[header.index("row_id")] for row in rows]
            assert len(set(ids)) == len(ids), name


@pytest.mark.thorough
def test_stimuli_name_the_files_that_the_photos_came_from(version: StudyVersion, dataset: Path) -> None:
    (stimuli,) = dataset.glob("data/*table-stimuli_data.csv")
    with stimuli.open(encoding="utf-8", newline="") as lines:
        names = {(int(row["item_id"]), row["source_name"]) for row in csv.DictReader(lines)}
    assert names == set(version.study.items.values_list("pk", "source_name"))


@pytest.mark.thorough
def test_the_codebook_names_every_column_of_every_table_of_the_dataset(dataset: Path) -> None:
    by_table = {re.search("table-(.+)_data", name)[1]: rows for name, rows in tables(dataset).items()}  # type: ignore[index]
    fields, *rows = by_table["codebook"]
    codebook = [dict(zip(fields, row, strict=True)) for row in rows]
    for table, (columns, *_) in by_table.items():
        described_here = {row["name"] for row in codebook if table in _tables_of(row["files"])}
        assert described_here == set(columns), table


def _tables_of(files: str) -> list[str]:
    names = (file.removesuffix(".csv").split("_") for file in files.split("|"))
    return [first + "".join(map(str.capitalize, others)) for first, *others in names]


@pytest.mark.thorough
def test_the_readme_gives_the_commands_with_the_limits_of_the_frozen_design(
    version: StudyVersion, dataset: Path
) -> None:
    readme = (dataset / "README.md").read_text(encoding="utf-8")
    design = version.design
    limits = f"{design.floor} {design.ceiling} {design.competence} {design.alpha}"
    commands = [line.split() for line in readme.splitlines() if line.startswith("    ")]
    scripts = [command for command in commands if command[1].startswith("analysis/")]
    assert [" ".join(command[3:]) for command in scripts] == [limits, limits]
    assert all((dataset / place).exists() for command in scripts for place in command[1:3])


@pytest.mark.thorough
def test_the_desk_offers_the_dataset_and_delivers_it_whole(
    version: StudyVersion, dataset: Path, admin_client: Client
) -> None:
    study = version.study
    address = reverse("pipeline:export", args=[study.code, Mode.SIMULATED, ARCHIVE])
    assert address in admin_client.get(reverse("pipeline:desk", args=[study.code])).content.decode()
    response = admin_client.get(address)
    name = f"{study.code}-v{version.number}-{Mode.SIMULATED}-{ARCHIVE}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    with ZipFile(io.BytesIO(b"".join(response.streaming_content))) as packed:
        assert packed.testzip() is None
        files = {path.relative_to(dataset).as_posix() for path in dataset.rglob("*") if path.is_file()}
        assert set(packed.namelist()) == files


def test_strangers_get_no_dataset(version: StudyVersion, client: Client) -> None:
    address = reverse("pipeline:export", args=[version.study.code, Mode.SIMULATED, ARCHIVE])
    assert client.get(address).status_code == 302
