"""The parts of a verdict, as they are computed, stored and read back."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from stats.decision.criteria import HumanGate
from stats.inference.estimates import Accuracy, Loss

TRAINED_ELSEWHERE = "of networks that were trained through another level than they were tested at"

Level = int | float


class Conclusion(StrEnum):
    """What can be said of a level. A test that is not significant leaves it inconclusive."""

    SUPPORTED = "supported"  # both gates are passed
    REFUTED = "refuted"  # an interval lies wholly on the wrong side of its threshold
    INCONCLUSIVE = "inconclusive"


class Clustering(StrEnum):
    """Which trials count as related, besides those of the same observer."""

    SOURCE = "source_id"  # photos of the same source
    PHOTO = "item_id"
    PHOTOS_UNKNOWN = "agent_id only"  # counts, which no longer say which photos they come from


class LevelResult(Struct, frozen=True, kw_only=True, rename={"robustness": "beside"}):
    """People and machine at one level, in all classes or in one.

    Attributes
    ----------
    crop_level : the level
    human, machine : accuracy with its test; None where nobody of that kind answered
    p_iut : the larger of both p-values (intersection-union test); None unless both kinds answered
    p_holm : Holm-adjusted over the levels that may turn out sweet (or, within a class, over classes); None at
        any other level
    verdict : supported, refuted or inconclusive
    robustness : people's accuracy under other rules on which trials count, by the name of the rule; stored
        under the key "beside"
    loss : people against themselves on uncropped photos, where the study chose that gate
    """

    crop_level: Level
    human: Accuracy | None
    machine: Accuracy | None
    p_iut: float | None
    p_holm: float | None
    verdict: Conclusion
    robustness: dict[str, Accuracy] = {}
    loss: Loss | None = None

    def p_human(self, gate: HumanGate) -> float | None:
        """Return the p-value that counts for people under this gate; None where nothing was tested."""
        tested = self.loss if gate is HumanGate.LOSS else self.human
        return tested.p if tested else None


class Assay(Struct, frozen=True, kw_only=True):
    """Gate 0: whether the attacker is competent; a broken attacker must never create a sweet spot.

    Attributes
    ----------
    passed : whether the lower bound on uncropped photos exceeds the competence
    competence : the threshold
    estimate, ci_low : accuracy of the attacker at level 0 and its lower bound; None without such trials
    n_agents : training seeds
    n_items : photos; None where counts do not tell them
    reason : why it passed or not, as a clause
    """

    passed: bool
    competence: float
    reason: str
    estimate: float | None = None
    ci_low: float | None = None
    n_agents: int = 0
    n_items: int | None = 0


class ClassResult(Struct, frozen=True, kw_only=True):
    """The same tests within one class; alpha is shared over the classes as in Holm's procedure.

    Attributes
    ----------
    levels : people and machine per level; `p_holm` is adjusted over the classes at that level
    sweet_levels : levels that pass both gates within the class's share of alpha
    """

    levels: tuple[LevelResult, ...]
    sweet_levels: tuple[Level, ...]


class Sample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rows that a verdict rests on. What a table of counts cannot tell is None.

    Attributes
    ----------
    rows_counted : rows of the primary analysis: trials, or counts
    clustered_by : which trials count as related
    mode : the mode in which people's rows were collected
    rows_excluded : test trials that the study's rules leave out
    rows_dropped : rows that are no test trials, or of networks that were trained for other levels, by reason
    rows_unanswered : counted trials without an answer
    timeouts : how a trial without an answer is scored
    people, networks, photos : how many there are over all levels
    trained_for_level : whether every machine row says that its network was trained for the level of the row
    trained_on_level : whether every network, or none, was trained on crops of the level of its row; None
        where rows differ or do not say
    architectures : of the networks, in alphabetical order; None where the table does not tell all of them
    """

    rows_counted: int
    clustered_by: Clustering
    mode: str | None = None
    rows_excluded: int | None = None
    rows_dropped: dict[str, int] | None = None
    rows_unanswered: int | None = None
    timeouts: str | None = None
    people: int | None = None
    networks: int | None = None
    photos: int | None = None
    trained_for_level: bool = False
    trained_on_level: bool | None = None
    architectures: tuple[str, ...] | None = None
