"""Typed answers: planted slips and synonyms come back, nobody decides in silence what is ambiguous."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.__main__ import main
from stats.designs.scored_table import scored_table
from stats.designs.spelling import distance
from stats.designs.text_scoring import Step, TextRule
from stats.errors import CriteriaError, TableError
from stats.imports.import_options import ImportOptions
from stats.imports.importing import import_trials
from stats.table.read import read_trials

SPORTS = ("basketball", "ice hockey", "rowing", "tennis")
RULE = TextRule(SPORTS, {"racket sport": ["tennis"], "boats": ["rowing"], "stick": ["ice hockey", "tennis"]})
WORDS = st.text(alphabet="abc", max_size=7)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("answer", "step", "classes"),
    [
        ("Tennis", Step.CLASS, ["tennis"]),
        ("  ICE-hockey! ", Step.CLASS, ["ice hockey"]),
        ("racket sport", Step.SYNONYM, ["tennis"]),
        ("basketbal", Step.SPELLING, ["basketball"]),
        ("baksetball", Step.SPELLING, ["basketball"]),
        ("tenis", Step.SPELLING, ["tennis"]),
        ("hockey", Step.NO_CLASS, []),
        ("stick", Step.AMBIGUOUS, ["ice hockey", "tennis"]),
        ("rugby", Step.NO_CLASS, []),
        (" ?!", Step.BLANK, []),
        (None, Step.BLANK, []),
    ],
)
def test_the_first_step_that_finds_a_class_counts(answer: str | None, step: Step, classes: list[str]) -> None:
    scored = RULE.score(answer)
    assert (scored.step, list(scored.classes)) == (step, classes)


def test_names_within_a_longer_answer_count_only_where_that_is_asked_for() -> None:
    phrases = TextRule((*SPORTS, "hockey"), phrases=True)
    assert RULE.score("people playing tennis").step is Step.NO_CLASS
    assert phrases.score("people playing tennis").response == "tennis"
    assert phrases.score("ice hockey players").response == "ice hockey"  # not also hockey
    assert phrases.score("hockey players").response == "hockey"
    assert phrases.score("tennis or rowing").classes == ("rowing", "tennis")
    assert phrases.score("throwing").step is Step.NO_CLASS  # "rowing" is no word of it


def test_a_short_name_forgives_no_slip_and_two_names_at_the_same_distance_are_ambiguous() -> None:
    rule = TextRule(("cat", "bat", "truck", "trunk"))
    assert rule.score("hat").step is Step.NO_CLASS
    assert rule.score("trukc").response == "truck"
    assert rule.score("truk").classes == ("truck", "trunk")
    assert TextRule(("truck", "trunk"), slips=0).score("trukc").step is Step.NO_CLASS


def test_names_in_other_scripts_are_told_apart() -> None:
    rule = TextRule(("走る", "泳ぐ", "バス", "パス"))
    assert rule.score("走る").response == "走る"
    assert rule.score("ﾊﾞｽ").response == "バス"  # half width
    assert rule.score("パス").response == "パス"


@pytest.mark.thorough
@given(WORDS, WORDS)
def test_the_distance_is_one_and_grows_with_slips(first: str, second: str) -> None:
    far = len(first) + len(second)
    there, back = distance(first, second, far), distance(second, first, far)
    assert there == back
    assert (there == 0) == (first == second)
    assert there is not None
    assert distance(first, second, there) == there
    assert there == 0 or distance(first, second, there - 1) is None
    assert distance(f"{first}d", second, far + 1) in {there - 1, there, there + 1}


def test_a_rule_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(TableError, match="two classes are called tennis"):
        TextRule(("tennis", "Tennis!"))
    with pytest.raises(TableError, match="synonyms are given for golf, which is no class"):
        TextRule(SPORTS, {"club": ["golf"]})
    with pytest.raises(CriteriaError, match="slips per letter"):
        TextRule(SPORTS, slips=2)


def typed_table(seed: int = 0, trials: int = 400) -> pd.DataFrame:
    """Half of the right answers are typed with one slip, in capitals or as a synonym; a third is wrong."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(SPORTS, trials)
    ways = [str.upper, lambda name: name[:-2] + name[-1], lambda name: name[0] + name[2] + name[1] + name[3:]]
    rows = []
    for number, name in enumerate(truth):
        other = rng.choice([sport for sport in SPORTS if sport != name])
        answer = str(name if rng.random() < 2 / 3 else other)
        written = ways[rng.integers(3)](answer) if rng.random() < 0.5 else answer
        columns = (f"p{number % 10}", f"photo{number // 10}{name}", name, written, int(answer == name))
        rows.append(("human", *columns))
    names = ["agent_type", "agent_id", "item_id", "category", "response", "planted"]
    return pd.DataFrame(rows, columns=names).assign(crop_level="0")


def test_planted_accuracy_comes_back_where_exact_match_would_lose_half_of_it() -> None:
    table = typed_table()
    scored = scored_table(table, TextRule(SPORTS))
    assert (scored.table["correct"] == table["planted"]).all()
    shares = dict(scored.shares())
    assert shares[Step.SPELLING] == pytest.approx(table["planted"].mean())
    exact = (table["response"] == table["category"]).mean()
    assert exact < shares[Step.CLASS] < shares[Step.SPELLING]
    assert scored.table["response_text"].tolist() == table["response"].tolist()


def test_rows_of_networks_and_timeouts_stay_and_a_blank_is_no_answer() -> None:
    rows = [
        ("human", "dunk", "dunkk", "answered", None),
        ("human", "dunk", None, "timeout", "0"),
        ("human", "dunk", " ", None, None),
        ("model", "shoot", "dunkk", None, "1"),
    ]
    names = ["agent_type", "category", "response", "response_status", "correct"]
    result = scored_table(pd.DataFrame(rows, columns=names), TextRule(("dunk", "shoot"), slips=0.25)).table
    assert result["correct"].tolist() == [1, "0", 0, "1"]
    assert result["response"].tolist() == ["dunk", None, None, "dunkk"]
    assert result["response_status"].tolist() == ["answered", "timeout", "cant_tell", None]
    assert result["text_rule"].tolist() == ["spelling", None, "blank", None]


def test_the_command_refuses_to_decide_and_says_every_decision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, synonyms, out, numbers = (
        tmp_path / name for name in ("typed.csv", "words.csv", "out.csv", "out.json")
    )
    table = typed_table()
    table.loc[0, "response"] = "stick"
    table.to_csv(path, index=False)
    synonyms.write_text("class,word\ntennis,stick\nice hockey,stick\n")
    options = ["score", str(path), "--synonyms", str(synonyms), "--out", str(out), "--json", str(numbers)]
    assert main(options) == 2
    assert "stick (ice hockey or tennis)" in capsys.readouterr().err
    assert not out.exists()
    assert main([*options, "--ambiguous", "wrong", "--chance", ".01"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "at most .20 for each of its letters" in text
    assert "tenns tennis" in text
    assert json.loads(numbers.read_text())["trials"]["ambiguous"] == 1
    trials = read_trials(out)
    assert trials.loc[0, "correct"] == 0
    assert set(trials["chance"]) == {0.01}
    assert main(["verdict", str(out)]) == 0


def test_a_form_of_one_field_is_what_was_typed_into_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "typed.csv", tmp_path / "out.csv"
    table = typed_table().assign(response=lambda rows: '{"Q0":"' + rows["response"] + '"}')
    table.to_csv(path, index=False)
    assert main(["score", str(path), "--out", str(out)]) == 0
    assert read_trials(out)["correct"].tolist() == table["planted"].tolist()
    table.assign(response='{"sport": "tennis", "mood": "good"}').to_csv(path, index=False)
    assert main(["score", str(path)]) == 2
    assert "holds several typed answers" in capsys.readouterr().err


def test_an_import_never_scores_typed_answers_by_exact_match_in_silence(tmp_path: Path) -> None:
    path, out = tmp_path / "typed.csv", tmp_path / "out.csv"
    typed_table().drop(columns="planted").to_csv(path, index=False)
    with pytest.raises(TableError, match=r"they look typed.*python -m stats score"):
        import_trials([path], ImportOptions(layout="plain"))
    assert main(["score", str(path), "--out", str(out)]) == 0
    assert import_trials([out], ImportOptions(layout="plain")).preview.contradictions == 0
