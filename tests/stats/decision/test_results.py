"""A verdict is stored as JSON and read back as the same object, whichever version stored it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stats import Clustering, Conclusion, Criteria, HumanGate, StoredVerdictError, Verdict, verdict
from stats.report.content import Facts, Source
from stats.report.level_tables import level_table
from tests.stats.tables import block, table

STORED = Path(__file__).parent / "stored"  # written before the parts of a verdict were typed


def stored(name: str) -> dict[str, Any]:
    return json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answer() -> Verdict:
    counts = {"human": (12, 30), "model": (4, 200)}
    rows = [block(kind, agents, 60, wrong, 1) for kind, (agents, wrong) in counts.items()]
    return verdict(table(*rows, block("human", 12, 60, 9), block("model", 4, 60, 5)), human_gate="loss")


def test_a_verdict_that_was_stored_as_json_is_read_back_as_the_same_verdict(answer: Verdict) -> None:
    assert Verdict.from_dict(json.loads(json.dumps(answer.to_dict(), allow_nan=False))) == answer


@pytest.mark.parametrize("name", ["verdict_of_trials", "verdict_of_counts"])
def test_an_older_stored_verdict_loses_nothing_when_it_is_read_and_stored_again(name: str) -> None:
    old = stored(name)
    new = json.loads(json.dumps(Verdict.from_dict(old).to_dict()))
    assert new == old | {"verdict": new["verdict"]}, "only the headline is worded anew"


def test_an_older_stored_verdict_is_read_through_attributes() -> None:
    old = Verdict.from_dict(stored("verdict_of_trials"))
    assert old.criteria == Criteria(human_gate=HumanGate.LOSS, loss_delta=0.12)
    sample = old.sample
    assert (sample.clustered_by, sample.mode, sample.rows_excluded) == (Clustering.PHOTO, "live", 4)
    assert old.assay.passed
    assert old.sweet_levels == (1,)
    light, sweet, heavy = old.levels
    assert light.human.p > 0
    assert light.loss is None
    assert sweet.verdict is Conclusion.SUPPORTED
    assert sweet.p_human(old.criteria.human_gate) == sweet.loss.p == sweet.p_iut
    assert sweet.robustness["human_answered_only"].estimate > sweet.human.estimate
    assert set(sweet.loss.per_class) == set(old.per_class) == {"dunk", "shoot"}
    assert heavy.machine is None


def test_counts_say_nothing_of_photos_exclusions_or_timeouts() -> None:
    old = Verdict.from_dict(stored("verdict_of_counts"))
    assert old.sample.clustered_by is Clustering.PHOTOS_UNKNOWN
    assert (old.sample.rows_excluded, old.sample.rows_unanswered, old.levels[0].human.n_items) == (None,) * 3
    assert "rows_excluded" not in old.settings


def test_values_that_are_no_verdict_are_refused_by_the_place_of_the_first_wrong_one() -> None:
    old = stored("verdict_of_trials")
    old["levels"][1]["human"]["estimate"] = "high"
    with pytest.raises(StoredVerdictError, match=r"got `str` - at `\$\.levels\[1\]\.human\.estimate`"):
        Verdict.from_dict(old)
    with pytest.raises(StoredVerdictError, match="Run the analysis again"):
        Verdict.from_dict({})


def test_settings_are_thresholds_and_rows_in_one_flat_table(answer: Verdict) -> None:
    assert answer.settings["loss_delta"] == 0.10
    assert answer.settings["rows_counted"] == 1920
    assert answer.to_dict()["settings"] == answer.settings


def run_python(code: str) -> str:
    root = Path(__file__).parents[3]
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    ).stdout


def test_a_process_that_only_reads_verdicts_loads_neither_scipy_nor_pandas() -> None:
    heavy = "{'numpy', 'scipy', 'pandas'} & set(sys.modules)"
    assert run_python(f"import sys, stats; stats.Verdict; print({heavy})") == "set()\n"


@pytest.mark.thorough
def test_a_package_that_is_named_with_its_version_is_one_that_computes_verdicts() -> None:
    code = "import sys, stats; stats.verdict; from stats.decision.gates import versions; "
    assert run_python(code + "print(set(versions()) - {'python'} - set(sys.modules))") == "set()\n"


def test_the_table_prints_headline_and_levels_in_the_cells_of_the_report(answer: Verdict) -> None:
    headline, _, *lines = answer.table().splitlines()
    assert headline.lower() == f"{answer.headline()}.".lower()
    reported = level_table(Source(facts=Facts(), outcome=answer))
    cells = [re.split(r"  +", line.strip()) for line in lines]
    assert cells == [list(reported.header), *map(list, reported.rows)]
