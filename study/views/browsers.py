"""Coarse names of browser and system; the full user agent is never stored."""

from __future__ import annotations

# Order matters: later browsers pretend to be earlier ones.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "FxiOS": "Firefox", "CriOS": "Chrome"} | {
    "SamsungBrowser": "Samsung Internet",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iPadOS", "Windows": "Windows"} | {
    "CrOS": "ChromeOS",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """Return the name of a browser, or "other"."""
    return _first(BROWSERS, user_agent)


def system_name(user_agent: str) -> str:
    """Return the name of an operating system, or "other"."""
    return _first(SYSTEMS, user_agent)


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "other")
