"""People minus machine on the same photos, per level."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from stats.apa import degrees_of_freedom, level_name, signed, signed_interval
from stats.errors import TableError
from stats.inference.estimates import Gap
from stats.inference.paired import paired_gap
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

NAME, TITLE = "gap", "Gap between people and machine, paired by photo"
CAPTION = "Gap in accuracy, with its interval over new people, networks and photos"
HEADER = ("People − machine", "Interval", "df", "People", "Networks", "Photos")
EXPLANATION = (
    "Difference of the macro-averaged accuracies on the photos that both judged; people, networks "
    "and photos are random. How hard a photo is for both does not count: it cancels."
)
ONE_NETWORK = "Where there is one network, the interval is conditional on that trained network."


def find(material: Material) -> Finding:
    """Estimate the gap per level.

    Raises
    ------
    TableError
        When no photo was judged by both at any level.
    """
    alpha = material.criteria.alpha
    gaps = {
        level_name(level): paired_gap(human, machine, alpha, second_conditional=True)
        for level, human, machine in material.coded.pairs()
    }
    if not any(gaps.values()):
        raise TableError("no photo was judged by both people and machine at the same level")
    one_network = (ONE_NETWORK,) if any(gap.conditional for gap in gaps.values() if gap) else ()
    numbers = {level: msgspec.to_builtins(gap) if gap else None for level, gap in gaps.items()}
    return Finding(NAME, TITLE, (EXPLANATION, *one_network), (gap_table(gaps),), numbers=numbers)


def gap_table(gaps: Mapping[str, Gap | None], place: str = "Level") -> Table:
    """Return gaps with their intervals as a table; a place without a photo that both judged is left out.

    Parameters
    ----------
    gaps
        Gap per level, or per place on another axis.
    place
        Name of that axis.
    """
    rows = [_row(name, gap) for name, gap in gaps.items() if gap]
    return Table.of(CAPTION, (place, *HEADER), rows)


def _row(level: str, gap: Gap) -> tuple[str, ...]:
    sizes = (str(gap.n_first), str(gap.n_second), str(gap.n_items))
    span = signed_interval(gap.ci_low, gap.ci_high)
    return (level, signed(gap.estimate), span, degrees_of_freedom(gap.df), *sizes)
