"""Typed answers on the way to the table: the score beside the answer, by the rule of `stats score`."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from pipeline.exports.files import FILES
from pipeline.exports.registering.preregistration import preregistration_of
from pipeline.exports.typed_answers import text_rule
from pipeline.sittings.sitting import End, sitting_of, sittings_of
from stats.__main__ import main
from study import sessions
from study.freezing.candidates import gather
from study.freezing.task_readiness import naming_problems
from study.models import Participant, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from tests.remembered import remembered
from tests.study.factories import NOW, draft_study, open_version_of, player
from tests.study.playing import (
    QUESTIONNAIRE,
    deliver,
    open_block,
    play_block,
    play_to_the_end,
    trials_of,
    typed,
)

pytestmark = pytest.mark.django_db
WORDS = {
    "en": {"dunk": ["slam"], "shoot": ["slam", "throw"]},
    "de": {"dunk": ["Korbleger von oben"], "shoot": ["Wurf"]},
}
ANSWERS = {
    "Dunk!": ("dunk", "class"),
    "dnuk": ("dnuk", "no class"),  # two slips are too many for four letters at .2
    "throw": ("shoot", "synonym"),
    "a long throw": ("shoot", "phrase"),
    "dribbel": ("dribble", "spelling"),
    "slam": ("slam", "ambiguous"),
    "golf": ("golf", "no class"),
}


@pytest.fixture
@remembered
def version() -> StudyVersion:
    return open_version_of(
        draft_study(task="naming", naming_synonyms=WORDS, trials_per_person=6, block_size=12, catch_share=0.0)
    )


def table(version: StudyVersion) -> pd.DataFrame:
    text = "".join(FILES["trials.csv"](version, Mode.LIVE))
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])


def type_all(version: StudyVersion, answers: list[str]) -> pd.DataFrame:
    """Somebody who types these answers, one after the other, and the rows that follow."""
    session = player(version)
    play_block(session)
    trials = trials_of(open_block(session))
    deliver(session, *(typed(trial, text) for trial, text in zip(trials, answers, strict=False)))
    rows = table(version).query("block_type == 'test'")
    return rows[rows["response_text"].notna()].set_index("response_text")


@pytest.mark.thorough
def test_each_answer_stands_beside_the_class_that_the_rule_gives_it(version: StudyVersion) -> None:
    for some in (list(ANSWERS)[:4], list(ANSWERS)[3:]):
        rows = type_all(version, some)
        for text in some:
            (response, step) = ANSWERS[text]
            assert tuple(rows.loc[[text]].iloc[-1][["response", "text_rule"]]) == (response, step)
    assert (rows["correct"] == (rows["response"] == rows["category"])).all()
    assert set(rows["chance"]) == {0.01}
    assert set(rows["first_key_ms"]) == {900.0}


def test_the_words_are_those_of_the_persons_language(version: StudyVersion) -> None:
    german, english = (text_rule(plan_of(version), language) for language in ("de", "en"))
    assert german.score("wurf").response == "shoot"
    assert english.score("wurf").response is None
    assert german.score("dribble").response == "dribble"
    assert text_rule(plan_of(version), "de-at").score("wurf").response == "shoot"
    rows = type_all(version, ["Wurf"])
    assert rows.loc["Wurf", "text_rule"] == "no class"
    Participant.objects.update(language="de")
    assert table(version).set_index("response_text").loc["Wurf", "text_rule"] == "synonym"


def test_a_label_names_its_class(version: StudyVersion) -> None:
    study = draft_study(task="naming")
    study.categories.filter(name="dunk").update(labels={"de": "Korbleger"})
    rule = text_rule(plan_of(open_version_of(study)), "de")
    assert rule.score("korbleger").response == "dunk"


@pytest.mark.thorough
def test_the_shell_gives_the_same_score(version: StudyVersion, tmp_path: Path) -> None:
    type_all(version, list(ANSWERS)[:6])
    ours = table(version).query("block_type == 'test' and response_text == response_text")
    source, words, out = (tmp_path / name for name in ("typed.csv", "words.csv", "scored.csv"))
    columns = ["agent_type", "agent_id", "item_id", "category", "crop_level", "response_text"]
    others = pd.DataFrame({"agent_type": "human", "agent_id": "x", "item_id": ["a", "b", "c"]})
    others = others.assign(category=["dribble", "dunk", "shoot"], crop_level=0, response_text="golf")
    pd.concat([ours[columns], others]).to_csv(source, index=False)
    pairs = [(name, word) for name, own in WORDS["en"].items() for word in own]
    pd.DataFrame(pairs, columns=["class", "word"]).to_csv(words, index=False)
    options = ["--text", "response_text", "--synonyms", str(words), "--slips", ".2", "--phrases"]
    assert main(["score", str(source), *options, "--ambiguous", "wrong", "--out", str(out)]) == 0
    theirs = pd.read_csv(out).iloc[: len(ours)]
    for name in ("response", "text_rule", "correct"):
        assert theirs[name].tolist() == ours[name].tolist()


def test_catch_photos_are_judged_by_the_score_too() -> None:
    version = open_version_of(draft_study(task="naming", catch_share=0.2, catch_criterion=0.6))
    attentive = play_to_the_end(player(version))
    rows = table(version)
    of_attentive = rows[rows["agent_id"] == attentive.participant.public_id]
    assert (of_attentive["correct"] == 1).all()
    assert (of_attentive["excluded_participant"] == 0).all()
    (sitting,) = [each for each in sittings_of(version, Mode.LIVE, NOW) if each.end == End.COMPLETE]
    assert sitting.counts
    assert all(answer.correct for answer in sitting.answers)
    blind = player(version)
    while (due := open_block(blind)).trials:
        deliver(blind, *(typed(trial, "golf") for trial in trials_of(due)))
    sessions.complete(blind.token, QUESTIONNAIRE, NOW)
    rows = table(version)
    of_blind = rows[rows["agent_id"] == blind.participant.public_id]
    assert (of_blind["excluded_participant"] == 1).all()
    assert sitting_of(blind.participant, NOW).excluded == "catch"


def test_the_preregistration_states_the_whole_rule(version: StudyVersion) -> None:
    text = " ".join(preregistration_of(version).design)
    for part in ("5 further words", "0.2 slips", "whole words", "without regard to capitals"):
        assert part in text


def test_words_for_a_class_that_does_not_exist_are_refused_before_freezing() -> None:
    study = draft_study(task="naming", naming_synonyms={"en": {"dnuk": ["slam"]}})
    assert "dnuk" in "".join(naming_problems(gather(study)))
