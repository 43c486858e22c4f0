#!/usr/bin/env bash
# One would guess: pandas.read_csv(dtype="category") keeps the text of a column. Its user guide says that the categories are always
# strings, and mixing in one id with a letter seems to prove it.
# What really happens (pandas 3.1.1): where every value of the column looks like a number, the categories are numbers, so that the
# observers "007" and "7" become one observer, and "010" is written back as 10. One "x1" further down, and all stay text.
# What helps: dtype=str, and astype("category") afterwards.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1
output=$("$folder/venv/bin/python" - <<'PYTHON'
import io

import pandas as pd


def categories(text, **how):
    return list(pd.read_csv(io.StringIO(text), **how).observer.cat.categories)


ids = "observer\n007\n7\n010\n"
print(pd.__version__)
print("all look like numbers:", [int(value) for value in categories(ids, dtype="category")])
print("one has a letter:", categories(ids + "x1\n", dtype="category"))
text = pd.read_csv(io.StringIO(ids), dtype=str).observer.astype("category")
print("text first:", list(text.cat.categories))
PYTHON
)
echo "$output"
expected="3.1.1
all look like numbers: [7, 10]
one has a letter: ['007', '010', '7', 'x1']
text first: ['007', '010', '7']"
[ "$output" = "$expected" ] || { echo "This has changed since it was written down."; exit 1; }
