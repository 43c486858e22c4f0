"""What is news between two looks at the site: a pure function of the looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.health.site_parts import Health, Part, State

LOOKS = 2  # in a row that must agree: a restart or a slow moment is not news


@dataclass(frozen=True)
class Reported:
    """What was last told of each part, and how often in a row it has looked otherwise since.

    Attributes
    ----------
    states : state of each part that has been told; a part that is not here counts as well
    others : by part, the state that it looks to be in and the number of looks in a row
    """

    states: Mapping[str, State] = field(default_factory=dict)
    others: Mapping[str, tuple[State, int]] = field(default_factory=dict)


def after_a_look(before: Reported, now: Health) -> tuple[Reported, list[str]]:
    """Return what is told after this look, and a sentence for each part of which something is new."""
    states, others, news = dict(before.states), {}, []
    for name, part in now.parts.items():
        if part.state is states.get(name, State.OK):
            continue
        state, looks = before.others.get(name, (part.state, 0))
        looks = looks + 1 if state is part.state else 1
        if looks < LOOKS:
            others[name] = part.state, looks
        else:
            states[name] = part.state
            news.append(sentence(name, part))
    return Reported(states, others), news


def sentence(name: str, part: Part) -> str:
    """Say how a part is, with its figures."""
    figures = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in part.figures.items())
    words = f"{name.replace('_', ' ')}: {part.state.word}, {part.says}"
    return f"{words} ({figures})" if figures else words
