"""A package may be released with the product only under a licence that somebody has read."""

from __future__ import annotations

import runpy
import subprocess
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMAND = runpy.run_path(str(CHECKOUT / ".ci" / "licences.py"))
LISTS = {"MIT": "permissive", "Apache-2.0": "permissive", "MPL-2.0": "weak_copyleft"}


@pytest.fixture
def package(tmp_path: Path) -> Distribution:
    """A package whose metadata each test writes; before that it names no licence."""
    folder = tmp_path / "some_package-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: Some_Package\nVersion: 1.0\n")
    return PathDistribution(folder)


def names(package: Distribution, *lines: str) -> tuple[str, ...]:
    metadata = package.locate_file("") / "some_package-1.0.dist-info" / "METADATA"
    text = "Metadata-Version: 2.4\nName: Some_Package\nVersion: 1.0\n" + "".join(
        f"{line}\n" for line in lines
    )
    Path(metadata).write_text(text)
    return COMMAND["licence_of"](package, {}).names


def test_an_expression_counts_with_all_its_parts(package: Distribution) -> None:
    lines = ("License-Expression: MIT AND (Apache-2.0 OR MPL-2.0)", "License: Freeware")
    assert names(package, *lines) == ("MIT", "Apache-2.0", "MPL-2.0")


def test_a_classifier_counts_more_than_the_line_unless_it_says_nothing(package: Distribution) -> None:
    mit = "Classifier: License :: OSI Approved :: MIT License"
    assert names(package, "License: see file", mit) == ("MIT License",)
    proprietary = "Classifier: License :: Other/Proprietary License"
    assert names(package, "License: Apache 2.0", proprietary) == ("Apache 2.0",)


def test_a_whole_text_is_no_name(package: Distribution) -> None:
    assert names(package, f"License: {'Permission is granted ' * 9}") == ()


def test_an_unknown_licence_and_one_on_no_list_are_refused_with_advice(package: Distribution) -> None:
    assert names(package, "License: UNKNOWN") == ()
    unknown = COMMAND["troubles"]([COMMAND["licence_of"](package, {})], LISTS)
    assert unknown == [
        "some-package names no licence: read its files and state what holds in .ci/licences.toml."
    ]
    names(package, "License-Expression: MIT AND AGPL-3.0-only")
    refused = COMMAND["troubles"]([COMMAND["licence_of"](package, {})], LISTS)
    assert [line.partition(";")[0] for line in refused] == [
        "some-package: 'AGPL-3.0-only' is on no list of licences.toml"
    ]


def test_what_somebody_read_in_a_packages_files_counts(package: Distribution) -> None:
    stated = {"some-package": {"licence": "MIT", "read_in": "its file LICENSE"}}
    licence = COMMAND["licence_of"](package, stated)
    assert (licence.names, COMMAND["troubles"]([licence], LISTS)) == (("MIT",), [])


def test_the_lists_hold_each_name_once_and_say_where_a_stated_licence_was_read() -> None:
    lists, stated = COMMAND["read_policy"]()
    text = COMMAND["POLICY"].read_text()
    assert {"MIT", "LGPL-3.0-only", "LicenseRef-NVIDIA-Proprietary"} <= lists.keys()
    assert not any(name.startswith(("GPL", "AGPL")) for name in lists)
    assert all(row["read_in"] and row["licence"] in lists for row in stated.values()), text


def test_the_release_job_does_all_three_and_names_those_that_failed(tmp_path: Path) -> None:
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "$2"\n[ "$2" = sbom ]\n')
    make.chmod(0o755)
    command = [CHECKOUT / ".ci" / "release"]
    path = f"{tmp_path}:/usr/bin:/bin"
    result = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, timeout=60)
    assert result.stdout.split() == ["licences", "sbom", "audit"]
    assert result.returncode == 1
    assert result.stderr == "error: not ready for a release: licences audit\n"
