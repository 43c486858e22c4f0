"""The design of a study as plain values: what sessions, exclusion rules and analyses may rely on."""

from __future__ import annotations

from typing import Any

import msgspec

from study.choosing.answer_keys import NUMBERS
from study.choosing.answer_order import PER_PERSON
from study.comprehension import OwnQuestion, own_questions

SINGLE, GRID = "single", "grid"
AT_THE_END, AT_PLANNED_LOOKS, AT_ANY_TIME = "end", "planned", "sequence"  # when answers are looked at
MAIN, PILOT = "main", "pilot"  # stages of a study, each with people of its own


def pdf_name(sha256: str) -> str:
    """Return where a PDF for participants is stored: by its content, so that a frozen one never changes."""
    return f"information/{sha256}.pdf"


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every choice that is fixed before the first answer; field names are those of Study."""

    floor: float
    ceiling: float
    competence: float
    alpha: float
    trials_per_person: int
    block_size: int
    practice_trials: int
    practice_criterion: float
    catch_share: float
    catch_criterion: float
    stimulus_ms: int | None
    mask_ms: int
    fixation_ms: int
    deadline_ms: int
    ask_confidence: bool
    fast_rt_ms: int
    fast_share_limit: float
    minimum_viewport_px: int
    target_completes: int | None
    lease_minutes: int
    information: str
    consent: str
    debrief: str
    architectures: list[str]
    seeds: int
    attacker_preset: str
    attention_weight: float
    improvement_epsilon: float
    max_rounds: int
    minimum_levels: int
    # Added later: a version frozen earlier lacks them, and keeps what was done then (the network's own size).
    image_size: int = 0
    test_time_augmentation: bool = False
    level_family: str = "crop"
    crop_designers: str = "separate"
    human_gate: str = "floor"
    loss_delta: float = 0.10
    task: str = SINGLE
    grid_rows: int = 3
    grid_columns: int = 3
    least_fill: float = 0.1
    least_crop_pixels: int = 64
    person_detector: str = "none"
    person_rule: str = "largest"
    pilot: bool = False
    pilot_candidates: int = 2
    pilot_floor: float = 0.6
    pilot_certainty: float = 0.8
    pilot_least_answers: int = 6
    pilot_people: int = 40
    pilot_trials: int = 120
    answer_keys: str = NUMBERS
    answer_order: str = PER_PERSON
    least_photo_px: int = 0
    look_plan: str = AT_THE_END
    look_shares: list[float] = []
    one_sharpness: bool = False
    comprehension: list[OwnQuestion] = []
    instructed_check: bool = False
    practice_rounds: int = 2
    institution: str = ""
    ethics_number: str = ""
    contact: str = ""
    pay: str = ""
    information_pdf_sha256: str = ""
    exclude_lost_focus: bool = False
    most_frames_off: float | None = None
    most_dropped_frames: int | None = None
    coarsest_clock_ms: float | None = None
    # Was frozen once; it is a setting of recruitment now, and in no new version.
    return_url: str = ""

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all choices that a study has."""
        return [name for name in cls.__struct_fields__ if name != "return_url"]

    @classmethod
    def of(cls, study: Any) -> Design:
        """Return the design that a study has now."""
        values = {name: getattr(study, name) for name in cls.names()}
        return cls(**values | {"comprehension": own_questions(study.comprehension)})

    @property
    def is_grid(self) -> bool:
        """Whether a trial is a grid of photos."""
        return self.task == GRID

    @property
    def photos_per_trial(self) -> int:
        """Photos that one trial shows."""
        return self.grid_rows * self.grid_columns if self.is_grid else 1

    @property
    def photos_per_person(self) -> int:
        """Test photos that one person sees."""
        return self.trials_per_person * self.photos_per_trial

    def without_the_way_back(self) -> Design:
        """Return the design of an earlier version as it would be frozen now."""
        return msgspec.structs.replace(self, return_url="")

    def of_the_pilot(self) -> Design:
        """Return the design of the pilot's sessions: single photos, people and trials of its own number."""
        return msgspec.structs.replace(
            self,
            task=SINGLE,
            trials_per_person=self.pilot_trials,
            target_completes=self.pilot_people,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as plain values, by name."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain
