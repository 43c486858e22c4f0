"""Results of checks as the site stored them before they had types: one row of each kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

STORED = json.loads((Path(__file__).parent / "checks" / "stored_results.json").read_text(encoding="utf-8"))


def stored_result(kind: str, **changes: Any) -> dict[str, Any]:
    """Return a stored result, with some of its fields changed."""
    return {**STORED[kind], **changes}
