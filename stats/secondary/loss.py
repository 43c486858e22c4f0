"""What people lose by the crop, each their own control."""

from __future__ import annotations

from stats.apa import degrees_of_freedom, level_name, p_cell, signed, signed_interval, threshold
from stats.decision.criteria import HumanGate
from stats.inference.accuracy_loss import losses_of
from stats.inference.estimates import Loss
from stats.report.blocks import Table
from stats.report.finding import Finding
from stats.secondary.material import Material

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
    losses = losses_of(material.coded, criteria.loss_delta, criteria.alpha)
    primary = criteria.human_gate is HumanGate.LOSS
    explanation = (
        f"Accuracy at the level minus accuracy at level 0, paired by person; p is one-sided, of a loss of "
        f"{threshold(criteria.loss_delta)} or more. "
        + ("This is people's primary test." if primary else "People's primary test is against the floor.")
    )
    table = Table.of("Change of people's accuracy", HEADER, [_row(loss) for loss in losses])
    return Finding(NAME, TITLE, (explanation,), (table,), numbers=[loss.to_dict() for loss in losses])


def _row(loss: Loss) -> tuple[str, ...]:
    return (
        level_name(loss.crop_level),
        signed(loss.estimate),
        signed_interval(loss.ci_low, loss.ci_high),
        degrees_of_freedom(loss.t_df),
        p_cell(loss.p),
        str(loss.n_people),
        str(loss.n_items),
    )
