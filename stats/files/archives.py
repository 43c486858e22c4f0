"""Reader of zip archives: of JATOS, with what its metadata says of each run, and of other platforms."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, TextIO
from zipfile import BadZipFile, ZipFile

import pandas as pd

from stats.errors import TableError

READABLE = {".csv", ".tsv", ".txt", ".json", ".jsonl"}
METADATA = "metadata.json"
RESULT = re.compile(r"study_result_(\d+)/comp-result_\d+/")  # how JATOS names the folder of one result
OF_A_RUN = ("workerId", "workerType", "studyState", "comment")
FINISHED = "FINISHED"

ReadText = Callable[[TextIO, str, Counter[str]], Iterator[pd.DataFrame]]


def read_archive(path: str, read: ReadText, notes: Counter[str], encoding: str) -> Iterator[pd.DataFrame]:
    """Iterate over batches of rows of every table in an archive.

    What JATOS says of a run (its number as `jatosStudyResultId`, its worker, the parameters of its link) is
    added to the run's rows, where these do not say it themselves.

    Parameters
    ----------
    path
        Zip file, also with the ending .jzip or .jrzip.
    read
        Reader of one open text file.
    notes
        Gets the number of files that hold no table, and of runs that were not finished.
    encoding
        Encoding of the files inside.

    Raises
    ------
    TableError
        When the file is no archive, or holds no table.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from stats.files.json_stream import read_json
    >>> with TemporaryDirectory() as folder:
    ...     with ZipFile(f"{folder}/results.jzip", "w") as archive:
    ...         archive.writestr("study_result_7/comp-result_9/data.txt", '[{"rt": 512}]')
    ...     batches = list(read_archive(f"{folder}/results.jzip", read_json, Counter(), "utf-8"))
    >>> batches[0].to_dict("list")
    {'rt': ['512'], 'jatosStudyResultId': ['7']}
    """
    try:
        with ZipFile(path) as archive:
            runs = _runs(archive, path)
            unfinished = sum(run.get("studyState") not in (None, FINISHED) for run in runs.values())
            notes["runs that JATOS calls not finished, read like the others"] += unfinished
            for name in _tables(archive, path, notes):
                with io.TextIOWrapper(archive.open(name), encoding=encoding, newline="") as text:
                    for batch in read(text, f"{path}: {name}", notes):
                        yield _with_run(batch, name, runs)
    except BadZipFile:
        raise TableError(f"{path}: is not a complete zip archive; download it again") from None


def _tables(archive: ZipFile, path: str, notes: Counter[str]) -> list[str]:
    tables = []
    for entry in archive.infolist():
        if entry.is_dir() or PurePosixPath(entry.filename).name == METADATA:
            continue
        uploaded = RESULT.search(entry.filename) and "/files/" in entry.filename
        if uploaded or PurePosixPath(entry.filename).suffix.lower() not in READABLE:
            notes["files in the archive that are no tables of results"] += 1
        elif entry.file_size == 0:
            notes["empty files in the archive"] += 1
        else:
            tables.append(entry.filename)
    if not tables:
        raise TableError(f"{path}: holds no table ({', '.join(sorted(READABLE))}); export the results again")
    return tables


def _runs(archive: ZipFile, path: str) -> dict[str, dict[str, str]]:
    """Return what the metadata says of each run, by its number; empty where there are none."""
    names = [name for name in archive.namelist() if PurePosixPath(name).name == METADATA]
    runs: dict[str, dict[str, str]] = {}
    for name in names:
        try:
            described = json.loads(archive.read(name))
        except ValueError as error:
            raise TableError(f"{path}: {name} is not JSON ({error}); download the archive again") from None
        runs |= {str(run["id"]): _described(run) for run in _study_results(described)}
    return runs


def _study_results(described: Any) -> Iterator[dict[str, Any]]:
    """Iterate over the runs in JATOS' metadata, whether of one study or of several."""
    if isinstance(described, list):
        for part in described:
            yield from _study_results(part)
    elif isinstance(described, dict):
        yield from (run for run in described.get("studyResults", []) if "id" in run)
        yield from _study_results(described.get("data"))


def _described(run: dict[str, Any]) -> dict[str, str]:
    fields = {name: str(run[name]) for name in OF_A_RUN if run.get(name) not in (None, "")}
    link = run.get("urlQueryParameters")
    return fields | ({name: str(value) for name, value in link.items()} if isinstance(link, dict) else {})


def _with_run(batch: pd.DataFrame, name: str, runs: dict[str, dict[str, str]]) -> pd.DataFrame:
    result = RESULT.search(name)
    if result is None:
        return batch
    known = {"jatosStudyResultId": result[1]} | runs.get(result[1], {})
    return batch.assign(**{column: value for column, value in known.items() if column not in batch})
