"""Any panel (Bilendi and others): the researcher names the parameters of its links."""

from __future__ import annotations

from study.platforms.contract import Platform


def panel(person: str, study: str, session: str) -> Platform:
    """Return a platform whose links carry parameters of these names; empty for none."""
    return Platform(name="panel", person=(person,) if person else (), study=study, session=session)
