"""Windows of one photo between least attention and more of the subject, among which people may choose.

Pure geometry. The first is the one that the crop rule takes; each further one keeps more of the subject, at
the price of more attention, but less than what the next lighter level promises.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.crops.subject_windows import Candidates, SubjectChoice, SubjectRule, candidates, choose_among
from pipeline.crops.windows import WHOLE, Map, Window

LEAST_GAIN = 0.02  # of the subject: windows that differ by less are the same question


@dataclass(frozen=True)
class TradeOff:
    """How far windows may go in keeping more of the subject.

    Parameters
    ----------
    windows
        How many at most, the rule's own among them.
    most_subject
        Share of the subject that every further window keeps less than: the share of the next lighter level.
    """

    windows: int
    most_subject: float


def windows_between(
    subject: Map,
    attention: Map,
    photo: tuple[int, int],
    rule: SubjectRule,
    trade_off: TradeOff,
    within: Window = WHOLE,
) -> list[SubjectChoice]:
    """Find the window of the crop rule and further ones that keep more of the subject, least attention first.

    The further ones keep shares of the subject that divide the way from the first to the next lighter level
    evenly. One that hardly keeps more than the one before, or no more attention, is left out.

    Parameters
    ----------
    subject, attention
        Non-negative maps of the whole photo, shape (height, width); the two may differ in size.
    photo
        (width, height) of the photo in pixels.
    rule
        What every window must keep.
    trade_off
        How many windows, and how far they may go.
    within
        Window of the next lighter crop.

    Raises
    ------
    NoReadableWindowError
        If no window fulfils the rule.
    CropError
        If a map is empty, negative or not finite.
    """
    tried = candidates(subject, attention, photo, rule.least_pixels, within)
    first = choose_among(tried, rule, within)
    chosen = [first]
    for step in range(1, trade_off.windows):
        share = first.subject_kept + step / trade_off.windows * (trade_off.most_subject - first.subject_kept)
        further, before = _keeping(share, tried, rule, trade_off, within), chosen[-1]
        gains = further is not None and further.subject_kept >= before.subject_kept + LEAST_GAIN
        if further is not None and gains and further.attention_kept >= before.attention_kept:
            chosen.append(further)
    return chosen


def _keeping(
    share: float, tried: Candidates, rule: SubjectRule, trade_off: TradeOff, within: Window
) -> SubjectChoice | None:
    keeps = (tried.subject >= max(share, rule.subject_share)) & (tried.subject < trade_off.most_subject)
    readable = keeps & (tried.fill >= rule.least_fill)
    best = tried.best_nested(readable, within)
    return None if best is None else tried.choice(best, within)
