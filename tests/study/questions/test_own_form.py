"""A researcher's own questionnaire: what can be asked, and what of the answers is stored."""

from __future__ import annotations

import pytest

from study.questions.own_form import FormQuestion, form_questions, kept_answers, same_form

AGE = {"name": "age", "question": "How old are you?", "kind": "number", "least": 18, "most": 99}
HAND = {"name": "hand", "question": "Which hand?", "kind": "choice", "answers": ["left", "right"]}
SPORTS = {
    "name": "sports",
    "question": "Which sports?",
    "kind": "several",
    "answers": ["judo", "golf", "none"],
}
LIKED = {"name": "liked", "question": "I liked it.", "kind": "scale", "answers": ["no", "rather", "yes"]}
WORDS = {"name": "words", "question": "Anything else?", "kind": "text"}
FORM = [AGE, HAND, SPORTS, LIKED, WORDS]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "Age"}, "small letters"),
        ({"name": "1st"}, "small letters"),
        ({"question": " "}, "needs its words"),
        ({"kind": "choice"}, "different answers"),
        ({"kind": "choice", "answers": ["a"]}, "different answers"),
        ({"kind": "scale", "answers": ["a", "a"]}, "different answers"),
        ({"kind": "choice", "answers": list(map(str, range(31)))}, "2 to 30 different answers"),
        ({"kind": "text", "answers": ["a", "b"]}, "no answers to choose"),
        ({"kind": "text", "least": 3}, "neither least nor most"),
        ({"kind": "number", "least": 9, "most": 9}, "below the most"),
        ({"kind": "text", "consent": "Store it", "required": True}, "nobody must answer"),
        ({"kind": "date"}, "Invalid enum value"),
        ({"colour": "red"}, "unknown field"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(changes: dict[str, object], problem: str) -> None:
    question = {"name": "age", "question": "How old?", "kind": "text"} | changes
    with pytest.raises(ValueError, match=problem):
        form_questions([question])


def test_each_name_stands_for_one_question() -> None:
    with pytest.raises(ValueError, match="Two questions are called age"):
        form_questions([AGE, AGE])


def test_choices_are_stored_by_their_place_so_that_languages_agree() -> None:
    sent = {
        "own_age": 31.0,
        "own_hand": "2",
        "own_sports": ["3", "1"],
        "own_liked": "3",
        "own_words": "Thanks",
    }
    stored = kept_answers(form_questions(FORM), sent)
    assert stored == {"age": 31.0, "hand": 2, "sports": [1, 3], "liked": 3, "words": "Thanks"}
    words = {question.name: question.words_of(stored[question.name]) for question in form_questions(FORM)}
    assert words == {"age": "31", "hand": "right", "sports": "judo; none", "liked": "yes", "words": "Thanks"}


def test_what_is_left_empty_or_not_agreed_to_is_not_stored() -> None:
    questions = form_questions([AGE | {"consent": "You may store my age."}, HAND, SPORTS, WORDS])
    empty = {"own_hand": "", "own_sports": [], "own_words": ""}
    assert kept_answers(questions, empty | {"own_age": 40.0, "agree_age": False}) == {}
    assert kept_answers(questions, empty | {"own_age": 40.0, "agree_age": True}) == {"age": 40.0}
    assert kept_answers(questions, {"own_age": 0.0, "agree_age": True}) == {"age": 0.0}


def test_another_language_must_ask_the_same() -> None:
    german = FormQuestion("hand", "Welche Hand?", "choice", answers=["links", "rechts"])
    first = form_questions([HAND])
    assert same_form(first, [german])
    assert not same_form(first, [FormQuestion("hand", "Welche Hand?", "choice", answers=["l", "r", "b"])])
    assert not same_form(first, [])
