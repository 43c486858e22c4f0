"""Forms that participants send."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from study.design import Design
from study.models import Session
from study.questionnaire import INSTRUCTED_ANSWER

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LARGEST_VIEWPORT = 20_000


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
    storage_works = forms.BooleanField(required=False)
    clock_grain_ms = forms.FloatField(min_value=0, max_value=1000, required=False)
    onset_known_by = forms.ChoiceField(choices=Session.OnsetKnownBy.choices, required=False)
    forced_colours = forms.BooleanField(required=False)


class ComprehensionForm(forms.Form):
    """Two questions that anybody who has read the instructions can answer."""

    task = forms.ChoiceField(
        label=_("What do you decide about each photo?"),
        widget=forms.RadioSelect,
        choices=[
            ("beauty", _("How beautiful it is")),
            ("action", _("Which of the given answers describes it")),
            ("seen", _("Whether I have seen it before")),
        ],
    )
    unsure = forms.ChoiceField(
        label=_("What do you do if you are not sure?"),
        widget=forms.RadioSelect,
        choices=[
            ("guess", _("I choose the answer that seems most likely")),
            ("wait", _("I wait until the next photo comes")),
            ("reload", _("I load the page again")),
        ],
    )


class GridComprehensionForm(ComprehensionForm):
    """The same questions about grids; the right answers have the same values."""

    task = forms.ChoiceField(
        label=_("Which photos do you select?"),
        widget=forms.RadioSelect,
        choices=[
            ("beauty", _("The most beautiful ones")),
            ("action", _("All that show what is asked for")),
            ("seen", _("Those that I have seen before")),
        ],
    )
    unsure = forms.ChoiceField(
        label=_("What do you do if you are not sure about a photo?"),
        widget=forms.RadioSelect,
        choices=[
            ("guess", _("I select it if it seems likely, and go on")),
            ("wait", _("I wait until the next photos come")),
            ("reload", _("I load the page again")),
        ],
    )


def comprehension_form(design: Design) -> type[forms.Form]:
    """Return the form of the questions about the instructions: the researcher's own, if there are any."""
    if not design.comprehension:
        return GridComprehensionForm if design.is_grid else ComprehensionForm
    fields = {
        f"question_{place}": forms.ChoiceField(
            label=asked.question,
            widget=forms.RadioSelect,
            choices=[(str(answer), words) for answer, words in enumerate(asked.answers)],
        )
        for place, asked in enumerate(design.comprehension)
    }
    return type("OwnComprehensionForm", (forms.Form,), fields)


class QuestionsForm(forms.Form):
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
    """Return the form of a design's last page."""
    return InstructedQuestionsForm if design.instructed_check else QuestionsForm
