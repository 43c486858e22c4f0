"""A simulated study and its report, for specifications of what reports say."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pandas as pd
from pypdf import PdfReader

from stats import verdict
from stats.commands.report_source import source_of
from stats.planning.simulated_studies import SEEDS, simulate
from stats.report.content import Facts, Source
from stats.secondary.material import Material

FACTS = Facts(
    "Actions & <motion>",
    "2026-03-02 09:00",
    {"table": "ab" * 32},
    {"sweetspot": "0.1.0 (git 0123abc)"},
    {"floor": "0.85"},
    ("Crops were cut by networks that saw other photos.",),
)


def trials_of(mode: str = "live") -> pd.DataFrame:
    """People hold level 1, which the machine does not, and lose level 2."""
    rng = np.random.default_rng(4)
    people = simulate([0.97, 0.95, 0.6], rng, n_agents=20, n_items=60)
    seeds = simulate(
        [0.97, 0.5, 0.4], rng, agent_type="model", n_agents=4, n_items=60, spread=SEEDS, crossed=True
    )
    trials = pd.concat([people.assign(mode=mode), seeds], ignore_index=True)
    return trials.assign(trained_through=trials["crop_level"].where(trials["agent_type"] == "model"))


def source(mode: str = "live", *, gate: dict[str, Any] | None = None, **options: Any) -> Source:
    """All parts of a report of that study; `gate` goes to the verdict, other options to the analyses."""
    trials = trials_of(mode)
    outcome = verdict(trials, **(gate or {}))
    return source_of(Material(trials, outcome, resamples=100, consistency_resamples=20, **options), FACTS)


def pdf_text(pdf: bytes) -> str:
    """All text of a PDF, its white space collapsed."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
