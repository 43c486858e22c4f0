"""The verdict alone, as text for a terminal or a notebook."""

from __future__ import annotations

from stats.decision.results import Verdict
from stats.report.compose import summary
from stats.report.content import Facts, Source
from stats.report.plain import document_text


def verdict_text(outcome: Verdict) -> str:
    """Return headline, results, warnings and classes, in the words and numbers of every report.

    Parameters
    ----------
    outcome
        Result of the primary analysis.
    """
    return document_text(summary(Source(facts=Facts(), outcome=outcome)))
