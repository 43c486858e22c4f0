"""What computed a number is told of the product itself, wherever a copy of it stands."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from stats import provenance
from tests.stats.tables import block, table

HERE = Path(provenance.__file__)
REPOSITORY = HERE.parents[1]


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def copied_to(folder: Path) -> Path:
    """A copy of the module at its own place below `folder`."""
    copy = folder / "stats" / "provenance.py"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(HERE.read_bytes())
    return copy


def committed(folder: Path) -> str:
    """Make a repository of all that lies in `folder`, and return its commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    return git(folder, "rev-parse", "HEAD")


def test_the_revision_is_that_of_our_own_checkout(tmp_path: Path) -> None:
    copy = copied_to(tmp_path)
    commit = committed(tmp_path)
    assert provenance.git_revision(copy, "stats.provenance") == commit
    copy.write_text("# changed\n")
    assert provenance.git_revision(copy, "stats.provenance") == f"{commit}-dirty"


def test_it_is_found_one_folder_deeper_as_well(tmp_path: Path) -> None:
    copied_to(tmp_path)
    deeper = tmp_path / "stats" / "inference" / "provenance.py"
    deeper.parent.mkdir()
    deeper.write_bytes(HERE.read_bytes())
    commit = committed(tmp_path)
    assert provenance.git_revision(deeper, "stats.inference.provenance") == commit


def test_the_repository_around_a_copy_is_not_ours(tmp_path: Path) -> None:
    for folder in ("untracked", "tracked"):
        foreign = tmp_path / folder
        foreign.mkdir()
        (foreign / "thesis.tex").write_text("Chapter 1")
        if folder == "tracked":
            copied_to(foreign / "tools" / "sweetspot")
        committed(foreign)
        if folder == "untracked":
            copied_to(foreign / "tools" / "sweetspot")
        copy = foreign / "tools" / "sweetspot" / "stats" / "provenance.py"
        assert provenance.git_revision(copy, "stats.provenance") is None


def test_an_export_without_git_has_no_revision(tmp_path: Path) -> None:
    assert provenance.git_revision(copied_to(tmp_path), "stats.provenance") is None


@pytest.mark.skipif(not (REPOSITORY / ".git").exists(), reason="needs a checkout")
def test_these_tests_run_from_our_own_checkout() -> None:
    revision = provenance.git_revision()
    assert revision is not None
    assert revision.removesuffix("-dirty") == git(REPOSITORY, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("revision", "product"),
    [
        ("0123456789abcdef", "0.1.0 (git 0123456789ab)"),
        ("0123456789abcdef-dirty", "0.1.0 (git 0123456789ab-dirty)"),
        (None, "0.1.0 (no git revision: not run from a checkout of its own)"),
    ],
)
def test_a_reader_is_told_the_revision_or_that_there_is_none(revision: str | None, product: str) -> None:
    assert provenance.Provenance("0.1.0", revision, "3.11.0", "Linux", {}).product == product


@pytest.mark.thorough
def test_every_package_that_a_report_lists_took_part_in_it(tmp_path: Path) -> None:
    rows = [*block("human", 4, 12, 3), *block("model", 3, 12, 2)]
    table(rows, [row | {"crop_level": 1} for row in rows]).to_csv(tmp_path / "trials.csv", index=False)
    report = f"main(['report', {str(tmp_path / 'trials.csv')!r}, '--out', {str(tmp_path)!r}])"
    code = f"""
import json, sys
from stats.__main__ import main
{report}
print(json.dumps([name.partition(".")[0] for name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    distributions = packages_distributions()
    modules = set(json.loads(done.stdout.splitlines()[-1]))
    loaded = {name for module in modules for name in distributions.get(module, [])}
    listed = set(json.loads((tmp_path / "report.json").read_text())["software"])
    assert listed - {"sweetspot", "python"} <= loaded
    assert {"numpy", "scipy", "pandas", "matplotlib", "fpdf2"} <= listed
