"""Statistics of Sweetspot: a pure package that takes data frames and returns frozen results.

>>> from pipeline.stats import verdict
>>> answer = verdict(trials)          # doctest: +SKIP
>>> print(answer.table())             # doctest: +SKIP

Names are loaded on first use: every process of a site imports a part of this package, few of them need scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.stats.accuracy import Accuracy as Accuracy
    from pipeline.stats.criteria import Criteria as Criteria
    from pipeline.stats.criteria import HumanGate as HumanGate
    from pipeline.stats.errors import CriteriaError as CriteriaError
    from pipeline.stats.errors import InputError as InputError
    from pipeline.stats.errors import TableError as TableError
    from pipeline.stats.judgement import verdict as verdict
    from pipeline.stats.results import Assay as Assay
    from pipeline.stats.results import ClassVerdict as ClassVerdict
    from pipeline.stats.results import Compared as Compared
    from pipeline.stats.results import Stance as Stance
    from pipeline.stats.results import Verdict as Verdict

_HOME = {
    "Accuracy": "accuracy",
    "Assay": "results",
    "ClassVerdict": "results",
    "Compared": "results",
    "Criteria": "criteria",
    "CriteriaError": "errors",
    "HumanGate": "criteria",
    "InputError": "errors",
    "Stance": "results",
    "TableError": "errors",
    "Verdict": "results",
    "verdict": "judgement",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'pipeline.stats' has no attribute {name!r}")
    return getattr(import_module(f"pipeline.stats.{_HOME[name]}"), name)
