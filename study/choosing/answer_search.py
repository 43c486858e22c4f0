"""Whether people press a button for each class, or search the answer by typing its first letters."""

from __future__ import annotations

BUTTONS, SEARCH = "buttons", "search"  # how a session answers
NEVER_SEARCHED, WHERE_CROWDED, ALWAYS_SEARCHED = "never", "crowded", "always"  # what a design says of it


def way_of_answering(rule: str, *, buttons_fit: bool) -> str:
    """Return how people answer on a device whose window has room for a photo and all buttons, or has not.

    Examples
    --------
    >>> way_of_answering(WHERE_CROWDED, buttons_fit=False)
    'search'
    >>> way_of_answering(NEVER_SEARCHED, buttons_fit=False)
    'buttons'
    """
    searched = rule == ALWAYS_SEARCHED or (rule == WHERE_CROWDED and not buttons_fit)
    return SEARCH if searched else BUTTONS
