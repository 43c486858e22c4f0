"""What a check gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Plain values for the database, a figure, and one sentence that a report can print.

    `concern` is set where the finding weakens the verdict: it then stands among the report's warnings.
    """

    values: dict[str, Any]
    says: str
    concern: bool = False
    figure: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {**self.values, "says": self.says, "concern": self.concern, "settings": self.settings}
