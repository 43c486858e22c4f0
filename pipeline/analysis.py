"""Run the analysis that the frozen version fixed, and keep everything needed to repeat it."""

from __future__ import annotations

import hashlib
import io
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from pipeline import poster, tables
from pipeline.export import trials_csv
from pipeline.jobs import Claim, enqueue
from pipeline.models import Analysis, Job
from study.models import Item, Study, StudyVersion

if TYPE_CHECKING:
    import pandas as pd

SOFTWARE = ("django", "torch", "torchvision", "timm", "numpy", "scipy", "pandas", "pillow")


class NothingToAnalyse(ValueError):
    """There is no frozen version, or nobody has answered."""


def request_analysis(study: Study, mode: str) -> Analysis:
    """Queue an analysis of the newest frozen version.

    Raises
    ------
    NothingToAnalyse
        If the study is not frozen yet, or no session of this mode is complete.
    """
    version = study.version()
    if version is None:
        raise NothingToAnalyse(
            f"{study.name!r} is not frozen. Freeze it: floor, ceiling and rules come first."
        )
    if not version.participants.filter(mode=mode, session__status="completed").exists():
        raise NothingToAnalyse(f"Nobody has completed {study.name!r} in mode {mode!r} yet.")
    number = study.jobs.filter(kind=Job.Kind.ANALYSE).count() + 1
    job = enqueue(study, Job.Kind.ANALYSE, f"analyse:{number}")
    return Analysis.objects.create(study=study, version=version, job=job, mode=mode)


def analyse(claim: Claim) -> Callable[[], None]:
    """Test the hypotheses on the tidy table of one mode."""
    from pipeline.matrix import grid_of
    from pipeline.stats import verdict
    from pipeline.stats.figures import accuracy_figure, matrix_figure, svg
    from pipeline.stats.matrix import attack_matrix

    analysis = Analysis.objects.select_related("version__study").get(job=claim.job)
    claim.progress(0.1, "collecting trials")
    trials, digest = exported_trials(analysis.version, analysis.mode)
    claim.progress(0.5, f"testing {len(trials)} trials")
    analysis.settings = hypotheses(analysis.version)
    outcome = verdict(trials, **analysis.settings)
    analysis.result = outcome.to_dict()
    analysis.text = outcome.table()
    matrix = attack_matrix(test_predictions(analysis.version), ceiling=analysis.settings["ceiling"])
    analysis.attack_matrix = grid_of(matrix)
    figure = accuracy_figure(outcome)
    analysis.figures = {"accuracy": svg(figure), "matrix": svg(matrix_figure(matrix))}
    claim.progress(0.6, "psychometric curves")
    _add_curves(analysis, trials)
    poster.save(analysis.study, as_png(figure), poster_path(analysis.study))
    analysis.table_sha256 = digest
    analysis.software = software()
    return analysis.save


def _add_curves(analysis: Analysis, trials: pd.DataFrame) -> None:
    """The continuous sweet spot, where there are levels enough to fit curves."""
    from pipeline.stats import TableError
    from pipeline.stats.continuous import sweet_region
    from pipeline.stats.figures import curves_figure, svg

    wanted = {name: analysis.settings[name] for name in ("floor", "ceiling", "alpha")}
    try:
        region = sweet_region(trials, **wanted)
    except TableError as reason:
        analysis.secondary = {"curves": None, "why_no_curves": str(reason)}
        return
    analysis.secondary = {"curves": region.to_dict()}
    analysis.figures["curves"] = svg(curves_figure(region))


def exported_trials(version: StudyVersion, mode: str) -> tuple[pd.DataFrame, str]:
    """The very table that a researcher exports, read as the shell command reads it, and its SHA-256."""
    from pipeline.stats.read import read_trials

    table = "".join(trials_csv(version, mode)).encode()
    with tempfile.TemporaryDirectory(prefix="sweetspot-analysis-") as scratch:
        path = Path(scratch) / "trials.csv"
        path.write_bytes(table)
        return read_trials(path), hashlib.sha256(table).hexdigest()


def hypotheses(version: StudyVersion) -> dict[str, Any]:
    """Floor, ceiling, competence and alpha as they were frozen."""
    design = version.design
    return {name: getattr(design, name) for name in ("floor", "ceiling", "competence", "alpha")}


def test_predictions(version: StudyVersion) -> pd.DataFrame:
    """All attacks on test photos, of the architecture and round that is the strongest at each run's level."""
    import pandas as pd

    rows = pd.DataFrame(tables.all_predictions(version))
    strongest = [
        run
        for level in version.study.levels.all()
        for run in tables.strongest_runs(version, level.number).values_list("pk", flat=True)
    ]
    counted = rows["session_id"].isin([f"run{run}" for run in strongest])
    return rows[counted & (rows["split"] == Item.Split.TEST)]


def software() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: installed(name) for name in SOFTWARE}}


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
