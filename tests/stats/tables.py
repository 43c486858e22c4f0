"""Small tables of trials written out by hand, for specifications that need exact numbers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def trial_rows(
    agent_type: str, answers: Iterable[tuple[str, str, int]], level: float = 0, category: str = "dunk"
) -> list[dict[str, object]]:
    """Rows from (agent, item, correct)."""
    return [
        {
            "agent_type": agent_type,
            "agent_id": agent,
            "item_id": item,
            "category": category,
            "crop_level": level,
            "correct": correct,
        }
        for agent, item, correct in answers
    ]


def block(
    agent_type: str, n_agents: int, n_items: int, n_wrong: int, level: float = 0, category: str = "dunk"
) -> list[dict[str, object]]:
    """Everyone judges every item; the first `n_wrong` trials, spread over agents and items, are wrong."""
    pairs = [(agent, (agent + step) % n_items) for step in range(n_items) for agent in range(n_agents)]
    answers = [
        (f"{agent_type[0]}{agent}", f"{category}{item}", int(number >= n_wrong))
        for number, (agent, item) in enumerate(pairs)
    ]
    return trial_rows(agent_type, answers, level, category)


def table(*rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame([row for part in rows for row in part])
