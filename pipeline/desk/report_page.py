"""What the report page shows: the verdict in words, figures with their tables, and what it rests on."""

from __future__ import annotations

from typing import Any

from pipeline.analysis.gallery import gallery_of
from pipeline.analysis.report_content import source_of
from pipeline.models import Analysis
from study.models.people import Mode

VERDICT_WORDS = {
    "supported": "sweet spot supported",
    "refuted": "no sweet spot (refuted)",
    "inconclusive": "inconclusive",
}


def report_of(analysis: Analysis) -> dict[str, Any]:
    """Context of the report page."""
    from stats.apa import percent
    from stats.report.compose import all_warnings
    from stats.report.methods import human_null

    result: dict[str, Any] = analysis.result or {}
    study = analysis.study
    source = source_of(analysis)
    matrix = analysis.attack_matrix or {"tested": [], "trained": [], "rows": []}
    return {
        "title": f"Report: {study.name}",
        "study": study,
        "analysis": analysis,
        "result": result,
        "headline": headline(result),
        "simulated": analysis.mode == Mode.SIMULATED,
        "rows": [_level_row(level, analysis) for level in result.get("levels", [])],
        "classes": [
            (name, [_level_row(level, analysis) for level in verdict["levels"]])
            for name, verdict in result.get("per_class", {}).items()
        ],
        "matrix_levels": matrix["tested"],
        "matrix": list(zip(matrix["trained"], matrix["rows"], strict=True)),
        "findings": source.findings,
        "warnings": all_warnings(source),
        "facts": source.facts,
        "confidence": percent(analysis.settings["alpha"]),
        "human_null": human_null(result["settings"]),
        "loop": getattr(study, "loop", None),
        "gallery": gallery_of(study),
    }


def headline(result: dict[str, Any]) -> str:
    """The answer in one sentence."""
    if not result.get("assay", {}).get("passed"):
        return "No verdict: the attacker is not competent on full photos, so its failures say nothing."
    sweet = result.get("sweet_levels", [])
    if not sweet:
        return "No level is shown to be a sweet spot."
    levels = ", ".join(f"{level:g}" for level in sweet)
    people = "lose little" if _by_loss(result["settings"]) else "stay above the floor"
    return f"Sweet spot: level {levels}. People {people}, the machine falls below the ceiling."


def _by_loss(settings: dict[str, Any]) -> bool:
    return bool(settings.get("human_gate") == "loss")


def _level_row(level: dict[str, Any], analysis: Analysis) -> dict[str, Any]:
    sides = dict(analysis.study.levels.values_list("number", "side"))
    by_loss = _by_loss((analysis.result or {})["settings"])
    side = sides.get(int(level["crop_level"]))
    return {
        "number": level["crop_level"],
        "side": side,
        "cut": 1 - side**2 if side else None,
        "human": _interval(level.get("human"), level.get("loss" if by_loss else "human")),
        "machine": _interval(level.get("machine"), level.get("machine")),
        "p_iut": p_in_words(level.get("p_iut")),
        "p_holm": p_in_words(level.get("p_holm")),
        "verdict": level["verdict"],
        "words": VERDICT_WORDS.get(level["verdict"], level["verdict"]),
    }


def _interval(estimate: dict[str, Any] | None, tested: dict[str, Any] | None) -> dict[str, Any] | None:
    """Shares as per cent, for people who read tables; the p is that of the test which counts."""
    if not estimate or estimate.get("estimate") is None:
        return None
    percent = {f"{name}_pct": _percent(estimate.get(name)) for name in ("estimate", "ci_low", "ci_high")}
    return estimate | percent | {"p_words": p_in_words((tested or {}).get("p"))}


def p_in_words(p: float | None) -> str:
    """Four decimals, and never a p of zero."""
    if p is None:
        return ""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
