"""What each kind of check stores, as typed models."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, Struct, UnsetType, field

from stats.inference.estimates import Accuracy, Gap

if TYPE_CHECKING:
    from attacker.evaluation.baseline_classifier import BaselineResult


class Settings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a check was done; what does not apply to it is not stored.

    Attributes
    ----------
    architecture, round, trained_through, searched : the attack whose networks were looked at
    recipe : its whole configuration
    probe : what was trained for the check
    seed, seeds : seed of random choices; how many seeds were trained
    """

    architecture: str | None = None
    round: int | None = None
    trained_through: int | None = None
    searched: str = ""
    recipe: dict[str, Any] | None = None
    probe: str | None = None
    seed: int | None = None
    seeds: int | None = None


class CheckResult(Struct, frozen=True, kw_only=True):
    """What every check returns.

    Attributes
    ----------
    summary : a paragraph that a report can print
    concern : whether the result weakens the verdict; it then stands among the report's warnings
    settings : how the check was done
    """

    summary: str = field(name="says")
    concern: bool = False
    settings: Settings = Settings()


class AccuracyNumbers(Struct, frozen=True, kw_only=True):
    """Accuracy of a probe with its test against the study's ceiling, as `stats` computes it."""

    estimate: float
    se: float | None
    df: float | None
    ci_low: float
    ci_high: float
    p: float
    n_agents: int
    n_items: int | None
    n_trials: int

    @classmethod
    def of(cls, accuracy: Accuracy) -> AccuracyNumbers:
        """Return the numbers of all classes together."""
        return cls(**{name: getattr(accuracy, name) for name in cls.__struct_fields__})


class BaselineNumbers(Struct, frozen=True, kw_only=True):
    """How well a classifier tells the classes from cues that say nothing about the subject."""

    accuracy: float
    low: float
    high: float
    chance: float
    p_value: float
    photos: int
    independent: float
    above_chance: bool

    @classmethod
    def of(cls, baseline: BaselineResult, *, above_chance: bool) -> BaselineNumbers:
        """Return the numbers of a baseline, and whether they were judged to be above chance."""
        return cls(**asdict(baseline), above_chance=above_chance)


class PowerLaw(Struct, frozen=True, kw_only=True):
    """Error = a n^-b + c after n training photos."""

    a: float
    b: float
    c: float


class Estimate(Struct, frozen=True, kw_only=True):
    """A number with its interval."""

    estimate: float
    low: float
    high: float


class ExpectedGain(Estimate, frozen=True, kw_only=True):
    """Accuracy expected from twice the training photos, and whether it stays below the study's epsilon."""

    confidence: float
    epsilon: float
    exhausted: bool


class CurveResult(CheckResult, frozen=True, kw_only=True):
    """Learning curve of one network.

    Attributes
    ----------
    network : architecture and recipe
    sizes, errors : training photos of each step, and its errors by seed
    stand_in : accuracy on all photos, where the recipe is quicker than the attacks' own; else None
    law, asymptote : fitted to all errors; the error that photos without end would leave
    gain : of twice the photos
    """

    network: str = field(name="of", default="")
    sizes: tuple[float, ...]
    errors: tuple[tuple[float, ...], ...]
    stand_in: float | None = None
    law: PowerLaw
    asymptote: Estimate
    gain: ExpectedGain


class ControlsResult(CheckResult, frozen=True, kw_only=True):
    """Accuracy of a probe on each way to crop, and by how much it exceeds that on the study's own crops.

    Attributes
    ----------
    rules, gained_without_the_rule, chance : by control, but for the accuracy of guessing
    left_out : photos of all roles that have no such control; not counted in earlier results
    """

    rules: dict[str, AccuracyNumbers]
    gained_without_the_rule: dict[str, Gap]
    chance: float
    left_out: dict[str, int] | UnsetType = UNSET


class ShuffleResult(CheckResult, frozen=True, kw_only=True):
    """Accuracy of a probe that was trained on shuffled labels."""

    accuracy: AccuracyNumbers
    chance: float


class NuisanceResult(CheckResult, frozen=True, kw_only=True):
    """Baselines on stimuli, source photos, and, where there are any, collections and windows.

    Of crops that are equally sharp only the shares of the subject can be seen, no window. Earlier results did
    not look at windows.
    """

    stimuli: BaselineNumbers
    source_photos: BaselineNumbers = field(name="source photos")
    collections: BaselineNumbers | UnsetType = UNSET
    windows: BaselineNumbers | UnsetType = UNSET
    subject_shares: BaselineNumbers | UnsetType = field(name="subject shares", default=UNSET)


class CoverResult(CheckResult, frozen=True, kw_only=True):
    """Baseline on the places of the grey boxes: `BaselineNumbers`, written out: structs have one parent."""

    accuracy: float
    low: float
    high: float
    chance: float
    p_value: float
    photos: int
    independent: float
    above_chance: bool


class Margin(Struct, frozen=True, kw_only=True):
    """By how much one kind of attention map matters more than another, with its interval."""

    advantage: float
    low: float
    high: float


class Game(Margin, frozen=True, kw_only=True):
    """Probability of the true class by share hidden or shown, attended or random pixels first."""

    shares: tuple[float, ...]
    attended_first: tuple[float, ...]
    random_first: tuple[float, ...]


class KeptShares(Struct, frozen=True, kw_only=True):
    """Mean share of subject and attention inside the crops; None for crops drawn by hand."""

    subject: float | None
    attention: float | None


class PartShare(Struct, frozen=True, kw_only=True):
    """Attention to one part of the body beside its share of the area, over all photos or in one class."""

    level: int
    part: str
    photos: int
    without_person: int
    without_evidence: int
    share: float | None
    low: float | None
    high: float | None
    area: float | None
    relative: float | None
    class_name: str | UnsetType = field(name="class", default=UNSET)


class BodyShares(Struct, frozen=True, kw_only=True):
    """Attention by part of the body."""

    all: tuple[PartShare, ...]
    by_class: tuple[PartShare, ...]


class AttentionResult(CheckResult, frozen=True, kw_only=True):
    """Whether the attention is faithful and stable, and where it lies.

    Attributes
    ----------
    deletion, insertion, own_against_another, faithful : whether attended pixels matter more than others
    stability : rank correlation of the maps of different seeds; None with one seed
    true_against_predicted : the same for the maps of the true and the predicted class, where these differ
    without_evidence : share of the maps that are 0 everywhere
    kept_shares : what the crops keep of subject and attention
    body : attention by part of the body; None where no photo came with landmarks
    photos, networks : how many
    """

    deletion: Game
    insertion: Game
    own_against_another: Margin
    faithful: bool
    stability: float | None
    true_against_predicted: float | None
    without_evidence: float
    kept_shares: KeptShares = field(name="kept")
    body: BodyShares | None
    photos: int
    networks: int
