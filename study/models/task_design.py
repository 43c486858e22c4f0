"""The part of a study's design that is about a participant's task."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.choosing.answer_keys import ARROWS, LETTERS, NO_KEYS, NUMBERS
from study.choosing.answer_order import PER_BLOCK, PER_PERSON, WHERE_LONG
from study.comprehension import own_questions
from study.design import GRID, SINGLE

GRID_SIDE = [MinValueValidator(2), MaxValueValidator(5)]
MARKDOWN = "Markdown: # heading, - list, **strong**, [link](https://...)."
SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


def require_questions(stored: Any) -> None:
    """Refuse questions that nobody could answer rightly."""
    try:
        own_questions(stored)
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


class TaskDesign(models.Model):
    """What a person is shown, for how long, what is asked, and whose answers count."""

    task = models.CharField(
        max_length=6,
        choices=[(SINGLE, _("one photo at a time: which class?")), (GRID, _("grids: select all of a class"))],
        default=SINGLE,
        help_text="Grids are analysed apart (tiles.csv); a trial is then one grid.",
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
    target_completes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Stop taking people at this many completes; empty: no limit."
    )
    lease_minutes = models.PositiveIntegerField(
        default=60, help_text="How long a silent participant keeps their place in a list."
    )
    institution = models.CharField(max_length=200, blank=True, help_text="Who is responsible.")
    ethics_number = models.CharField(max_length=200, blank=True, help_text="Number of the ethics approval.")
    contact = models.CharField(max_length=200, blank=True, help_text="Name and address for questions.")
    pay = models.CharField(max_length=200, blank=True, help_text="What people get, such as 3.00 £.")
    information = models.TextField(
        blank=True, help_text=f"Shown before consent; empty: the standard text. {MARKDOWN}"
    )
    information_pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    consent = models.TextField(
        blank=True, help_text=f"What participants agree to; empty: the standard text. {MARKDOWN}"
    )
    debrief = models.TextField(
        blank=True, help_text=f"Shown at the end; empty: the standard text. {MARKDOWN}"
    )

    class Meta:
        abstract = True
