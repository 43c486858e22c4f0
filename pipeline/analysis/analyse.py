"""Run the analysis that the frozen version fixed, and keep everything needed to repeat it."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from pipeline.analysis import poster
from pipeline.analysis.interim_looks import WHILE_OPEN, is_a_look, looks_of
from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.datasets import run_directory
from pipeline.exports import trial_rows
from pipeline.exports.columns import PREDICTIONS
from pipeline.exports.files import trials_csv
from pipeline.models import Analysis, AttackerRun, Job
from pipeline.queue.claims import Claim
from pipeline.queue.job_requests import enqueue
from stats.decision.gates import PACKAGES
from stats.provenance import provenance
from stats.table.column import names_of
from stats.table.schema import SPLIT, TRIALS
from study.models import Study, StudyVersion

if TYPE_CHECKING:
    import pandas as pd

    from stats import Verdict

SOFTWARE = (*PACKAGES, "matplotlib", "pillow", "django")  # computes, draws, and keeps the answers
HYPOTHESES = ("floor", "ceiling", "competence", "alpha", "human_gate", "loss_delta")


class NothingToAnalyse(ValueError):
    """There is no frozen version, or nobody has answered."""


def request_analysis(study: Study, mode: str) -> Analysis:
    """Queue an analysis of the newest frozen version.

    Raises
    ------
    NothingToAnalyse
        If the study is not frozen yet, is one of grids, or no session of this mode is complete.
    """
    version = study.version()
    if version is None:
        raise NothingToAnalyse(
            f"{study.name!r} is not frozen. Freeze it: floor, ceiling and rules come first."
        )
    if version.design.is_grid:
        raise NothingToAnalyse(
            f"{study.name!r} is a study of grids, which has no verdict: export tiles.csv and run "
            "`python -m stats tiles tiles.csv`."
        )
    if not version.participants.filter(mode=mode, session__status="completed").exists():
        raise NothingToAnalyse(f"Nobody has completed {study.name!r} in mode {mode!r} yet.")
    return _queue(version, mode, f"analyse:{mode}:{_analyses(study) + 1}")


def _analyses(study: Study) -> int:
    return study.jobs.filter(kind=Job.Kind.ANALYSE).count()


def _queue(version: StudyVersion, mode: str, key: str) -> Analysis:
    """Job and analysis together, so that no worker finds half of it; two clicks at once are one."""
    with transaction.atomic():
        job = enqueue(version.study, Job.Kind.ANALYSE, key)
        told = {"study": version.study, "version": version, "mode": mode}
        analysis, _ = Analysis.objects.get_or_create(job=job, defaults=told)
    return analysis


def analyse(claim: Claim) -> Callable[[], None]:
    """Test the hypotheses on the tidy table of one mode."""
    from stats import verdict

    analysis = Analysis.objects.select_related("version__study").get(job=claim.job)
    claim.progress(0.1, "collecting trials")
    trials, analysis.table_sha256 = exported_trials(analysis.version, analysis.mode)
    claim.progress(0.3, f"testing {len(trials)} trials")
    fixed = hypotheses(analysis.version)
    outcome = verdict(trials, **fixed)
    analysis.settings = fixed | {WHILE_OPEN: is_a_look(analysis)}
    analysis.result, analysis.text = outcome.to_dict(), outcome.table()
    _draw(analysis, outcome)
    _add_matrix(analysis, matrix_predictions(analysis.version))
    _add_secondary(analysis, trials, outcome, machine_predictions(analysis.version), claim)
    analysis.software = software(analysis.study)
    return analysis.save


def _draw(analysis: Analysis, outcome: Verdict) -> None:
    from stats.figures import accuracy_figure, svg

    figure = accuracy_figure(outcome)
    analysis.figures = {"accuracy": svg(figure)}
    poster.save(analysis.study, as_png(figure), poster_path(analysis.study))


def _add_matrix(analysis: Analysis, predictions: pd.DataFrame) -> None:
    """Transfer and adaptive attacks on test photos, in one table; none where no attacker was trained."""
    from pipeline.analysis.matrix_view import grid_of
    from stats.figures import matrix_figure, svg
    from stats.machine.attack_matrix import NoMatrixError, attack_matrix

    fixed = {name: analysis.settings[name] for name in ("ceiling", "alpha")}
    try:
        matrix = attack_matrix(predictions, **fixed)
    except NoMatrixError:  # the verdict itself warns that no machine was tested
        return
    analysis.attack_matrix = grid_of(matrix)
    analysis.figures["matrix"] = svg(matrix_figure(matrix))


def _add_secondary(
    analysis: Analysis, trials: pd.DataFrame, outcome: Verdict, predictions: pd.DataFrame, claim: Claim
) -> None:
    """Everything beside the verdict; what is not possible is stored as its reason."""
    from stats.secondary import Material, secondary

    material = Material(trials, outcome, predictions=predictions, looks=looks_of(analysis))
    found = list(secondary(material, lambda title: claim.progress(0.6, title)))
    analysis.secondary = {finding.name: finding.to_dict() for finding in found}
    analysis.figures |= {picture.name: picture.svg for finding in found for picture in finding.pictures}


def exported_trials(version: StudyVersion, mode: str) -> tuple[pd.DataFrame, str]:
    """The very table that a researcher exports, read as the shell command reads it, and its SHA-256."""
    from stats.table.read import read_trials

    table = "".join(trials_csv(version, mode)).encode()
    with tempfile.TemporaryDirectory(prefix="sweetspot-analysis-") as scratch:
        path = Path(scratch) / "trials.csv"
        path.write_bytes(table)
        return read_trials(path), hashlib.sha256(table).hexdigest()


def hypotheses(version: StudyVersion) -> dict[str, Any]:
    """Thresholds, alpha and people's gate as they were frozen."""
    return {name: getattr(version.design, name) for name in HYPOTHESES}


def matrix_predictions(version: StudyVersion) -> pd.DataFrame:
    """Answers of the attacks that the cells of the attack matrix show, on every split."""
    import pandas as pd

    shown = {
        (f"run{run.pk}", tested)
        for (_, tested), attack in attack_of_each_cell(version.study).items()
        for run in attack.runs
    }
    predictions = trial_rows.all_predictions(version)
    answers = [row for row in predictions if (row["session_id"], row["crop_level"]) in shown]
    return pd.DataFrame(answers, columns=None if answers else names_of(PREDICTIONS))


def machine_predictions(version: StudyVersion) -> pd.DataFrame:
    """Answers of the machine that counts at each level, to its test photos and to the validation photos."""
    import pandas as pd

    answers = list(trial_rows.validated_machine_rows(version))
    return pd.DataFrame(answers, columns=None if answers else names_of((*TRIALS, SPLIT)))


def software(study: Study) -> dict[str, str]:
    """Return the versions of what computed the analysis and of what had trained the networks in it.

    A package of which several versions took part is listed with all of them.
    """
    from attacker.training.trained import recorded_versions

    trained_with = [recorded_versions(run_directory(network)) for network in _networks(study)]
    versions: dict[str, set[str]] = defaultdict(set)
    for used in (provenance(SOFTWARE).software(), *trained_with):
        for package, version in used.items():
            versions[package].add(version)
    return {package: " and ".join(sorted(numbers)) for package, numbers in versions.items()}


def _networks(study: Study) -> set[AttackerRun]:
    """Return the networks of the attack matrix; of an ensemble, its members."""
    runs = {run for attack in attack_of_each_cell(study).values() for run in attack.runs}
    return {network for run in runs for network in (run.members() if run.is_ensemble else [run])}


def poster_path(study: Study) -> Path:
    """Where the picture of a study's newest analysis lies."""
    directory = Path(settings.SWEETSPOT_VAR) / "posters"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / f"{study.code}.png"


def as_png(figure: object) -> bytes:
    """A matplotlib figure as PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150, bbox_inches="tight")  # type: ignore[attr-defined]
    return buffer.getvalue()
