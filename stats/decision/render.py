"""The verdict in JSON, as a text table, and in words."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from platform import python_version
from typing import Any

from stats.apa import percent
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.results import Compared, Stance, Verdict
from stats.inference.accuracy import Accuracy
from stats.inference.accuracy_loss import Loss

BESIDE = {"human_answered_only": "people, answered trials only", "human_all_in": "people, nobody excluded"}
SINGULAR = {"people": "person", "seeds": "seed"}
HEADER = ("level", "people", "95 %", "n", "p", "machine", "95 %", "n", "p", "p IUT", "p Holm", "verdict")


def result_json(verdict: Verdict) -> dict[str, Any]:
    """Return strict JSON values; the layout is part of the product's interface."""
    return {
        "verdict": headline(verdict),
        "levels": [level.to_dict() for level in verdict.levels],
        "sweet_levels": list(verdict.sweet_levels),
        "sweet_levels_holm": list(verdict.sweet_levels_holm),
        "assay": asdict(verdict.assay),
        "per_class": {name: part.to_dict() for name, part in verdict.per_class.items()},
        "warnings": list(verdict.warnings),
        "settings": asdict(verdict.criteria) | verdict.settings,
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return the versions of what computed the numbers."""
    packages = {name: version(name) for name in ("numpy", "scipy", "pandas", "statsmodels")}
    return {"python": python_version(), **packages}


def headline(verdict: Verdict) -> str:
    """Return the answer in one sentence."""
    if not verdict.assay.passed:
        return f"no verdict: attacker not competent ({verdict.assay.reason})"
    if verdict.sweet_levels:
        return f"sweet spot supported at level {_listed(verdict.sweet_levels)}"
    if verdict.levels and all(level.verdict is Stance.REFUTED for level in verdict.levels):
        return "no sweet spot: refuted at every level"
    return "no sweet spot shown: no level is supported, and not every level is refuted"


def text_table(verdict: Verdict) -> str:
    """Return the levels as aligned text, then the verdict in words."""
    interval = percent(verdict.criteria.alpha)
    header = [interval if name == "95 %" else name for name in HEADER]
    rows = [header, *(_row(level, verdict.criteria.human_gate) for level in verdict.levels)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", sentences(verdict)])


def sentences(verdict: Verdict) -> str:
    """Return headline, one sentence per level, the classes, and the warnings."""
    criteria = verdict.criteria
    told = [
        f"Verdict: {headline(verdict)}.",
        f"Question: {asked_of_people(criteria)} and machine below {criteria.ceiling:g}, with family-wise "
        f"error {criteria.alpha:g} over all levels (two gates, each at {criteria.alpha / 2:g}).",
        f"Assay: {'passed' if verdict.assay.passed else 'not passed'}; {verdict.assay.reason}.",
        f"Sensitivity (Holm): {_supported(verdict.sweet_levels_holm)}.",
        *(_level_sentence(level) for level in verdict.levels),
        *(f"Class {name}: {_supported(part.sweet_levels)}." for name, part in verdict.per_class.items()),
    ]
    return "\n".join([*told, *(f"Warning: {warning}." for warning in verdict.warnings)])


def asked_of_people(criteria: Criteria) -> str:
    """Return people's hypothesis in words."""
    if criteria.human_gate is HumanGate.LOSS:
        return f"people lose less than {criteria.loss_delta:g} against themselves on uncropped photos"
    return f"people above {criteria.floor:g}"


def _listed(levels: tuple[int | float, ...]) -> str:
    return ", ".join(f"{level:g}" for level in levels)


def _supported(levels: tuple[int | float, ...]) -> str:
    return f"supported at level {_listed(levels)}" if levels else "no level supported"


def _row(level: Compared, gate: HumanGate) -> list[str]:
    tail = [_p(level.p_iut), _p(level.p_holm), str(level.verdict)]
    people = [*_cells(level.human, "people"), _p(level.p_human(gate))]
    machine = [*_cells(level.machine, "seeds"), _p(level.machine.p if level.machine else None)]
    return [f"{level.crop_level:g}", *people, *machine, *tail]


def _cells(observer: Accuracy | None, unit: str) -> list[str]:
    if observer is None:
        return ["-", "-", "-"]
    photos = "photos not told" if observer.n_items is None else f"{observer.n_items} photos"
    agents = f"{observer.n_agents} {unit if observer.n_agents != 1 else SINGULAR[unit]}"
    size = f"{agents} x {photos}"
    span = f"{observer.ci_low:.3f}-{observer.ci_high:.3f}"
    return [f"{observer.estimate:.3f}", span, size]


def _p(p: float | None) -> str:
    if p is None:
        return "-"
    return f"{p:.4f}" if p >= 1e-4 else f"{p:.1e}"


def _level_sentence(level: Compared) -> str:
    parts = [
        f"{name} {_span(observer)} ({observer.method})"
        for name, observer in (("people", level.human), ("machine", level.machine))
        if observer
    ]
    if level.loss:
        parts.append(_change(level.loss))
    parts += [f"{BESIDE[name]} {_span(figure)}" for name, figure in level.beside.items()]
    return f"Level {level.crop_level:g}: {level.verdict}; {'; '.join(parts)}."


def _change(loss: Loss) -> str:
    span = f"[{loss.ci_low:+.1%}, {loss.ci_high:+.1%}]"
    return f"change to uncropped {loss.estimate:+.1%} {span}, p {_p(loss.p)} ({loss.n_people} people)"


def _span(observer: Accuracy) -> str:
    return f"{observer.estimate:.1%} [{observer.ci_low:.1%}, {observer.ci_high:.1%}]"
