"""The table of what architectures can do, as rows of a page in Markdown that is written a row at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attacker.commands.architecture_trials import Trial

HEAD = """\
| architecture | side (px) | stages | map | rollout | trained, stopped, resumed |
|---|---|---|---|---|---|"""


def line_of(trial: Trial) -> str:
    """Return the row of one network.

    Examples
    --------
    >>> from attacker.commands.architecture_trials import Trial
    >>> line_of(Trial("resnet18", 64, 6, (2, 2), resumed=True))
    '| `resnet18` | 64 | 6 | 2 x 2 | no | yes |'
    """
    if not trial.stages:
        return f"| `{trial.architecture}` | {trial.side} | none: {trial.reason} | none | no | no |"
    grid = " x ".join(map(str, trial.grid)) or f"none: {trial.reason}"
    rollout = "yes" if trial.rollout else "no"
    resumed = "yes" if trial.resumed else f"no: {trial.reason}"
    return f"| `{trial.architecture}` | {trial.side} | {trial.stages} | {grid} | {rollout} | {resumed} |"


def rows_of(page: str) -> dict[str, str]:
    r"""Return the rows of a page's table, by architecture; other tables of the page are left alone.

    Examples
    --------
    >>> rows_of(f"Text.\n\n{HEAD}\n| `resnet18` | 64 |\n\nMore.")
    {'resnet18': '| `resnet18` | 64 |'}
    """
    table = page.partition(HEAD)[2].partition("\n\n")[0]
    lines = table.strip().splitlines()
    return {line.split("`")[1]: line for line in lines}


def with_rows(page: str, rows: Mapping[str, str], order: Sequence[str]) -> str:
    """Return a page whose table has these rows, in this order; a page without a table gets one at its end.

    Examples
    --------
    >>> page = with_rows("Text.", {"b": "| `b` | 2 |", "a": "| `a` | 1 |"}, order=["a", "b", "c"])
    >>> page.splitlines()[-2:], with_rows(page, {"c": "| `c` | 3 |"}, ["c"]).splitlines()[-1]
    (['| `a` | 1 |', '| `b` | 2 |'], '| `c` | 3 |')
    """
    before, _, table = page.partition(HEAD)
    after = table.partition("\n\n")[2]
    lines = "\n".join(rows[name] for name in order if name in rows)
    return f"{before.rstrip()}\n\n{HEAD}\n{lines}\n" + (f"\n{after}" if after else "")
