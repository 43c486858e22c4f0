"""`score`: give typed answers a class by a stated rule, and tell every decision."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from stats.apa import count, share, threshold
from stats.commands.output import write_json, write_text
from stats.designs.scored_table import LISTED, Decided, ScoredTable, scored_table
from stats.designs.text_scoring import Step, TextRule, synonyms_of
from stats.errors import TableError
from stats.report.blocks import Section, Table
from stats.report.plain import to_text
from stats.table.formula_cells import escaped_cell, unescaped
from stats.table.guessing import declared_rates
from stats.table.read import read_csv

RULE = (
    "An answer counts as a class where it is its name (capitals and punctuation do not matter), else a "
    "synonym, {phrases}else where it is a name or synonym but for slips (a letter left out, put in or "
    "exchanged, two neighbours swapped), at most {slips} for each of its letters, rounded down; the fewest "
    "slips decide. The photo's class is never looked at."
)
MEANING = {
    Step.SYNONYM: "Synonyms",
    Step.PHRASE: "Names within longer answers",
    Step.SPELLING: "Slips of spelling",
    Step.AMBIGUOUS: "Ambiguous: several classes fit, and nobody decides in silence",
    Step.NO_CLASS: "No class fits",
}


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    add = parser.add_argument
    add("table", metavar="TYPED.csv", help="a row per trial; other columns are handed on as they are")
    add("--text", default="response", metavar="COLUMN", help="what was typed (response)")
    add("--category", default="category", metavar="COLUMN", help="the photo's class (category)")
    add("--synonyms", metavar="SYNONYMS.csv", help="words for classes, with the columns class,word")
    add(
        "--slips",
        type=float,
        default=0.2,
        help="slips of spelling for each letter of a name (.20; 0 for none)",
    )
    add("--phrases", action="store_true", help="a name counts within a longer answer, as whole words")
    add(
        "--ambiguous",
        choices=("wrong",),
        help="score ambiguous answers as wrong instead of refusing to write",
    )
    add(
        "--chance",
        nargs="+",
        default=[],
        metavar="RATE",
        help="write this rate of guessing into column chance",
    )
    add("--out", metavar="TRIALS.csv", help="write the table with its scores here; without it, only tell")
    add("--json", metavar="OUT.json", help="write every decision to this file")


def run(args: Namespace) -> str:
    """Write the scored table, and return what was decided."""
    typed = _typed(args)
    classes = tuple(sorted(typed[args.category].dropna().unique()))
    synonyms = _synonyms(args.synonyms) if args.synonyms else {}
    rule = TextRule(classes, synonyms, args.slips, args.phrases)
    scored = scored_table(typed, rule, text=args.text, category=args.category)
    if args.json:
        write_json(args.json, _plain(scored))
    section = to_text([_section(scored, rule)])
    if not args.out:
        return f"{section}\n\nNothing written; --out TRIALS.csv writes the table"
    _refuse_ambiguous(scored, args)
    _write(scored.table, args)
    return f"{section}\n\n{len(scored.table)} rows written to {Path(args.out)}"


def _typed(args: Namespace) -> pd.DataFrame:
    """Read the table as text, the cells of forms as what was typed into them."""
    read = read_csv(args.table, lambda _: True, all_text=True)
    typed: pd.DataFrame = read.apply(lambda column: column.map(unescaped, na_action="ignore"))
    for name in (args.category, args.text):
        if name not in typed:
            raise TableError(f"{args.table}: no column {name}; name it (--category, --text)")
    typed[args.text] = typed[args.text].map(form_field, na_action="ignore")
    return typed


def form_field(cell: str) -> str:
    """Return what was typed into a form of one field, as jsPsych writes {"Q0": "dunk"}; other text as it is.

    Raises
    ------
    TableError
        When the form has several fields.
    """
    if not cell.startswith("{"):
        return cell
    try:
        fields = json.loads(cell)
    except ValueError:
        return cell
    if len(fields) > 1:
        raise TableError(f"{cell} holds several typed answers; make a column of the one that names the class")
    return "".join(str(value) for value in fields.values() if value is not None)


def _synonyms(path: str) -> dict[str, set[str]]:
    table = read_csv(path, {"class", "word"}.__contains__, all_text=True)
    missing = [name for name in ("class", "word") if name not in table]
    if missing:
        raise TableError(f"{path}: missing column {', '.join(missing)}; synonyms need class,word")
    return synonyms_of(table[["class", "word"]].dropna().itertuples(index=False, name=None))


def _refuse_ambiguous(scored: ScoredTable, args: Namespace) -> None:
    ambiguous = scored.decided[Step.AMBIGUOUS]
    if ambiguous and args.ambiguous is None:
        words = "; ".join(f"{of.text} ({' or '.join(of.classes)})" for of in ambiguous[:LISTED])
        raise TableError(
            f"{sum(of.trials for of in ambiguous)} answers fit several classes: {words}; say in the synonyms "
            "which they mean, or count them as wrong (--ambiguous wrong)"
        )


def _write(table: pd.DataFrame, args: Namespace) -> None:
    if args.chance:
        table = table.assign(chance=declared_rates(args.chance)["human"])
    write_text(args.out, table.map(escaped_cell).to_csv(index=False))


def _section(scored: ScoredTable, rule: TextRule) -> Section:
    total = sum(scored.trials.values())
    phrases = "else where one of these stands in it as whole words, " if rule.phrases else ""
    sentences = (
        f"{count(total, 'trial', 'trials')} of people, {len(rule.classes)} classes, "
        f"{count(len(rule.synonyms), 'synonym', 'synonyms')}.",
        RULE.format(phrases=phrases, slips=threshold(rule.slips)),
        "Guessing among K classes is not what typing does: curves and d' need a declared rate (--chance).",
    )
    lists = [_list(MEANING[step], scored.decided[step]) for step in MEANING if scored.decided[step]]
    return Section("Typed answers", sentences, (_steps(scored), *lists))


def _steps(scored: ScoredTable) -> Table:
    strictness = [
        (step.value, str(scored.trials.get(step, 0)), str(scored.right.get(step, 0)), share(right))
        for step, right in scored.shares()
    ]
    others = [
        (step.value, str(scored.trials.get(step, 0)), "0", share(scored.shares()[-1][1]))
        for step in (Step.AMBIGUOUS, Step.NO_CLASS, Step.BLANK)
    ]
    caption = "Trials by step, and the share of all that is right if no later step counts"
    header = ("Step", "Trials", "Right", "Share right so far")
    return Table.of(caption, header, [*strictness, *others])


def _list(meaning: str, decided: tuple[Decided, ...]) -> Table:
    rest = len(decided) - LISTED
    caption = meaning if rest <= 0 else f"{meaning} (the {LISTED} commonest of {len(decided)})"
    rows = [(of.text, " or ".join(of.classes) or "none", str(of.trials)) for of in decided[:LISTED]]
    return Table.of(caption, ("Typed", "Class", "Trials"), rows)


def _plain(scored: ScoredTable) -> dict[str, Any]:
    return {
        "trials": {step.value: number for step, number in scored.trials.items()},
        "right": {step.value: number for step, number in scored.right.items()},
        "decided": {step.value: [asdict(of) for of in scored.decided[step]] for step in Step},
    }
