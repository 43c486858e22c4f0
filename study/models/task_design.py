"""The part of a study's design that is about a participant's task."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.asking.free_naming import NAMING
from study.asking.same_different import SAME_DIFFERENT
from study.asking.single_photo import SINGLE
from study.asking.synonyms import synonym_table
from study.asking.tile_grid import GRID
from study.asking.two_photos import TWO_PHOTOS
from study.asking.yes_no_question import YES_NO
from study.choosing.answer_keys import ARROWS, LETTERS, NO_KEYS, NUMBERS
from study.choosing.answer_order import PER_BLOCK, PER_PERSON, WHERE_LONG
from study.choosing.answer_search import ALWAYS_SEARCHED, NEVER_SEARCHED, WHERE_CROWDED
from study.questions.comprehension import own_questions
from study.sizing.screen_measure import NEVER, OFFERED, REQUIRED
from study.sizing.shown_sizes import BY_DEGREES, BY_PIXELS, FILL

GRID_SIDE = [MinValueValidator(2), MaxValueValidator(5)]
SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]
CENTIMETRES = [MinValueValidator(10.0), MaxValueValidator(1000.0)]


def require_questions(stored: Any) -> None:
    """Refuse questions that nobody could answer rightly."""
    try:
        own_questions(stored)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def require_synonyms(stored: Any) -> None:
    """Refuse a table of words that cannot be read."""
    try:
        synonym_table(stored)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class AnswerKeys(models.TextChoices):
    NUMBERS = NUMBERS, _("numbers (two digits from ten answers on)")
    LETTERS = LETTERS, _("letters about F and J (up to 6 answers)")
    ARROWS = ARROWS, _("arrow keys (up to 4 answers)")
    NONE = NO_KEYS, _("none: only mouse, touch and pen")


class AnswerOrder(models.TextChoices):
    PERSON = PER_PERSON, _("one order for each person")
    BLOCK = PER_BLOCK, _("another order in each block")
    LONG = WHERE_LONG, _("another order in each block from ten answers on")


class SearchRule(models.TextChoices):
    NEVER = NEVER_SEARCHED, _("never: who has no room for all buttons is turned away")
    CROWDED = WHERE_CROWDED, _("on devices that have no room for all buttons")
    ALWAYS = ALWAYS_SEARCHED, _("on every device")


class ScreenCalibration(models.TextChoices):
    NEVER = NEVER, _("no")
    OFFERED = OFFERED, _("yes, and people may go on without")
    REQUIRED = REQUIRED, _("yes, nobody takes part without")


class ShownSize(models.TextChoices):
    FILL = FILL, _("every crop as large as fits: same size on the screen")
    PIXELS = BY_PIXELS, _("same magnification: as many pixels of the screen for each pixel of a photo")
    DEGREES = BY_DEGREES, _("same magnification: as many degrees for each pixel of a photo")


class TaskDesign(models.Model):
    """What a person is shown, for how long, what is asked, and whose answers count."""

    task = models.CharField(
        max_length=16,
        choices=[
            (SINGLE, _("one photo at a time: which class?")),
            (YES_NO, _("one photo at a time: does it show this class?")),
            (TWO_PHOTOS, _("two photos at a time: which one shows this class?")),
            (SAME_DIFFERENT, _("two photos at a time: do they show the same class?")),
            (NAMING, _("one photo at a time: type what it shows")),
            (GRID, _("grids: select all of a class")),
        ],
        default=SINGLE,
        help_text="Grids are analysed apart (tiles.csv); a trial is then one grid. With yes-no questions "
        "half of the photos of each level show what is asked about, and guessing is right half of the time. "
        "Two photos make pairs that are the same for everybody; guessing is right half of the time too; "
        "where two photos are compared, half of each person's pairs show the same.",
    )
    naming_slips = models.FloatField(
        default=0.2,
        validators=[MinValueValidator(0.0), MaxValueValidator(0.5)],
        help_text="Free naming: slips of spelling that are forgiven for each letter of a name, rounded down.",
    )
    naming_phrases = models.BooleanField(
        default=True,
        help_text="Free naming: a name counts where it stands in a longer answer, as whole words.",
    )
    naming_synonyms = models.JSONField(
        default=dict,
        blank=True,
        validators=[require_synonyms],
        help_text='Free naming: further words by language and class, as in {"en": {"dunk": ["slam"]}}; '
        "labels of the classes count as well. A word of two classes is ambiguous, and decides for none.",
    )
    naming_chance = models.FloatField(
        default=0.01,
        validators=[MinValueValidator(0.0001), MaxValueValidator(0.5)],
        help_text="Free naming: accuracy of who guesses, for curves and d′.",
    )
    grid_rows = models.PositiveSmallIntegerField(default=3, validators=GRID_SIDE)
    grid_columns = models.PositiveSmallIntegerField(default=3, validators=GRID_SIDE)
    trials_per_person = models.PositiveIntegerField(default=60, validators=[MinValueValidator(1)])
    block_size = models.PositiveIntegerField(default=20, validators=[MinValueValidator(1)])
    practice_trials = models.PositiveIntegerField(default=6)
    practice_criterion = models.FloatField(
        default=0.6, validators=SHARE, help_text="Share of practice trials right."
    )
    practice_rounds = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="Rounds of practice, at most; who meets the criterion in none of them is turned away.",
    )
    catch_share = models.FloatField(
        default=0.05, validators=SHARE, help_text="Uncropped photos mixed in to see who pays attention."
    )
    catch_criterion = models.FloatField(
        default=0.6, validators=SHARE, help_text="People under this share on catch trials are excluded."
    )
    instructed_check = models.BooleanField(
        default=False,
        help_text="The last page asks for one given answer; who gives another has not read, and is excluded.",
    )
    comprehension = models.JSONField(
        default=list,
        blank=True,
        validators=[require_questions],
        help_text="Questions about the instructions: "
        '[{"question": "...", "answers": ["...", "..."], "right": 0}]; empty: the two standard ones.',
    )
    stimulus_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="How long a photo stays; empty means until answered."
    )
    mask_ms = models.PositiveIntegerField(default=0, help_text="1/f noise after a timed photo.")
    fixation_ms = models.PositiveIntegerField(default=500)
    deadline_ms = models.PositiveIntegerField(default=10_000, validators=[MinValueValidator(200)])
    answer_keys = models.CharField(
        max_length=7,
        choices=AnswerKeys,
        default=AnswerKeys.NUMBERS,
        help_text="Keys that answer, beside mouse and touch.",
    )
    answer_order = models.CharField(
        max_length=6,
        choices=AnswerOrder,
        default=AnswerOrder.LONG,
        help_text="Over the blocks of a person each answer stands at each place about equally often.",
    )
    search_answers = models.CharField(
        max_length=7,
        choices=SearchRule,
        default=SearchRule.CROWDED,
        help_text="Where people search their answer: they type its first letters and choose from a list.",
    )
    ask_confidence = models.BooleanField(default=False)
    fast_rt_ms = models.PositiveIntegerField(
        default=200, help_text="Answers faster than this cannot be about the photo."
    )
    fast_share_limit = models.FloatField(
        default=0.2, validators=SHARE, help_text="People with more such answers than this are excluded."
    )
    exclude_lost_focus = models.BooleanField(
        default=True, help_text="A trial during which the page lost the focus is no data."
    )
    most_frames_off = models.FloatField(
        null=True,
        blank=True,
        default=1.0,
        validators=[MinValueValidator(0.5), MaxValueValidator(10.0)],
        help_text="A timed photo that stood longer or shorter than planned by more frames of the screen than "
        "this is no data; empty: no such rule.",
    )
    most_dropped_frames = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=3,
        help_text="A timed photo during which the screen dropped more frames than this is no data; empty: no "
        "such rule.",
    )
    coarsest_clock_ms = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1), MaxValueValidator(100.0)],
        help_text="Browsers whose clock moves in larger steps are turned away; empty: none is. Usual are 0.1 "
        "and 1; protection against fingerprinting makes it 16.7 or 100.",
    )
    minimum_viewport_px = models.PositiveIntegerField(default=320)
    least_photo_px = models.PositiveIntegerField(
        default=160,
        validators=[MaxValueValidator(512)],
        help_text="Side of a photo that must fit into the window with all answers; 0: the page may scroll.",
    )
    screen_calibration = models.CharField(
        max_length=8,
        choices=ScreenCalibration,
        default=ScreenCalibration.NEVER,
        help_text="People measure their screen by a bank card or a ruler, before the instructions.",
    )
    viewing_distance_cm = models.FloatField(
        default=57.0, validators=CENTIMETRES, help_text="From eyes to screen, at computers and tablets."
    )
    handheld_distance_cm = models.FloatField(
        default=32.0, validators=CENTIMETRES, help_text="From eyes to screen, with a phone in the hand."
    )
    measure_distance = models.BooleanField(
        default=False,
        help_text="People who have measured their screen also measure how far they sit from it, by the blind "
        "spot of an eye.",
    )
    shown_size = models.CharField(
        max_length=7,
        choices=ShownSize,
        default=ShownSize.FILL,
        help_text="How large crops are on the screen, beside each other.",
    )
    source_px_per_degree = models.FloatField(
        default=40.0,
        validators=[MinValueValidator(1.0), MaxValueValidator(1000.0)],
        help_text="Same degrees: so many pixels of a photo cover one degree of visual angle.",
    )
    target_completes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Stop taking people at this many completes; empty: no limit."
    )
    lease_minutes = models.PositiveIntegerField(
        default=60, help_text="How long a silent participant keeps their place in a list."
    )

    class Meta:
        abstract = True
