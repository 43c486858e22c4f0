"""Columns of what an analysis says of machines side by side."""

from __future__ import annotations

from dataclasses import replace

from stats.table.column import YES_NO, Column
from stats.table.columns.machine_columns import BROUGHT_AS
from stats.table.schema import BY_NAME

PEOPLE_ROWS = "people"
WHOLE = "all levels of a machine together"
OF_MACHINE = (
    Column("machine_number", "Number of the machine in the report", "integer", missing=PEOPLE_ROWS),
    Column("machine", "Network, or machine from outside", derivation="people: the people of the study"),
    Column(
        "attack",
        "Kind of attack",
        levels=BROUGHT_AS.levels,
        missing=PEOPLE_ROWS,
        derivation=(
            "adaptive: trained on crops of the level; transfer: trained on the lightest level alone; of "
            "machines from outside, what their owners say"
        ),
    ),
    Column("from_outside", "Machine came from outside", "integer", levels=YES_NO, missing=PEOPLE_ROWS),
)
OF_LEVEL = (
    *OF_MACHINE,
    replace(BY_NAME["crop_level"], missing=WHOLE, required=False, read_as=None, aliases=()),
    Column(
        "accuracy",
        "Accuracy, classes weighing the same",
        "number",
        "share",
        missing=WHOLE,
        derivation="as in the report",
    ),
    Column("ci_low", "Lower end of its interval", "number", "share", missing=WHOLE),
    Column("ci_high", "Upper end of its interval", "number", "share", missing=WHOLE),
    Column("observers", "Networks, or people", "integer", derivation="all levels: the most at one"),
    Column("photos", "Photos", "integer", missing=f"people, and {WHOLE}"),
    *(
        Column(
            f"share_{name}",
            f"Share of answers that {words}",
            "number",
            "share",
            missing="people, and tables without answer_state",
        )
        for name, words in (
            ("refused", "were refused"),
            ("off_list", "named none of the classes"),
            ("several", "named several classes"),
            ("empty", "were empty"),
        )
    ),
)
OF_KAPPA = tuple(
    Column(
        name,
        label,
        "number",
        "kappa",
        missing=f"{WHOLE}, undefined, or too few shared photos",
    )
    for name, label in (
        ("kappa_people", "Error consistency with people; of people: among them"),
        ("kappa_people_low", "Lower end of its interval"),
        ("kappa_people_high", "Upper end of its interval"),
    )
)
OF_TOOK = (
    Column("answers", "Answers to test photos", "integer", missing=PEOPLE_ROWS),
    Column(
        "cost_per_1000",
        "Mean cost of an answer, times 1,000",
        "number",
        "currency of its owner",
        missing="not known",
        derivation="of the answers whose answer_cost is known",
    ),
    Column("costs_known", "Answers whose cost is known", "integer", missing=PEOPLE_ROWS),
    Column("seconds_median", "Median time of an answer", "number", "s", missing="not known"),
    Column("seconds_p95", "Time that 95 % of the answers stay within", "number", "s", missing="not known"),
    Column("seconds_known", "Answers whose time is known", "integer", missing=PEOPLE_ROWS),
)
MACHINES = (*OF_LEVEL, *OF_KAPPA, *OF_TOOK)
WITHOUT_KAPPA = "undefined, or too few shared photos"
MACHINE_PAIRS = (
    replace(BY_NAME["crop_level"], required=False, read_as=None, aliases=()),
    Column("first", "One side of the pairs", derivation="machine with its kind of attack, or people"),
    Column("second", "The other side", derivation="the same as first: among its own networks, or people"),
    Column("kappa", "Error consistency", "number", "kappa", missing=WITHOUT_KAPPA),
    Column("kappa_low", "Lower end of its interval", "number", "kappa", missing="none: reason says why"),
    Column("kappa_high", "Upper end of its interval", "number", "kappa", missing="none: reason says why"),
    Column(
        "photos_shared",
        "Photos that both sides of a pair judged",
        "integer",
        derivation="fewest of the pairs that count, or most where none does",
    ),
    Column("reason", "Why there is no kappa or no interval", missing="both are there"),
)
