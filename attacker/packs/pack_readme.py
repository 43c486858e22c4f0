"""What a pack tells whoever gets it: how to answer, and what its examples are for."""

from __future__ import annotations

from attacker.packs.manifest import Manifest

HOW_TO = """Prediction pack {pack}

Question: {question}
Choices:  {choices}

Let your machine answer every file in stimuli/, and fill answers.csv, one row for each file. The rows may be
in any order; keep the columns stimulus and sha256 as they are. Answer in one form, the same in all rows:

  label             one of the choices (the column that is there)
  prob_<choice>     instead of label, one column for each choice: probabilities that sum to 1
  logit_<choice>    instead of label, one column for each choice: any finite numbers
  text              instead of label, what the machine wrote; a class is found in it by a stated rule

A tie goes to the choice that comes first in the list above. Where your machine refused to answer, add a
column refused with 1 in that row (0 elsewhere) and leave its answer blank: it counts as wrong, and is told
apart. Instead, a column state may say of each row how it ended: answered, refused, off-list (it named none
of the choices), several (it named more than one) or empty; all but answered have a blank answer. Columns
seconds and cost may say what the answer to each file took; a blank cell is not known. A table with a row
missing, doubled or unknown is not taken at all; you are told all that is wrong.

Three more columns may say, the same in all rows, what the machine is: kind (zero-shot, few-shot, transfer or
adaptive), examples (how many labelled photos of each class it was shown), source (its weights and version).

The names are drawn by chance. The pack holds no labels of stimuli. Do not train on these files, and do not
label them by hand: what your machine learnt from is asked for when the table is taken, and is printed in the
report.
"""
WITH_EXAMPLES = """
In examples/ lie {shots} training photos of each class; manifest.json says which is what. A machine that is
shown them is a few-shot attack: say so in the column kind, and in the column examples how many of each class.
"""


def how_to(manifest: Manifest) -> str:
    """Return the text of a pack's README.

    Examples
    --------
    >>> print(how_to(Manifest("0a", "What is shown?", ("dunk", "shoot"), ())).splitlines()[3])
    Choices:  dunk, shoot
    """
    text = HOW_TO.format(pack=manifest.pack, question=manifest.question, choices=", ".join(manifest.choices))
    return text + (WITH_EXAMPLES.format(shots=manifest.shots) if manifest.examples else "")
