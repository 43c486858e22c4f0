"""The dataset keeps the rules of Psych-DS, and base R reads the table of accuracies from it.

No registry has the project's own validator, so that its rules are tests here: schema_model/versions/1.5.0 of
github.com/psych-ds/psych-DS, as far as they are errors.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.exports.files import FILES
from pipeline.exports.psych_ds import ARCHIVE, place_of, write_archive
from stats import verdict
from stats.table.read import read_trials
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
    file = io.BytesIO()
    write_archive(file, version, Mode.SIMULATED, FILES)
    with ZipFile(file) as packed:
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


def test_the_description_is_a_dataset_with_all_that_is_required(dataset: Path) -> None:
    description = described(dataset)
    assert (description["@context"], description["@type"]) == ("https://schema.org/", "Dataset")
    assert all(description[name] for name in ("name", "description", "variableMeasured"))
    assert (dataset / "README.md").exists()


def test_every_table_lies_in_data_under_a_name_of_keywords(dataset: Path) -> None:
    names = list(tables(dataset))
    assert len(names) == sum(name.endswith(".csv") for name in FILES)
    assert [name for name in names if not DATAFILE.fullmatch(name)] == []


def test_every_column_is_a_variable_and_every_variable_a_column(dataset: Path) -> None:
    variables = described(dataset)["variableMeasured"]
    assert isinstance(variables, list)
    names = [variable["name"] for variable in variables]
    columns = {column for rows in tables(dataset).values() for column in rows[0]}
    assert sorted(names) == sorted(columns)
    assert all(variable["@type"] == "PropertyValue" and variable["description"] for variable in variables)


def test_rows_are_as_long_as_their_header_and_row_ids_are_unique(dataset: Path) -> None:
    for name, (header, *rows) in tables(dataset).items():
        assert {len(row) for row in rows} <= {len(header)}, name
        if "row_id" in header:
            ids = [row[header.index("row_id")] for row in rows]
            assert len(set(ids)) == len(ids), name


def test_base_r_reproduces_the_accuracies_of_the_verdict(version: StudyVersion, dataset: Path) -> None:
    if shutil.which("Rscript") is None:
        assert not os.environ.get("CI"), ".ci/run installs r-base-core"
        pytest.skip("SKIPPED: no Rscript on this machine; nothing shows here that R reads the dataset")
    trials = dataset / place_of("trials.csv", version, Mode.SIMULATED)
    command = ["Rscript", str(dataset / "analysis" / "accuracies.R"), str(trials)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    by_r = {
        (row["agent_type"], float(row["crop_level"])): (float(row["accuracy"]), int(row["trials"]))
        for row in csv.DictReader(io.StringIO(printed))
    }
    levels = verdict(read_trials(trials)).levels
    sides = {
        (kind, float(level.crop_level)): (pytest.approx(side.estimate), side.n_trials)
        for level in levels
        for kind, side in (("human", level.human), ("model", level.machine))
        if side
    }
    assert by_r == sides


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
