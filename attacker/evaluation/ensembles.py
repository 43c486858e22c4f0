"""Several attackers as one, by the mean of their log probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax

from attacker.errors import DataError
from attacker.evaluation.prediction import Predictions


def ensemble(members: Sequence[Predictions]) -> Predictions:
    """Return the joint answers of several attackers.

    Parameters
    ----------
    members
        Predictions of different seeds or architectures for the same photos in the same order.

    Returns
    -------
    Their logits are the means of the members' log probabilities, float32 [n, K], so that the scale of a
    member's logits gives it no more weight.

    Raises
    ------
    DataError
        If there are no members, or they differ in photos or classes.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell (2017), Simple and Scalable Predictive Uncertainty Estimation
    using Deep Ensembles, NeurIPS.

    Examples
    --------
    >>> from pathlib import Path
    >>> from attacker import Example
    >>> photos = (Example(Path("a.png"), label=0, item="a", level=0, group="a"),)
    >>> sure = Predictions(photos, ("dunk", "shoot"), np.array([[3.0, 0.0]], dtype=np.float32))
    >>> unsure = Predictions(photos, ("dunk", "shoot"), np.array([[0.0, 1.0]], dtype=np.float32))
    >>> ensemble([sure, unsure]).predicted.tolist()
    [0]
    """
    if not members:
        raise DataError("an ensemble needs at least one member")
    first = members[0]
    if any((other.examples, other.classes) != (first.examples, first.classes) for other in members):
        raise DataError("members of an ensemble must predict the same photos, in the same order and classes")
    logits = np.mean([log_softmax(member.logits.astype(np.float64), axis=1) for member in members], axis=0)
    return Predictions(first.examples, first.classes, logits.astype(np.float32))
