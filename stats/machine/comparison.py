"""Machines side by side as plain values: what is computed, drawn, stored and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

FINDING = "machines"  # name of the secondary analysis
PEOPLE = "people"  # what a pair calls them
REFUSED = "refused"
WITHOUT_CHOICE = ("off-list", "several", "empty")  # states of answers that name no choice and refuse nothing
OUTSIDE = "from outside"


class Took(Struct, frozen=True):
    """What the answers of a machine took; what nobody tells is None, never 0.

    Attributes
    ----------
    answers : to test photos
    costs_known, seconds_known : how many of them tell what they cost, and how long they took
    cost_per_1000 : mean cost of those that tell it, times 1,000, in the currency of the machine's owner
    seconds_median, seconds_p95 : median, and what 95 % of those that tell it stay below, in seconds
    """

    answers: int
    costs_known: int = 0
    seconds_known: int = 0
    cost_per_1000: float | None = None
    seconds_median: float | None = None
    seconds_p95: float | None = None


class MachineLevel(Struct, frozen=True):
    """One machine at one level.

    Attributes
    ----------
    crop_level : the level
    estimate, ci_low, ci_high : macro-averaged accuracy and its interval over new photos, and over new
        networks where there are several
    networks, photos : behind the estimate
    states : how many answers ended how; empty where the table does not tell
    took : what the answers took
    """

    crop_level: float
    estimate: float
    ci_low: float
    ci_high: float
    networks: int
    photos: int | None
    states: dict[str, int]
    took: Took

    def share_of(self, state: str) -> float | None:
        """Return the share of answers that ended so; None where no answer tells how it ended.

        Examples
        --------
        >>> level = MachineLevel(0, 0.5, 0.4, 0.6, 1, 4, {"answered": 3, "refused": 1}, Took(4))
        >>> level.share_of("refused"), level.share_of("empty")
        (0.25, 0.0)
        """
        return _share(state, [self.states])


class ComparedMachine(Struct, frozen=True):
    """One machine under one kind of attack.

    Attributes
    ----------
    number : its place in the comparison, from 1
    name : network or machine
    attack : kind of attack: adaptive, transfer, zero-shot, few-shot or unknown
    outside : whether it came from outside
    levels : that it answered, light to heavy
    took : what its answers at all levels took
    """

    number: int
    name: str
    attack: str
    outside: bool
    levels: tuple[MachineLevel, ...]
    took: Took

    @property
    def label(self) -> str:
        """The machine with its kind of attack."""
        return machine_label(self.name, self.attack, outside=self.outside)

    @property
    def kind(self) -> str:
        """The kind of attack, and whether the machine came from outside."""
        return kind_in_words(self.attack, outside=self.outside)

    @property
    def numbered(self) -> str:
        """The machine with its number and its kind of attack, as figures name it."""
        return f"{self.number} {self.label}"

    @property
    def short(self) -> str:
        """The machine with its number, which tells it from others of the name."""
        return f"{self.number} {self.name}"

    @property
    def networks(self) -> int:
        """The most networks that answered at a level."""
        return max((level.networks for level in self.levels), default=0)

    def share_of(self, state: str) -> float | None:
        """Return the share of its answers at all levels that ended so; None where none tells."""
        return _share(state, [level.states for level in self.levels])


class PeopleLevel(Struct, frozen=True):
    """People's accuracy at one level, with its interval over new people and new photos."""

    crop_level: float
    estimate: float
    ci_low: float
    ci_high: float
    people: int


class PairKappa(Struct, frozen=True):
    """Error consistency of two kinds of observers at one level.

    Attributes
    ----------
    crop_level : the level
    first, second : labels of machines, or "people"; the same where it is among the networks of one machine,
        or among people
    kappa : mean over the pairs of their observers; None where there is none
    ci_low, ci_high : its interval over new photos, and over observers where there are several
    shared : photos that both judged: the fewest of the pairs that count, or the most where none does
    reason : why there is no kappa or no interval, or ""
    """

    crop_level: float
    first: str
    second: str
    kappa: float | None
    ci_low: float | None
    ci_high: float | None
    shared: int
    reason: str = ""


class Comparison(Struct, frozen=True):
    """All machines of a study side by side.

    Attributes
    ----------
    machines : by their numbers
    people : people's accuracy, light to heavy
    pairs : error consistency of all with all, by level, light to heavy
    least_shared : photos that a pair must share to count
    resamples : of the intervals of kappa
    """

    machines: tuple[ComparedMachine, ...]
    people: tuple[PeopleLevel, ...]
    pairs: tuple[PairKappa, ...]
    least_shared: int
    resamples: int

    @property
    def levels(self) -> tuple[float, ...]:
        """All levels at which anybody was tested, light to heavy."""
        tested = {level.crop_level for machine in self.machines for level in machine.levels}
        return tuple(sorted(tested | {level.crop_level for level in self.people}))

    def pair(self, level: float, first: str, second: str) -> PairKappa | None:
        """Return the consistency of two observers at a level, in whichever order they are named."""
        for pair in self.pairs:
            if pair.crop_level == level and {pair.first, pair.second} == {first, second}:
                return pair
        return None

    def lines(self) -> Iterator[tuple[ComparedMachine, MachineLevel]]:
        """Yield every machine at every level."""
        for machine in self.machines:
            for level in machine.levels:
                yield machine, level


def _share(state: str, counts: Sequence[Mapping[str, int]]) -> float | None:
    answers = sum(sum(states.values()) for states in counts)
    return sum(states.get(state, 0) for states in counts) / answers if answers else None


def machine_label(name: str, attack: str, *, outside: bool) -> str:
    """Return a machine with its kind of attack, and whether it came from outside.

    Examples
    --------
    >>> machine_label("resnet152", "adaptive", outside=False), machine_label("vlm", "unknown", outside=True)
    ('resnet152 (adaptive)', 'vlm (kind unknown, from outside)')
    """
    return f"{name} ({kind_in_words(attack, outside=outside)})"


def kind_in_words(attack: str, *, outside: bool) -> str:
    """Return a kind of attack, and whether the machine came from outside.

    Examples
    --------
    >>> kind_in_words("transfer", outside=False), kind_in_words("unknown", outside=True)
    ('transfer', 'kind unknown, from outside')
    """
    kind = "kind unknown" if attack == "unknown" else attack
    return f"{kind}, {OUTSIDE}" if outside else kind
