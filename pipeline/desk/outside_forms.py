"""Forms of the page of machines from outside: a pack, a table of answers, a machine to be asked, its cap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from attacker.packs.kinds import KINDS
from pipeline.brought.prediction_packs import PackWish
from pipeline.brought.taking import MOST_BYTES, Statement
from pipeline.inquiries.inquiry_actions import InquiryWish
from pipeline.models import PredictionPack
from study.models import Study

MOST_EXAMPLES, MOST_SEED = 100, 2**31 - 1
MOST_REPEATS, LEAST_SIZE, MOST_SIZE = 20, 16, 4096
KIND_CHOICES = [(kind, f"{kind}: learnt from {learnt}") for kind, learnt in KINDS.items()]


class PackForm(forms.Form):
    """What a pack shall hold beyond the stimuli."""

    level = forms.TypedChoiceField(
        label="Levels that it asks about", coerce=int, empty_value=None, required=False
    )
    examples = forms.IntegerField(
        label="Labelled examples of each class",
        min_value=0,
        max_value=MOST_EXAMPLES,
        required=False,
        initial=0,
        help_text="For few-shot attacks: training photos of one level, given away with their class.",
    )
    seed = forms.IntegerField(
        label="Seed of their draw", min_value=0, max_value=MOST_SEED, required=False, initial=0
    )

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        levels: Any = self.fields["level"]
        levels.choices = [("", "all levels"), *_levels_of(study)]

    @property
    def wish(self) -> PackWish:
        """What the pack shall hold."""
        wished = self.cleaned_data
        return PackWish(wished["level"], wished["examples"] or 0, wished["seed"] or 0)

    @property
    def problems(self) -> list[str]:
        """What is wrong, each with the name of its field."""
        return [
            f"{self.fields[name].label}: {problem}"
            for name, problems in self.errors.items()
            for problem in problems
        ]


class PredictionsForm(forms.Form):
    """A table of answers, and what its owner says of the machine."""

    pack = forms.ModelChoiceField(PredictionPack.objects.none(), label="Pack that it answers")
    table = forms.FileField(label="Table of answers", help_text="answers.csv of the pack, filled.")
    name = forms.CharField(max_length=60, label="Name of the machine")
    kind = forms.ChoiceField(
        label="Kind of attack",
        choices=KIND_CHOICES,
        initial="unknown",
        help_text="The table may say it; then name one only where the machine learnt more than that.",
    )
    trained_through = forms.TypedChoiceField(
        label="Heaviest level among its training photos",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Leave it open if you do not know.",
    )
    trained_on = forms.CharField(max_length=500, required=False, label="What it learnt from")
    source = forms.CharField(max_length=500, required=False, label="Whose it is, which weights and version")

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": ""} | kwargs))
        packs: Any = self.fields["pack"]
        packs.queryset, packs.empty_label = study.packs.order_by("-pk"), None
        levels: Any = self.fields["trained_through"]
        levels.choices = [("", "not known"), *_levels_of(study)]

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > MOST_BYTES:
            raise forms.ValidationError(f"Over {MOST_BYTES // 1024**2} MiB: is it the right file?")
        return table

    @property
    def statement(self) -> Statement:
        """What its owner says of the machine."""
        values = {name: self.cleaned_data[name] for name in Statement.__struct_fields__}
        return Statement(**values)


class CapForm(forms.Form):
    """A cap on what asking may cost, in the currency of the administrator's prices."""

    cap = forms.DecimalField(
        label="Larger cap on the cost", min_value=Decimal("0.0001"), max_digits=12, decimal_places=4,
        required=False,
    )  # fmt: skip


class AskForm(forms.Form):
    """A machine behind an endpoint, and how it is asked."""

    asked_pack = forms.ModelChoiceField(PredictionPack.objects.none(), label="Pack to ask about")
    endpoint = forms.ChoiceField(label="Endpoint", help_text="As the administrator of this site named them.")
    model = forms.CharField(max_length=200, label="Model, as the endpoint names it")
    machine = forms.CharField(max_length=60, label="Name of the machine in this study")
    attack = forms.ChoiceField(
        label="Kind of attack of this machine",
        choices=KIND_CHOICES,
        initial="unknown",
        help_text="With labelled examples it is few-shot in any case.",
    )
    temperature = forms.FloatField(
        label="Temperature", min_value=0, max_value=2, required=False, initial=0,
        help_text="Leave it open for the endpoint's own.",
    )  # fmt: skip
    repeats = forms.IntegerField(
        label="Requests for each photo", min_value=1, max_value=MOST_REPEATS, initial=1
    )
    size = forms.IntegerField(
        label="Longest side of the photo sent, in pixels", min_value=LEAST_SIZE, max_value=MOST_SIZE,
        initial=512, help_text="Smaller photos are never enlarged.",
    )  # fmt: skip
    shots = forms.IntegerField(
        label="Labelled examples of each class shown first", min_value=0, max_value=MOST_EXAMPLES,
        required=False, initial=0, help_text="From the pack, as many as it holds.",
    )  # fmt: skip
    cap = forms.DecimalField(
        label="Cap on the cost", min_value=Decimal("0.0001"), max_digits=12, decimal_places=4,
        required=False,
        help_text="Never passed, in the currency of the administrator's prices; open where there are none.",
    )  # fmt: skip

    def __init__(self, study: Study, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"label_suffix": "", "auto_id": "id_ask_%s"} | kwargs))
        packs: Any = self.fields["asked_pack"]
        packs.queryset, packs.empty_label = study.packs.order_by("-pk"), None
        endpoints: Any = self.fields["endpoint"]
        endpoints.choices = [(name, name) for name in settings.ENDPOINTS]

    @property
    def wish(self) -> InquiryWish:
        """Which machine shall be asked, and how."""
        given = self.cleaned_data
        same = ("endpoint", "model", "temperature", "repeats", "size", "cap")
        return InquiryWish(
            given["machine"], kind=given["attack"], shots=given["shots"] or 0,
            **{name: given[name] for name in same},
        )  # fmt: skip


def _levels_of(study: Study) -> list[tuple[int, str]]:
    return [(number, f"level {number}") for number in study.levels.values_list("number", flat=True)]
