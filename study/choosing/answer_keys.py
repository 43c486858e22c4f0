"""Keys that answer: which there are for so many answers, and what their labels say."""

from __future__ import annotations

NUMBERS, LETTERS, ARROWS, NO_KEYS = "numbers", "letters", "arrows", "none"

ONE_DIGIT = 9
HOME_ROW = {2: "FJ", 3: "FJK", 4: "DFJK", 5: "DFJKL", 6: "SDFJKL"}  # where fingers rest, left to right
CROSS = ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown")
SIGNS = {"ArrowLeft": "←", "ArrowUp": "↑", "ArrowRight": "→", "ArrowDown": "↓"}


def keys_of(scheme: str, answers: int) -> list[str]:
    """Return the name of the key of each answer, as browsers name keys; none if the scheme has too few.

    More than nine answers have numbers of two digits, all of them: if 1 were a whole number but 10 began
    with it too, nobody could tell which was meant, and some answers would take more keys than others.

    Examples
    --------
    >>> keys_of(LETTERS, 2), keys_of(ARROWS, 2), keys_of(NUMBERS, 12)[8:10]
    (['F', 'J'], ['ArrowLeft', 'ArrowRight'], ['09', '10'])
    """
    if scheme == NUMBERS:
        digits = 1 if answers <= ONE_DIGIT else len(str(answers))
        return [f"{number:0{digits}}" for number in range(1, answers + 1)]
    if scheme == LETTERS:
        return list(HOME_ROW.get(answers, ""))
    if scheme == ARROWS:
        return {2: [CROSS[0], CROSS[2]], 3: [*CROSS[:3]], 4: [*CROSS]}.get(answers, [])
    return []


def most_answers(scheme: str) -> int | None:
    """Return how many answers the keys of a scheme reach; None if there is no limit."""
    return {LETTERS: max(HOME_ROW), ARROWS: len(CROSS)}.get(scheme)


def label_of(key: str) -> str:
    """Return what a key is called on the screen."""
    return SIGNS.get(key, key)


def keys_to_try(keys: list[str]) -> list[str]:
    """Return the keys that answering takes: each once; of numbers of several digits, each digit.

    Examples
    --------
    >>> keys_to_try(keys_of(NUMBERS, 3)), keys_to_try(keys_of(NUMBERS, 10))[:3]
    (['1', '2', '3'], ['0', '1', '2'])
    """
    if not keys or not keys[0].isdigit():
        return keys
    return sorted(set("".join(keys)))
