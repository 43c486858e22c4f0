"""Small tables as other programs write them, written out by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Row = dict[str, object]


def separated(rows: Iterable[Row], mark: str = ",") -> str:
    """One header and a line per row; a cell without a value is blank."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=mark, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def shown(person: str, classes: Sequence[str] = ("run", "swim"), n: int = 8) -> list[Row]:
    """What a person was shown: photo, class and level of n trials."""
    return [
        {"person": person, "image": f"img{k}.png", "category": classes[k % 2], "level": k // 2 % 2}
        for k in range(n)
    ]


def jspsych(person: str) -> list[Row]:
    """Instructions, then 8 trials, of which the third and sixth got no answer; null is None."""
    trials: list[Row] = [{"trial_type": "instructions", "trial_index": 0, "rt": 4000, "response": None}]
    for k, photo in enumerate(shown(person)):
        silent = k in {2, 5}
        trials.append(
            {
                "trial_type": "image-button-response",
                "trial_index": k + 1,
                "rt": None if silent else 600 + k,
                "response": None if silent else photo["category"],
                "stimulus": photo["image"],
                "category": photo["category"],
                "level": photo["level"],
                "correct": not silent,
            }
        )
    return [{"subject_id": person} | trial for trial in trials]


def jspsych_csv(rows: Sequence[Row]) -> str:
    """As jsPsych writes CSV: every cell in quotes, null as a word, a missing key as a blank."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    words = {None: "null", True: "true", False: "false"}

    def cell(row: Row, name: str) -> str:
        value = row.get(name, "")
        return f'"{words[value] if value is None or isinstance(value, bool) else value}"'

    lines = [",".join(f'"{name}"' for name in names)]
    lines += [",".join(cell(row, name) for name in names) for row in rows]
    return "\r\n".join(lines) + "\r\n"
