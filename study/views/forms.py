"""Forms that participants send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from study.asking.trial_task import Task
from study.design import Design
from study.models import Session
from study.questions.own_form import consent_name, field_name, kept_answers
from study.questions.questionnaire import INSTRUCTED_ANSWER, Questionnaire
from study.sizing.blind_spot import Round, Rounds
from study.sizing.screen_measure import (
    BLIND_SPOT,
    CARD,
    LEAST_MM_PER_PX,
    MOST_MM_PER_PX,
    REQUIRED,
    RULER,
    SKIPPED,
    TAPE,
    TOO_NARROW,
)
from study.views.own_fields import own_fields

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LARGEST_VIEWPORT = 20_000
NEAREST_TYPED_CM, FARTHEST_TYPED_CM = 10.0, 1000.0  # with a tape: as far as a design may plan, for projectors


class ConsentForm(forms.Form):
    agree = forms.BooleanField(label=_("I agree and want to take part"))


class DeviceForm(forms.Form):
    """What the device check measured; its script fills it in."""

    input_device = forms.ChoiceField(choices=[(name, name) for name in ("pointer", "touch", "keyboard")])
    viewport_w = forms.IntegerField(min_value=1, max_value=LARGEST_VIEWPORT)
    viewport_h = forms.IntegerField(min_value=1, max_value=LARGEST_VIEWPORT)
    dpr = forms.FloatField(min_value=0.1, max_value=20)
    refresh_hz = forms.FloatField(min_value=1, max_value=1000)
    photo_loaded = forms.BooleanField(required=False)
    answers_fit = forms.BooleanField(required=False)
    search_fits = forms.BooleanField(required=False)
    storage_works = forms.BooleanField(required=False)
    clock_grain_ms = forms.FloatField(min_value=0, max_value=1000, required=False)
    presentation_lag_ms = forms.FloatField(min_value=0, max_value=1000, required=False)
    onset_known_by = forms.ChoiceField(choices=Session.OnsetKnownBy.choices, required=False)
    forced_colours = forms.BooleanField(required=False)
    surround = forms.RegexField(r"rgba?\([\d., /]+\)", max_length=40, required=False)


class ScreenSizeForm(forms.Form):
    """How large a pixel of the screen is; its script fills it in."""

    known_by = forms.ChoiceField(choices=Session.SizeKnownBy.choices)
    mm_per_px = forms.FloatField(min_value=LEAST_MM_PER_PX, max_value=MOST_MM_PER_PX, required=False)

    def clean(self) -> dict[str, Any] | None:
        """Require the size, unless the person goes on without."""
        cleaned = super().clean() or {}
        if cleaned.get("known_by") in (CARD, RULER) and cleaned.get("mm_per_px") is None:
            self.add_error("mm_per_px", "")
        return cleaned


class NeededScreenSizeForm(ScreenSizeForm):
    """The same, where nobody may go on without."""

    known_by = forms.ChoiceField(choices=[(name, name) for name in (CARD, RULER)])


def screen_size_form(design: Design) -> type[ScreenSizeForm]:
    """Return the form that a design asks for."""
    return NeededScreenSizeForm if design.screen_calibration == REQUIRED else ScreenSizeForm


class DistanceForm(forms.Form):
    """From how far a person looks; its script fills in the presses of the rounds at the blind spot."""

    known_by = forms.ChoiceField(choices=[(name, name) for name in (BLIND_SPOT, TAPE, SKIPPED, TOO_NARROW)])
    rounds = forms.CharField(required=False, max_length=1000)
    distance_cm = forms.FloatField(min_value=NEAREST_TYPED_CM, max_value=FARTHEST_TYPED_CM, required=False)

    def clean_rounds(self) -> tuple[Round, ...]:
        """Read the presses: two lengths for each round, as JSON."""
        sent = self.cleaned_data["rounds"]
        try:
            return msgspec.json.decode(sent, type=Rounds) if sent else ()
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any] | None:
        """Require what belongs to the way of measuring."""
        cleaned = super().clean() or {}
        needed = {BLIND_SPOT: "rounds", TAPE: "distance_cm"}.get(cleaned.get("known_by", ""))
        if needed and not cleaned.get(needed):
            self.add_error(needed, "")
        return cleaned


def comprehension_form(design: Design) -> type[forms.Form]:
    """Return the form of the questions about the instructions: the researcher's own, if there are any."""
    own, _language = design.questions_in(get_language() or "")
    fields = {
        f"question_{place}": _radio(
            asked.question, [(str(n), words) for n, words in enumerate(asked.answers)]
        )
        for place, asked in enumerate(own)
    }
    return type("ComprehensionForm", (forms.Form,), fields or _standard_questions(design.asks))


def _standard_questions(task: Task) -> dict[str, forms.ChoiceField]:
    """Return two questions that anybody who has read the instructions can answer."""
    asked = {"task": task.decided, "unsure": task.unsure}
    return {name: _radio(each.question, each.answers) for name, each in asked.items()}


def _radio(label: Any, answers: Sequence[tuple[str, str | Promise]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, widget=forms.RadioSelect, choices=list(answers))


class QuestionsForm(forms.Form):
    own_names: ClassVar[
        list[tuple[str, str]]
    ] = []  # fields of the researcher's own questions, with their consents

    problems = forms.ChoiceField(
        label=_("Were there technical problems, such as photos that did not appear?"),
        widget=forms.RadioSelect,
        choices=YES_NO,
    )
    problems_text = forms.CharField(
        label=_("If so: what happened?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seriously = forms.ChoiceField(
        label=_("Did you look at the photos and answer seriously?"),
        help_text=_("Please be honest: your answer has no influence on your payment."),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("Yes, I answered seriously")),
            ("no", _("No, I just clicked: please do not use my answers")),
        ],
    )

    @property
    def own_questions(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """The researcher's own questions, each with the field that agrees to it, if there is one."""
        return [(self[name], self[agree] if agree else None) for name, agree in self.own_names]


class InstructedQuestionsForm(QuestionsForm):
    """The same, with one question whose answer it says itself: who does not give it has not read."""

    instructed = forms.ChoiceField(
        label=_("To show that you read this, please choose “Rather no” here."),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("Yes")),
            ("rather_yes", _("Rather yes")),
            (INSTRUCTED_ANSWER, _("Rather no")),
            ("no", _("No")),
        ],
    )
    field_order = ("problems", "problems_text", "instructed", "seriously")


def questions_form(design: Design) -> type[QuestionsForm]:
    """Return the form of a design's last page: the researcher's own questions, then the standard ones."""
    standard = InstructedQuestionsForm if design.instructed_check else QuestionsForm
    questions, _language = design.own_form_in(get_language() or "")
    fields = own_fields(questions)
    own = [(field_name(each), consent_name(each) if each.consent else "") for each in questions]
    return type("OwnQuestionsForm", (standard,), {**fields, "own_names": own}) if fields else standard


def questionnaire_of(design: Design, sent: Mapping[str, Any]) -> Questionnaire:
    """Return the answers of a valid form as they are stored."""
    standard = {name: sent[name] for name in Questionnaire.__struct_fields__ if name in sent}
    return Questionnaire(**standard, own=kept_answers(design.own_form, sent))
