"""The answer of the primary analysis: an object that is printed, stored as JSON and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import msgspec

from stats.apa import sentence
from stats.decision import wording
from stats.decision.criteria import Criteria
from stats.decision.level_rows import HEADER, aligned, level_row
from stats.decision.records import Assay, ClassResult, Level, LevelResult, Sample


class StoredVerdictError(ValueError):
    """Stored values are not those of a verdict."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the primary analysis.

    Attributes
    ----------
    levels : people and machine per level, light to heavy
    sweet_levels : levels that pass both gates, empty when the assay fails
    sweet_levels_holm : the same by Holm's procedure, as a sensitivity analysis
    assay : gate 0, whether the attacker is competent
    per_class : the same tests within each class, by its name
    warnings : what a reader must know before believing the numbers
    criteria : the thresholds, fixed before the first answer
    sample : the rows that were counted
    versions : version of each package that computed the numbers

    Examples
    --------
    >>> import numpy as np
    >>> from stats import verdict
    >>> from stats.planning.simulated_studies import simulate
    >>> answer = verdict(simulate([0.98, 0.95], np.random.default_rng(0), n_agents=20, n_items=60))
    >>> Verdict.from_dict(answer.to_dict()) == answer
    True
    >>> answer.headline()
    'no verdict: no machine was tested'
    """

    levels: tuple[LevelResult, ...]
    sweet_levels: tuple[Level, ...]
    sweet_levels_holm: tuple[Level, ...]
    assay: Assay
    per_class: dict[str, ClassResult]
    warnings: tuple[str, ...]
    criteria: Criteria
    sample: Sample
    versions: dict[str, str]

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return the verdict that `to_dict` wrote; keys that are not known are ignored.

        Raises
        ------
        StoredVerdictError
            If a value is missing or of another type.
        """
        settings = stored.get("settings")
        try:
            return msgspec.convert({**stored, "criteria": settings, "sample": settings}, cls)
        except msgspec.ValidationError as error:
            raise StoredVerdictError(
                f"This is not a stored verdict: {error}. Run the analysis again to store a new one."
            ) from error

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as strict JSON values: no NaN, undefined is None."""
        values = msgspec.to_builtins(self)
        del values["criteria"], values["sample"]
        return {"verdict": self.headline(), **values, "settings": self.settings}

    @property
    def settings(self) -> dict[str, Any]:
        """Return the thresholds and the rows that were counted as plain values by name."""
        return {**msgspec.to_builtins(self.criteria), **msgspec.to_builtins(self.sample)}

    def headline(self) -> str:
        """Return the answer in one sentence, without a full stop."""
        return wording.headline(self.assay, self.levels, self.sample.rows_dropped or ())

    def table(self) -> str:
        """Return the headline and the levels as text; `stats.verdict_text` gives the whole verdict."""
        rows = [level_row(level, self.criteria.human_gate) for level in self.levels]
        return f"{sentence(self.headline())}\n\n{aligned([HEADER, *rows])}"
