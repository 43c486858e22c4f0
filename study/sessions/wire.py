"""Messages between the player in the browser and the server; the types say what is valid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from study.asking.free_naming import LONGEST_ANSWER
from study.models import Trial
from study.sessions.errors import BadAnswerError
from study.sizing.blind_spot import Round

LONGEST_MS = 3_600_000.0  # an hour: no trial lasts longer, whatever a page claims
MOST_ANSWERS = 1_000  # in one request
MOST_TILES = 100
MOST_FRAMES = 1_000_000

Milliseconds = Annotated[float, Meta(ge=0.0, le=LONGEST_MS)]
Pixels = Annotated[float, Meta(ge=0.0, le=100_000.0)]
Place = Annotated[int, Meta(ge=0, le=1_000)]  # of a button or tile, from 0
Token = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[^\x00-\x1f\x7f-\x9f]+\Z")]
Status = Trial.ResponseStatus
Input = Literal["", "key", "mouse", "touch", "pen", "assistive"]
AbortReason = Literal["", "interrupted", "preload_failed"]

Message = TypeVar("Message")


class Timing(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the browser measured while it showed the photo; times in milliseconds."""

    stimulus_ms_achieved: Milliseconds | None = None
    mask_ms_achieved: Milliseconds | None = None
    shown_px: Pixels | None = None
    frame_ms: Milliseconds | None = None
    dropped_frames: Annotated[int, Meta(ge=0, le=MOST_FRAMES)] | None = None
    focus_lost: bool = False
    fullscreen: bool = False
    onset_utc: Annotated[datetime, Meta(tz=True)] | None = None


class Answer(Timing, kw_only=True):
    """One closed trial as the browser saw it.

    `response` is the place of the button pressed; `selected` are the places of a grid's tiles, in order;
    `text` is what was typed, in a trial that ran out of time too.
    `response_input` is what it was pressed with; a page that does not know sends none.
    """

    trial: Token
    uuid: UUID
    status: Status
    reason: AbortReason = ""
    response: Place | None = None
    selected: Annotated[tuple[Place, ...], Meta(max_length=MOST_TILES)] | None = None
    text: Annotated[str, Meta(max_length=LONGEST_ANSWER)] | None = None
    first_key_ms: Milliseconds | None = None
    response_input: Input = ""
    rt_ms: Milliseconds | None = None
    confidence: Annotated[int, Meta(ge=0, le=100)] | None = None

    def __post_init__(self) -> None:
        """Require what belongs to the status, and drop what does not."""
        if self.status == Status.OPEN:
            raise ValueError("An answer's status must be answered, timeout, cant_tell or aborted.")
        if self.status == Status.ANSWERED:
            self._require_choice()
        else:
            self.response = self.selected = None
            self.response_input = ""
            if self.status == Status.ABORTED:
                self.text = self.first_key_ms = None
        if self.status != Status.ABORTED:
            self.reason = ""
        elif not self.reason:
            raise ValueError("An aborted trial needs its reason: interrupted or preload_failed.")
        if self.onset_utc is not None:
            self.onset_utc = self.onset_utc.astimezone(UTC)

    def _require_choice(self) -> None:
        if self.rt_ms is None:
            raise ValueError("An answer needs rt_ms, its response time in milliseconds.")
        if self.selected is not None:
            self.response = None
            if len(set(self.selected)) < len(self.selected):
                raise ValueError("selected must be different places of tiles.")
            self.selected = tuple(sorted(self.selected))
        elif self.text is not None:
            self._require_words()
        elif self.response is None:
            raise ValueError(
                "An answer needs response (the place of a button), selected (places of tiles) or text."
            )

    def _require_words(self) -> None:
        self.response = None
        if not self.text or not self.text.strip() or not self.text.isprintable():
            raise ValueError("text must hold letters on one line; who typed nothing sends cant_tell.")


class Delivery(msgspec.Struct, kw_only=True):
    """One request: answers in their order, the trial that begins next, and how long ago it began."""

    tab: UUID
    begun: Token | None = None
    begun_age_ms: Annotated[float, Meta(ge=0.0)] = 0.0
    answers: Annotated[tuple[Answer, ...], Meta(max_length=MOST_ANSWERS)] = ()

    def __post_init__(self) -> None:
        """Take what began longer ago than any trial lasts for just as old."""
        self.begun_age_ms = min(self.begun_age_ms, LONGEST_MS)
        if len({answer.uuid for answer in self.answers}) < len(self.answers):
            raise ValueError("Each answer needs a uuid of its own.")


class TabRequest(msgspec.Struct):
    """A tab that asks for a block, or to be the one that may answer."""

    tab: UUID


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What the device check measured; no address and no full user agent."""

    browser: str
    os: str
    input_device: str
    viewport_w: int
    viewport_h: int
    dpr: float
    refresh_hz: float
    photo_loaded: bool
    storage_works: bool
    answers_fit: bool
    search_fits: bool = False
    clock_grain_ms: float | None = None
    presentation_lag_ms: float | None = None
    onset_known_by: str = ""
    forced_colours: bool = False
    surround: str = ""


class ScreenSize(msgspec.Struct, frozen=True, kw_only=True):
    """How large a pixel of the screen is, in millimetres, and how that is known; None: not measured."""

    known_by: str
    mm_per_px: float | None = None


class Distance(msgspec.Struct, frozen=True, kw_only=True):
    """From how far a person looks, and how that is known: by rounds at the blind spot, or typed."""

    known_by: str
    rounds: tuple[Round, ...] = ()
    distance_cm: float | None = None


class Lesson(msgspec.Struct, frozen=True):
    """What a practice trial teaches once it is answered.

    `places` are those of the right button, or of the tiles that show what was asked for.
    """

    right: bool
    places: tuple[int, ...]
    too_fast: bool = False


class Recorded(msgspec.Struct, frozen=True):
    """What the server holds after a delivery; `feedback` says of practice trials what there is to learn."""

    rows: tuple[int, ...]
    closed: int
    total: int
    status: str
    feedback: dict[str, Lesson]


MOST_PHOTOS_AT_ONCE = 10  # in one answer


class Served(msgspec.Struct, frozen=True, omit_defaults=True):
    """A trial and its photos, by their tokens or addresses; of a grid also the class that it asks for.

    `extent` is the share of the photos' area that the longer side of this one takes; None: all of it.
    """

    trial: str
    photos: tuple[str, ...]
    target: AnswerName | None = None
    extent: float | None = None


class Block(msgspec.Struct, frozen=True):
    """The trials that are due; none are left if the session has gone on to another step.

    `order` are the answers from the first button to the last, as places in the session's own order; `pause`
    says whether a break comes before, if trials have been closed already. Each photo is sent as `photo_bytes`
    bytes, so that several can come in one answer; 0 where each has its own size.
    """

    practice: bool
    number: int
    blocks: int
    first: int
    closed: int
    total: int
    trials: tuple[Served, ...]
    order: tuple[int, ...] = ()
    pause: bool = True
    photo_bytes: int = 0


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request changed nothing: a code for the player, and words for whoever reads the log."""

    error: str
    detail: str = ""


class AnswerName(msgspec.Struct, frozen=True):
    """The words of an answer, and their language; empty where it is not known."""

    text: str
    language: str


class PlayerSettings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the player needs to know before its first block; nothing about any photo."""

    session: str
    fixation_ms: int
    stimulus_ms: int | None
    mask_ms: int
    deadline_ms: int
    fast_ms: int
    ask_confidence: bool
    answer_keys: tuple[str, ...]
    answers: tuple[AnswerName, ...]
    least_photo: int
    area_px: float
    columns: int
    answers_are_places: bool
    typed: bool
    searched: bool
    presentation_lag_ms: float | None
    worker_url: str
    tab_url: str
    block_url: str
    answers_url: str


_DELIVERY = msgspec.json.Decoder(Delivery)
_TAB_REQUEST = msgspec.json.Decoder(TabRequest)


def parse_delivery(body: bytes) -> Delivery:
    """Read answers from the body of a request.

    Raises
    ------
    BadAnswerError
        If anything in it is missing or absurd; the message names the field and what it must be.
    """
    return _decode(_DELIVERY, body)


def parse_tab(body: bytes) -> str:
    """Read from the body of a request which tab it comes from.

    Raises
    ------
    BadAnswerError
    """
    return str(_decode(_TAB_REQUEST, body).tab)


def _decode(decoder: msgspec.json.Decoder[Message], body: bytes) -> Message:
    """Decode a body; a time before the first year overflows, and a body may be nested too deep to read."""
    try:
        return decoder.decode(body)
    except (ValueError, OverflowError, RecursionError) as error:
        raise BadAnswerError(str(error)) from error
