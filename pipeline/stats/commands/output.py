"""Writing results to files."""

import json
from pathlib import Path
from typing import Any

from ..errors import InputError


def write_json(path: str, values: dict[str, Any]) -> None:
    """Write strict JSON: a NaN is a defect and raises.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    text = json.dumps(values, indent=2, allow_nan=False) + "\n"
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
