"""The design of a study as plain values: what sessions, exclusion rules and analyses may rely on."""

from __future__ import annotations

from typing import Any

import msgspec

from study.asking.every_task import TASKS
from study.asking.single_photo import SINGLE
from study.asking.tile_grid import GRID
from study.asking.trial_task import AnsweredBy, Task
from study.choosing.answer_keys import ARROWS, NUMBERS
from study.choosing.answer_order import PER_PERSON
from study.choosing.answer_search import NEVER_SEARCHED
from study.languages.own_texts import OwnTexts, Passage
from study.questions.comprehension import OwnQuestion, own_questions
from study.questions.own_form import FormQuestion, form_questions
from study.sizing.screen_measure import NEVER
from study.sizing.shown_sizes import FILL

LATIN, ADAPTIVE = "latin", "adaptive"  # how photos get their levels
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
    assignment: str = LATIN
    adaptive_accuracy: float = 0.85
    adaptive_even_share: float = 0.3
    adaptive_step: int = 5
    title: str = ""
    instructions: str = ""
    languages: list[str] = []
    own_form: list[FormQuestion] = []
    own_language: str = ""
    own_texts: dict[str, OwnTexts] = {}
    naming_slips: float = 0.2
    naming_phrases: bool = True
    naming_synonyms: dict[str, dict[str, list[str]]] = {}
    naming_chance: float = 0.01
    screen_calibration: str = NEVER
    viewing_distance_cm: float = 57.0
    handheld_distance_cm: float = 32.0
    shown_size: str = FILL
    source_px_per_degree: float = 40.0
    search_answers: str = NEVER_SEARCHED
    photos_may_leave: bool = False
    measure_distance: bool = False
    parts: int = 1
    part_least_hours: float = 12.0
    part_most_hours: float = 168.0
    part_practice: bool = False
    part_codes: bool = False
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
        questions = own_questions(study.comprehension)
        return cls(**values | {"comprehension": questions, "own_form": form_questions(study.own_form)})

    @property
    def asks(self) -> Task:
        """What a trial asks."""
        return TASKS[self.task]

    @property
    def keys(self) -> str:
        """Which keys answer: places left and right have arrows where others have numbers."""
        return ARROWS if self.answer_keys == NUMBERS and self.asks.answers_are_places else self.answer_keys

    @property
    def is_grid(self) -> bool:
        """Whether a trial is a grid of photos."""
        return self.task == GRID

    @property
    def may_search(self) -> bool:
        """Whether some or all people search their answers."""
        return self.asks.answered_by == AnsweredBy.CLASSES and self.search_answers != NEVER_SEARCHED

    @property
    def is_adaptive(self) -> bool:
        """Whether levels follow each person's own answers."""
        return self.assignment == ADAPTIVE

    @property
    def is_on_several_days(self) -> bool:
        """Whether people come back for further parts."""
        return self.parts > 1

    @property
    def photos_per_trial(self) -> int:
        """Photos that one trial shows."""
        return self.grid_rows * self.grid_columns if self.is_grid else self.asks.photos

    @property
    def photos_per_person(self) -> int:
        """Test photos that one person sees."""
        return self.trials_per_person * self.photos_per_trial

    def own(self, name: str, language: str) -> Passage:
        """Return the researcher's own text in a language, else in that of the design; or an empty one."""
        return Passage(*self._own(name, language))

    def questions_in(self, language: str) -> tuple[list[OwnQuestion], str]:
        """Return the researcher's own questions in a language, else in that of the design; and which."""
        return self._own("comprehension", language)

    def own_form_in(self, language: str) -> tuple[list[FormQuestion], str]:
        """Return the researcher's own questionnaire in a language, else in that of the design; and which."""
        return self._own("own_form", language)

    def _own(self, name: str, language: str) -> tuple[Any, str]:
        for code in (language, language.partition("-")[0]):
            value = getattr(self.own_texts.get(code, OwnTexts()), name)
            if value:
                return value, code
        value = getattr(self, name)
        return value, self.own_language if value else ""

    def without_the_way_back(self) -> Design:
        """Return the design of an earlier version as it would be frozen now."""
        return msgspec.structs.replace(self, return_url="")

    def of_the_pilot(self) -> Design:
        """Return the design of the pilot's sessions: single photos, people and trials of its own number."""
        return msgspec.structs.replace(
            self,
            task=SINGLE,
            assignment=LATIN,
            trials_per_person=self.pilot_trials,
            target_completes=self.pilot_people,
            parts=1,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the choices as plain values, by name."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain
