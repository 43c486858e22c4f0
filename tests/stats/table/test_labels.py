"""Tables hold each name once; what is computed from them is what plain text would give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats import verdict
from stats.planning.simulated_studies import simulate
from stats.table import read
from stats.table.labels import distinct_rows, labels, n_distinct, numbered, renumbered, stacked

NAMES = st.lists(st.sampled_from(["a", "b", "B", "10", "9"]), min_size=1, max_size=30)


@pytest.mark.thorough
@given(NAMES)
def test_names_are_those_of_the_text_in_alphabetical_order(texts: list[str]) -> None:
    names = labels(pd.Series(texts))
    assert names.tolist() == texts
    assert list(names.cat.categories) == sorted(set(texts))


@pytest.mark.thorough
@given(NAMES, st.data())
def test_names_that_no_row_holds_any_more_have_no_number(texts: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.sampled_from(range(len(texts))), min_size=1))
    codes, names = numbered(labels(pd.Series(texts)).iloc[rows])
    assert list(names) == sorted({texts[row] for row in rows})
    assert list(names[codes]) == [texts[row] for row in rows]


@pytest.mark.thorough
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.5, 1.0])), min_size=1))
def test_distinct_rows_are_those_that_pandas_leaves(rows: list[tuple[str, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "level"])
    frame["name"] = labels(frame["name"])
    left = frame.drop_duplicates()
    assert distinct_rows(frame, ["name", "level"]).index.tolist() == left.index.tolist()
    assert n_distinct(frame, ["name", "level"]) == len(left)


@pytest.mark.parametrize("codes", [[3, 0, 3], [10**9, 7, 10**9]])
def test_codes_are_renumbered_alike_whether_they_lie_close_or_far_apart(codes: list[int]) -> None:
    present, place = renumbered(np.array(codes))
    assert present.tolist() == sorted(set(codes))
    assert present[place].tolist() == codes


def test_tables_that_hold_other_names_stay_names_when_they_are_stacked() -> None:
    first, second = (pd.DataFrame({"item_id": labels(pd.Series([name]))}) for name in ("b", "a"))
    both = stacked([first, second.assign(response="dunk")])
    assert both["item_id"].tolist() == ["b", "a"]
    assert isinstance(both["item_id"].dtype, pd.CategoricalDtype)
    assert both["response"].isna().tolist() == [True, False]


def test_a_file_that_changes_its_type_on_the_way_is_read_as_if_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trials.csv"
    header = "agent_type,agent_id,item_id,category,crop_level,correct,excluded_trial"
    rows = [f"human,00{row},007,dunk,0,1,{flag}" for row, flag in enumerate(["1", "0", "true", ""])]
    path.write_text("\n".join([header, *rows]))
    at_once = read.read_trials(path)
    monkeypatch.setattr(read, "PIECE", 2)
    piece_by_piece = read.read_trials(path)
    pd.testing.assert_frame_equal(piece_by_piece, at_once)
    assert piece_by_piece["excluded_trial"].fillna("").tolist() == ["1", "0", "true", ""]
    assert piece_by_piece["agent_id"].tolist() == ["000", "001", "002", "003"]


@pytest.mark.thorough
def test_a_verdict_from_a_file_is_that_of_its_plain_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(2)
    people = simulate([0.96, 0.9], rng, n_agents=6, n_items=60)
    networks = simulate([0.95, 0.6], rng, agent_type="model", n_agents=3, n_items=60, crossed=True)
    table = pd.concat([people, networks], ignore_index=True)
    path = tmp_path / "trials.csv"
    table.assign(source_id="").to_csv(path, index=False)
    monkeypatch.setattr(read, "PIECE", 100)
    from_file = verdict(read.read_all([path]))
    assert from_file.to_dict() == verdict(table.assign(source_id="")).to_dict()
