"""Forms of a study in the admin: its design and its levels."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from pipeline.admin.study_form_words import HELP_TEXTS, LABELS
from pipeline.admin.text_form import languages_with_state
from pipeline.models import ENSEMBLE
from stats.decision.criteria import HumanGate
from stats.errors import CriteriaError, PilotRuleError
from stats.inference.look_shares import LookPlan, checked_shares
from stats.planning.pilot_rule import PilotRule
from study.design import pdf_name
from study.freezing.freeze import has_people
from study.languages.offered import ORIGINAL
from study.models import Study
from study.models.studies import CropDesigners

LARGEST_PDF = 10 * 1024**2
GROWS_ONLY = ("max_rounds", "seeds", "minimum_levels")  # fewer would end the search for an attack earlier
RULE_OF_PILOT = ("pilot_floor", "pilot_certainty", "pilot_least_answers")


class StudyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A study's design; once an attacker is trained, what the machine may try can only grow."""

    information_file = forms.FileField(
        required=False,
        label="Information as a PDF",
        help_text="Linked where people consent; its hash is stored with what they agreed to.",
    )

    languages = forms.MultipleChoiceField(
        choices=languages_with_state,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Languages that participants may choose; none ticked: all. Read what a machine translated "
        "before people do, or let somebody read it (docs/languages.md).",
    )
    own_language = forms.ChoiceField(
        choices=languages_with_state,
        initial=ORIGINAL,
        label="Language of your own texts",
        help_text="Those below.",
    )

    class Meta:
        labels = LABELS
        help_texts = HELP_TEXTS

    def clean_information_file(self) -> Any:
        """Take a PDF, and store it by its content; a frozen version keeps its own."""
        upload = self.cleaned_data["information_file"]
        if upload is None:
            return None
        content = upload.read()
        if not content.startswith(b"%PDF-") or len(content) > LARGEST_PDF:
            raise forms.ValidationError("A PDF of at most 10 MB.")
        if self.instance.pk and has_people(self.instance):
            raise forms.ValidationError("People take part already: what they read can no longer change.")
        self.instance.information_pdf_sha256 = _stored_pdf(content)
        return upload

    def clean_architectures(self) -> list[str]:
        names = self.cleaned_data["architectures"]
        are_names = isinstance(names, list) and all(isinstance(name, str) and name for name in names)
        if not are_names or not names or len(set(names)) < len(names) or ENSEMBLE in names:
            raise forms.ValidationError(
                'A list of networks, each once, as in ["efficientnet_lite0", "timm:vit_tiny_patch16_224"]. '
                "Where there are several, their average attacks too; it needs no name here."
            )
        return list(names)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("pilot"):
            self._require_possible_pilot(cleaned)
        if cleaned:
            self._require_possible_looks(cleaned)
        before = Study.objects.filter(pk=self.instance.pk).first()
        if cleaned and before and before.attacker_runs.attackers().trained().exists():
            self._require_growth(before, cleaned)
        return cleaned

    def _require_possible_pilot(self, cleaned: dict[str, Any]) -> None:
        """Refuse a rule that no answers could pass, and attackers who decide before they exist."""
        if all(cleaned.get(name) is not None for name in RULE_OF_PILOT):
            try:
                PilotRule(*(cast(Any, cleaned[name]) for name in RULE_OF_PILOT))
            except PilotRuleError as error:
                self.add_error("pilot_least_answers", f"{error}.")
        if cleaned.get("crop_designers") == CropDesigners.ATTACKERS:
            self.add_error("crop_designers", "With a pilot, separate networks must decide where to cut.")

    def _require_possible_looks(self, cleaned: dict[str, Any]) -> None:
        """Refuse planned looks that cannot be had: of nobody knows how many people, or at no true shares."""
        plan, shares = cleaned.get("look_plan"), cleaned.get("look_shares")
        if plan != LookPlan.END and cleaned.get("human_gate") == HumanGate.LOSS:
            self.add_error("look_plan", "Looks test people against the floor; with the loss, plan none.")
        if plan == LookPlan.PLANNED:
            self._require_true_shares(shares)
            if not cleaned.get("target_completes"):
                self.add_error("target_completes", "Planned looks need a number of complete sessions.")
        elif shares:
            self.add_error("look_shares", "Only for planned looks: choose them, or leave this empty.")

    def _require_true_shares(self, shares: Any) -> None:
        numbers = isinstance(shares, list) and all(type(share) in (int, float) for share in shares)
        try:
            checked_shares(shares if numbers else [])
        except CriteriaError as error:
            self.add_error("look_shares", f"{error}.")

    def _require_growth(self, before: Study, cleaned: dict[str, Any]) -> None:
        for name in GROWS_ONLY:
            least = getattr(before, name)
            if name in cleaned and cleaned[name] < least:
                self.add_error(name, f"An attacker is trained already: at least {least} from now on.")
        removed = set(before.architectures) - set(cleaned.get("architectures", before.architectures))
        if removed:
            self.add_error(
                "architectures", f"An attacker is trained already: {', '.join(sorted(removed))} must stay."
            )


def _stored_pdf(content: bytes) -> str:
    """Store a PDF by its content, once, and return its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(pdf_name(sha256)):
        default_storage.save(pdf_name(sha256), ContentFile(content))
    return sha256
