"""What people lose by the crop, each their own control."""

from __future__ import annotations

from stats.apa import number, p_cell, share, signed, signed_interval
from stats.decision.criteria import HumanGate
from stats.inference.accuracy_loss import Loss, human_loss
from stats.report.blocks import Table
from stats.report.finding import Finding, Material

NAME, TITLE = "loss", "People against themselves on uncropped photos"
HEADER = ("Level", "Change", "Interval", "df", "p", "People", "Photos")


def find(material: Material) -> Finding:
    """Test at every cropped level whether people lose less than the margin.

    Raises
    ------
    TableError
        When people have no trials at level 0.
    """
    criteria = material.criteria
    found = human_loss(material.trials, margin=criteria.loss_delta, alpha=criteria.alpha, mode=material.mode)
    primary = criteria.human_gate is HumanGate.LOSS
    said = (
        f"Accuracy at the level minus accuracy at level 0, paired by person; p is one-sided, of a loss of "
        f"{share(criteria.loss_delta, 2)} or more. "
        + ("This is people's primary test." if primary else "People's primary test is against the floor.")
    )
    table = Table.of("Change of people's accuracy", HEADER, [_row(one) for one in found])
    return Finding(NAME, TITLE, (said,), (table,), numbers=[one.to_dict() for one in found])


def _row(one: Loss) -> tuple[str, ...]:
    span = signed_interval(one.ci_low, one.ci_high)
    sizes = (str(one.n_people), str(one.n_items))
    return (f"{one.crop_level:g}", signed(one.estimate), span, number(one.t_df, 1), p_cell(one.p), *sizes)
