"""What all requests of one machine have in common, and which there are."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from attacker.errors import ConfigError
from attacker.packs.manifest import Manifest

QUESTION, CHOICES = "{question}", "{choices}"
TEMPLATE = f"{QUESTION}\nChoices:\n{CHOICES}\nAnswer with exactly one of the choices, and nothing else."
STRUCTURED_TEMPLATE = (
    f'{QUESTION}\nChoices:\n{CHOICES}\nAnswer with a JSON object, {{"answer": "one of the choices"}}.'
)
IMAGE_FORMATS = ("png", "jpeg")
TOKEN_FIELDS = ("max_tokens", "max_completion_tokens")


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that answers depend on; a log holds the requests of one plan.

    Attributes
    ----------
    pack : its name
    base_url, model : where which machine is asked
    template : of the question, with places for `{question}` and `{choices}`
    temperature : of drawing words; None: as the endpoint has it
    repeats : how often each stimulus is asked about
    size : longest side of the photo that is sent, in pixels; larger ones are made smaller
    image_format : png or jpeg
    structured : whether a JSON object is asked for
    written_tokens : most tokens that may be written
    token_field : what the endpoint calls that
    seed : of the orders in which choices and examples are shown
    shots : how many labelled examples of each class come before the question

    Raises
    ------
    ConfigError
        If a setting cannot be used.
    """

    pack: str
    base_url: str
    model: str
    template: str = TEMPLATE
    temperature: float | None = 0.0
    repeats: int = 1
    size: int = 512
    image_format: str = "png"
    structured: bool = False
    written_tokens: int = 64
    token_field: str = TOKEN_FIELDS[0]
    seed: int = 0
    shots: int = 0

    def __post_init__(self) -> None:
        if any(self.template.count(place) != 1 for place in (QUESTION, CHOICES)):
            raise ConfigError(f"the template needs {QUESTION} and {CHOICES}, each once")
        if self.repeats < 1 or self.written_tokens < 1:
            raise ConfigError("each stimulus is asked about at least once, for at least one token")
        if self.shots < 0:
            raise ConfigError(f"{self.shots} examples of each class cannot be shown; give 0 or more")
        if self.size < 16:
            raise ConfigError(f"a photo of {self.size} pixels shows nothing; send 16 or more")
        if self.temperature is not None and not 0 <= self.temperature <= 2:
            raise ConfigError(f"a temperature lies between 0 and 2, not {self.temperature:g}")
        if not self.model.strip():
            raise ConfigError("name the model")
        if self.image_format not in IMAGE_FORMATS or self.token_field not in TOKEN_FIELDS:
            raise ConfigError(f"photos are {' or '.join(IMAGE_FORMATS)}, limits {' or '.join(TOKEN_FIELDS)}")

    def differences(self, other: Plan) -> list[str]:
        """Return which settings differ, and how.

        Examples
        --------
        >>> Plan("p", "http://127.0.0.1/v1", "a").differences(Plan("p", "http://127.0.0.1/v1", "b", seed=1))
        ["model: 'a', now 'b'", 'seed: 0, now 1']
        """
        return [
            f"{name}: {getattr(self, name)!r}, now {getattr(other, name)!r}"
            for name in self.__struct_fields__
            if getattr(self, name) != getattr(other, name)
        ]


class Ask(msgspec.Struct, frozen=True):
    """One thing to be asked.

    Attributes
    ----------
    stimulus : its name in the pack
    repeat : from 0
    order : of the choices as they are shown, by their places in the pack
    examples : names of the labelled examples, in the order in which they are shown
    """

    stimulus: str
    repeat: int
    order: tuple[int, ...]
    examples: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Stimulus and repeat."""
        return f"{self.stimulus}/{self.repeat}"


def asks_of(plan: Plan, manifest: Manifest) -> Iterator[Ask]:
    """Yield everything that is to be asked: all stimuli once, then again.

    The order of the choices is drawn for each, and that of the examples; the same plan always draws the same.

    Raises
    ------
    PackError
        If the pack has not as many examples as the plan shows.

    Examples
    --------
    >>> from attacker.packs.manifest import PackedStimulus
    >>> pack = Manifest("p", "?", ("dunk", "shoot"), (PackedStimulus("0a", "ff"), PackedStimulus("0b", "ee")))
    >>> plan = Plan("p", "http://127.0.0.1/v1", "m", repeats=2)
    >>> [ask.name for ask in asks_of(plan, pack)]
    ['0a/0', '0b/0', '0a/1', '0b/1']
    """
    examples = [example.name for example in manifest.first_examples(plan.shots)]
    for repeat in range(plan.repeats):
        for stimulus in manifest.stimuli:
            drawing = random.Random(f"{plan.seed}/{stimulus.name}/{repeat}")  # noqa: S311  (no secret)
            order = list(range(len(manifest.choices)))
            drawing.shuffle(order)
            shown = drawing.sample(examples, len(examples))
            yield Ask(stimulus.name, repeat, tuple(order), tuple(shown))
