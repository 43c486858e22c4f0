"""Statistics of Sweetspot: a pure package that takes data frames and returns frozen results.

>>> from stats import verdict
>>> answer = verdict(trials)          # doctest: +SKIP
>>> print(answer.table())             # doctest: +SKIP

Names are loaded on first use: every process of a site imports a part of this package, few of them need scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stats.decision.criteria import Criteria as Criteria
    from stats.decision.criteria import HumanGate as HumanGate
    from stats.decision.results import Assay as Assay
    from stats.decision.results import ClassVerdict as ClassVerdict
    from stats.decision.results import Compared as Compared
    from stats.decision.results import Stance as Stance
    from stats.decision.results import Verdict as Verdict
    from stats.decision.verdict import verdict as verdict
    from stats.errors import CriteriaError as CriteriaError
    from stats.errors import InputError as InputError
    from stats.errors import TableError as TableError
    from stats.inference.accuracy import Accuracy as Accuracy

_HOME = {
    "Accuracy": "inference.accuracy",
    "Assay": "decision.results",
    "ClassVerdict": "decision.results",
    "Compared": "decision.results",
    "Criteria": "decision.criteria",
    "CriteriaError": "errors",
    "HumanGate": "decision.criteria",
    "InputError": "errors",
    "Stance": "decision.results",
    "TableError": "errors",
    "Verdict": "decision.results",
    "verdict": "decision.verdict",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'stats' has no attribute {name!r}")
    return getattr(import_module(f"stats.{_HOME[name]}"), name)
