"""The methods paragraph: what was asked and how it was tested, with every setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stats.apa import percent, share
from stats.report.blocks import Section, Table
from stats.report.content import Source


def methods(source: Source) -> Section:
    """Write the methods down."""
    settings = source.result["settings"]
    paragraphs = (_question(source), _test(settings), _several(settings), _counted(source))
    table = Table.of(
        "Every setting of the study",
        ("Setting", "Value"),
        [(name, value) for name, value in source.facts.settings.items()],
    )
    return Section("Methods", paragraphs, (table,) if source.facts.settings else ())


def _question(source: Source) -> str:
    settings = source.result["settings"]
    names = list(source.result["per_class"])
    return (
        f"We asked at which crop level {source.people} still recognise the class of a photo ({len(names)} "
        "classes: "
        f"{', '.join(names)}) while a network trained for that very level does not. A level is a sweet "
        "spot when "
        f"two null hypotheses are rejected: {human_null(settings)}, and machine accuracy is at or above "
        "the ceiling "
        f"of {share(settings['ceiling'], 2)}. All accuracies are macro averages: every class weighs the "
        "same. As an "
        f"assay (gate 0), the lower confidence bound of the attacker on uncropped photos had to exceed "
        f"{share(settings['competence'], 2)}; otherwise there is no verdict."
    )


def human_null(settings: Mapping[str, Any]) -> str:
    """Return people's null hypothesis."""
    if settings.get("human_gate") == "loss":
        delta = share(settings["loss_delta"], 2)
        return f"people lose {delta} or more of their accuracy against themselves on uncropped photos"
    return f"human accuracy is at or below the floor of {share(settings['floor'], 2)}"


def _test(settings: Mapping[str, Any]) -> str:
    if settings.get("clustered_by") == "agent_id only":
        return (
            "The data are counts per observer, class and level. Observers are random, photos are not told: "
            "the "
            f"tests are clustered t tests on the logit scale, with {percent(settings['alpha'])} intervals, "
            "and are "
            "conditional on the photos shown. Where accuracy is 0 or 1, or a single network was trained, "
            "exact binomial bounds are used instead."
        )
    unit = {"source_id": "photo source", "item_id": "photo"}[settings["clustered_by"]]
    return (
        "People (or training seeds) and photos are both random: variances are two-way clustered by "
        "observer and "
        f"{unit} (Cameron, Gelbach & Miller, 2011; Owen, 2007), the tests are one-sided t tests on the "
        "logit scale "
        f"with Satterthwaite degrees of freedom, and the {percent(settings['alpha'])} intervals are their "
        "inverse. "
        "Where accuracy is 0 or 1, or a single network was trained, exact binomial bounds are used instead."
    )


def _several(settings: Mapping[str, Any]) -> str:
    alpha = settings["alpha"]
    return (
        "Within a level the intersection-union test needs no correction. Over the levels, people are "
        "tested from "
        "light to heavy and the machine from heavy to light, each as a fixed sequence at "
        f"{share(alpha / 2)} that stops at its first failure, which bounds the family-wise error by "
        f"{share(alpha, 2)} "
        "(two gates). Holm's procedure on the larger p of each level is the sensitivity analysis."
    )


def _counted(source: Source) -> str:
    settings = source.result["settings"]
    if "rows_excluded" not in settings:
        return f"{settings['rows_counted']} counts were analysed."
    dropped = ", ".join(f"{count} {reason}" for reason, count in settings["rows_dropped"].items())
    return (
        f"Trials without an answer ({settings['rows_unanswered']}) count as wrong. "
        f"{settings['rows_counted']} trials "
        f"were analysed; {settings['rows_excluded']} were excluded by the study's rules"
        + (f"; left out as no test trials: {dropped}." if dropped else ".")
    )
