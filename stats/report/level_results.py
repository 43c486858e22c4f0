"""The results in APA style: one sentence per level and observer, and the table of levels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stats.apa import (
    count,
    interval,
    p_cell,
    p_value,
    percent,
    share,
    signed,
    signed_interval,
    t_test,
    threshold,
)
from stats.report.blocks import Picture, Section, Table
from stats.report.content import Source

Values = Mapping[str, Any]
HEADER = ("Level", "People", "Interval", "p", "Machine", "Interval", "p", "p both", "p Holm", "Verdict")


def results(source: Source) -> Section:
    """Write the primary results down."""
    settings, levels = source.result["settings"], source.result["levels"]
    sentences = tuple(_level(level, settings, source.people) for level in levels)
    paragraphs = (_assay(source.result["assay"]), *sentences, _sensitivity(source.result))
    caption = f"Accuracy by level with {percent(settings['alpha'])} intervals and one-sided p-values"
    table = Table.of(caption, HEADER, [_row(level, settings) for level in levels])
    drawn = Picture(
        "accuracy",
        f"Accuracy by crop level with {percent(settings['alpha'])} intervals"
        + ("; the people are simulated." if source.simulated else "."),
        source.figures["accuracy"],
    )
    return Section("Results", paragraphs, (table,), (drawn,))


def per_class(source: Source) -> Section:
    """Write the results of every class down."""
    rows = [
        (
            name,
            f"{level['crop_level']:g}",
            *_short(level["human"]),
            *_short(level["machine"]),
            level["verdict"],
        )
        for name, part in source.result["per_class"].items()
        for level in part["levels"]
    ]
    header = ("Class", "Level", "People", "Interval", "Machine", "Interval", "Verdict")
    table = Table.of("Accuracy within each class", header, rows)
    said = "The same gates within every class, alpha shared over the classes as Holm's procedure does."
    return Section("Per class", (said,), (table,))


def _assay(assay: Values) -> str:
    said = "passed" if assay["passed"] else "not passed, so that no level can be called a sweet spot"
    return f"Assay (gate 0): {said}; {assay['reason']}."


def _level(level: Values, settings: Values, people: str) -> str:
    person = "person" if people == "people" else "simulated person"
    floor = None if _by_loss(settings) else settings["floor"]
    observers = [
        _observer(level["human"], people, person, settings, floor),
        _observer(level["machine"], "networks", "network", settings, settings["ceiling"]),
    ]
    told = [told for told in observers if told]
    if level.get("loss"):
        told.append(_loss(level["loss"], settings))
    together = "" if level["p_iut"] is None else f" Both hypotheses: p {p_value(level['p_iut'])}."
    return f"Level {level['crop_level']:g}: {level['verdict']}. {' '.join(told)}{together}"


def _by_loss(settings: Values) -> bool:
    """Return whether people are judged by what they lose, so that no floor was tested."""
    return bool(settings.get("human_gate") == "loss")


def _observer(one: Values | None, many: str, single: str, settings: Values, tested: float | None) -> str:
    if one is None:
        return ""
    test = "" if tested is None else f"; against {threshold(tested)}: {statistic(one, tested)}"
    sizes = f"{count(one['n_agents'], single, many)}, {count(one['n_items'], 'photo', 'photos')}, "
    return (
        f"{many[:1].upper()}{many[1:]} (n = {sizes}{count(one['n_trials'], 'trial', 'trials')}): accuracy "
        f"{share(one['estimate'])} (classes weighing the same), {percent(settings['alpha'])} CI "
        f"{interval(one['ci_low'], one['ci_high'])}{test}."
    )


def statistic(one: Values, threshold: float) -> str:
    """Return the test in APA style: t(df) and p, or what exact method gave the p."""
    p = f"p {p_value(one['p'])}"
    if one["df"] is None:
        return f"{p} ({one['method']})"
    t = t_statistic(one["estimate"], one["se"], threshold)
    conditional = f" ({one['method']})" if "conditional" in one["method"] else ""
    return f"{t_test(t, one['df'])}, {p}{conditional}"


def t_statistic(estimate: float, se: float, threshold: float) -> float:
    """Return t of the test on the logit scale, as the primary analysis computes it; positive above.

    Parameters
    ----------
    estimate, threshold
        Accuracies inside (0, 1).
    se
        Standard error of the estimate, on the scale of accuracy.

    Examples
    --------
    >>> round(t_statistic(0.9, 0.02, 0.85), 3)
    2.082
    """
    distance = math.log(estimate / (1 - estimate)) - math.log(threshold / (1 - threshold))
    return distance * estimate * (1 - estimate) / se


def _loss(loss: Values, settings: Values) -> str:
    tested = ""
    if loss["t"] is not None:
        tested = f"{t_test(loss['t'], loss['t_df'])}, "
    return (
        f"Against themselves on uncropped photos people changed by {signed(loss['estimate'])}, "
        f"{percent(settings['alpha'])} CI "
        f"{signed_interval(loss['ci_low'], loss['ci_high'])}; against a loss of "
        f"{threshold(settings['loss_delta'])}: "
        f"{tested}p {p_value(loss['p'])} ({count(loss['n_people'], 'person', 'people')})."
    )


def _sensitivity(result: Values) -> str:
    gates, holm = (_listed(result[name]) for name in ("sweet_levels", "sweet_levels_holm"))
    return f"Two gates (primary): {gates}. Holm (sensitivity): {holm}."


def _listed(levels: list[float]) -> str:
    return ("level " + ", ".join(f"{level:g}" for level in levels)) if levels else "no level"


def _row(level: Values, settings: Values) -> tuple[str, ...]:
    people = level["loss"] if _by_loss(settings) else level["human"]
    both = (p_cell(level["p_iut"]), p_cell(level["p_holm"]))
    return (
        f"{level['crop_level']:g}",
        *_cells(level["human"], people),
        *_cells(level["machine"], level["machine"]),
        *both,
        level["verdict"],
    )


def _cells(one: Values | None, tested: Values | None) -> tuple[str, str, str]:
    return (*_short(one), p_cell(tested["p"]) if tested else "–")


def _short(one: Values | None) -> tuple[str, str]:
    if one is None:
        return "–", "–"
    return share(one["estimate"]), interval(one["ci_low"], one["ci_high"])
