"""Run the analysis that the frozen version fixed, and store everything needed to repeat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from pipeline.analysis import poster
from pipeline.analysis.analysis_software import software
from pipeline.analysis.analysis_tables import (
    all_machines,
    exported_trials,
    machine_predictions,
    matrix_predictions,
)
from pipeline.analysis.cause import cause_of
from pipeline.analysis.interim_looks import PEOPLE, WHILE_OPEN, is_a_look, looks_of
from pipeline.models import Analysis
from pipeline.queue.claims import Claim
from study.models import StudyVersion

if TYPE_CHECKING:
    import pandas as pd

    from stats import Criteria, Verdict
    from stats.secondary.material import Material


def analyse(claim: Claim) -> Callable[[], None]:
    """Test the hypotheses on the trials of one mode; return what stores the results."""
    from stats import verdict, verdict_text

    analysis = Analysis.objects.select_related("version__study").get(job=claim.job)
    claim.progress(0.1, "collecting trials")
    trials, analysis.table_sha256 = exported_trials(analysis.version, analysis.mode)
    claim.progress(0.3, f"testing {len(trials)} trials")
    fixed = asdict(criteria_of(analysis.version))
    outcome = verdict(trials, **fixed)
    analysis.settings = fixed | {WHILE_OPEN: is_a_look(analysis), PEOPLE: outcome.sample.people}
    analysis.result, analysis.text = outcome.to_dict(), verdict_text(outcome)
    _draw(analysis, outcome)
    _add_matrix(analysis, outcome.criteria)
    material = _material(analysis, trials, outcome)
    _add_galleries(analysis, material)
    _add_secondary(analysis, material, claim)
    analysis.software = software(analysis.version)
    analysis.cause = cause_of(analysis)
    return analysis.save


def _counted(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials that the primary analysis counts."""
    from stats.decision.primary_analysis import own_level_only
    from stats.table.tidy import tidy

    return own_level_only(tidy(trials).primary)


def criteria_of(version: StudyVersion) -> Criteria:
    """Return thresholds, alpha and the hypothesis about people as they were frozen."""
    from stats import Criteria, HumanGate

    design = version.design
    return Criteria(
        design.floor,
        design.ceiling,
        design.competence,
        design.alpha,
        HumanGate(design.human_gate),
        design.loss_delta,
    )


def _add_galleries(analysis: Analysis, material: Material) -> None:
    """Store the photos on which people lie apart from the machine that counts, and from each machine."""
    from stats.secondary.machines.galleries import galleries

    apart = galleries(_counted(material.trials), material.trials, material.machines)
    analysis.photos_apart = msgspec.to_builtins(apart.counting)
    analysis.machines_apart = msgspec.to_builtins(apart.machines)


def _draw(analysis: Analysis, outcome: Verdict) -> None:
    from stats.figures import accuracy_figure, svg

    figure = accuracy_figure(outcome)
    analysis.figures = {"accuracy": svg(figure)}
    poster.save(analysis.study, figure)


def _add_matrix(analysis: Analysis, criteria: Criteria) -> None:
    """Store transfer and adaptive attacks on test photos; nothing where no attacker was trained."""
    from stats.figures import matrix_figure, svg
    from stats.machine.attack_matrix import NoMatrixError, attack_matrix
    from stats.report.attack_grid import grid_of

    predictions = matrix_predictions(analysis.version)
    try:
        matrix = attack_matrix(predictions, ceiling=criteria.ceiling, alpha=criteria.alpha)
    except NoMatrixError:  # the verdict itself warns that no machine was tested
        return
    analysis.attack_matrix = msgspec.to_builtins(grid_of(matrix))
    analysis.figures["matrix"] = svg(matrix_figure(matrix))


def _material(analysis: Analysis, trials: pd.DataFrame, outcome: Verdict) -> Material:
    """Return what galleries and secondary analyses start from."""
    from stats.secondary.material import Material

    predictions = machine_predictions(analysis.version)
    machines = all_machines(analysis.version)
    return Material(trials, outcome, predictions=predictions, machines=machines, looks=looks_of(analysis))


def _add_secondary(analysis: Analysis, material: Material, claim: Claim) -> None:
    """Store the secondary analyses; of one that is not possible, the reason."""
    from stats.secondary.every_analysis import secondary

    findings = list(secondary(material, lambda title: claim.progress(0.6, title)))
    analysis.secondary = {finding.name: finding.to_dict() for finding in findings}
    analysis.figures |= {picture.name: picture.svg for finding in findings for picture in finding.pictures}
