"""Statistics of Sweetspot: a pure package that takes data frames and returns frozen results.

>>> from pipeline.stats import verdict
>>> answer = verdict(trials)          # doctest: +SKIP
>>> print(answer.table())             # doctest: +SKIP
"""

from .accuracy import Accuracy
from .criteria import Criteria, HumanGate
from .errors import CriteriaError, InputError, TableError
from .judgement import verdict
from .results import Assay, ClassVerdict, Compared, Stance, Verdict

__all__ = [
    "Accuracy",
    "Assay",
    "ClassVerdict",
    "Compared",
    "Criteria",
    "CriteriaError",
    "HumanGate",
    "InputError",
    "Stance",
    "TableError",
    "Verdict",
    "verdict",
]
