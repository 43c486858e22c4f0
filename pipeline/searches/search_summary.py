"""What a search found, in the few figures that versions and reports keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.models.run_records import SearchSummary

if TYPE_CHECKING:
    from attacker.search.search_findings import Findings

_SECONDS_PER_HOUR = 3600


def summary_of(result: Findings) -> SearchSummary:
    """Return what a search found on one level; a recipe that only equals the study's own is none."""
    is_stronger = result.strongest.accuracy > result.today.accuracy
    strongest, today = result.strongest.recipe, result.today.recipe
    return SearchSummary(
        tried=result.recipes,
        on_all=result.finals.recipes,
        today=result.today.accuracy,
        strongest=result.strongest.accuracy,
        median=result.finals.median,
        worst=result.finals.worst,
        words=strongest.words(today) if is_stronger else "",
        key=strongest.key if is_stronger else "",
        cpu_hours=result.cpu_seconds / _SECONDS_PER_HOUR,
    )
