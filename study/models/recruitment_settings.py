"""How people are recruited: their platform, who may enter, and what leads them back, by outcome.

Not part of what is frozen: a platform gives its codes when the link exists already, and a mistyped code must
not need a new version. The main study and its pilot have settings of their own.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from study.models.studies import Stage, Study
from study.platforms.contract import Outcome
from study.statements.prepared_sql import PreparedQuery

PARAMETER = [RegexValidator(r"^[A-Za-z_][A-Za-z0-9_.-]*\Z", "Letters, digits, and _ . - between them.")]
CODE = [RegexValidator(r"^[A-Za-z0-9_-]*\Z", "Letters and digits only, as the platform shows it.")]
CODES = [
    RegexValidator(r"^[A-Za-z0-9_-]*( [A-Za-z0-9_-]+)*\Z", "Letters and digits, with a space between codes.")
]
CODE_HELP = "The platform's code for this outcome; empty: none."
LINK_HELP = (
    "Where this outcome leads; empty: the platform's own address for the code, if it has one. {code}, "
    "{person}, {study} and {session} are filled in."
)
MOST_UNKNOWN = 20


class PlatformChoice(models.TextChoices):
    ANY = "any", _("whichever the link names; others take part without an id")
    PROLIFIC = "prolific", "Prolific"
    MTURK = "mturk", "Amazon Mechanical Turk"
    CONNECT = "connect", "CloudResearch Connect"
    SONA = "sona", "SONA"
    PANEL = "panel", _("another panel: name its parameters below")
    LAB = "lab", _("laboratory: the experimenter types the person's number")
    PLAIN = "plain", _("none: a plain link")


WITHOUT_IDS = (PlatformChoice.ANY, PlatformChoice.PLAIN)


class RecruitmentQuerySet(models.QuerySet["Recruitment"]):
    def of(self, study_id: int, stage: str) -> Recruitment:
        """Return the settings of a study's main part or pilot; those of a new study where none are stored."""
        return _STORED.first(study_id, stage) or Recruitment(study_id=study_id, stage=stage)


class Recruitment(models.Model):
    """Whom a link is given to, and what they take back."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="recruitments")
    stage = models.CharField(max_length=5, choices=Stage, default=Stage.MAIN)
    platform = models.CharField(max_length=10, choices=PlatformChoice, default=PlatformChoice.ANY)
    require_id = models.BooleanField(
        "only with an id of the platform",
        default=True,
        help_text="Plays a part once a platform is chosen: who comes without an id is told where to begin.",
    )
    person_parameter = models.CharField(max_length=40, blank=True, validators=PARAMETER)
    study_parameter = models.CharField(max_length=40, blank=True, validators=PARAMETER)
    session_parameter = models.CharField(max_length=40, blank=True, validators=PARAMETER)
    code_completed = models.CharField(
        max_length=40,
        blank=True,
        validators=CODE,
        help_text="One code for all, as Prolific wants it; empty: everybody gets a code of their own.",
    )
    code_screened_out = models.CharField(max_length=40, blank=True, validators=CODE, help_text=CODE_HELP)
    code_declined = models.CharField(max_length=40, blank=True, validators=CODE, help_text=CODE_HELP)
    code_full = models.CharField(max_length=40, blank=True, validators=CODE, help_text=CODE_HELP)
    code_stopped = models.CharField(max_length=40, blank=True, validators=CODE, help_text=CODE_HELP)
    codes_of_parts = models.CharField(
        max_length=400,
        blank=True,
        validators=CODES,
        help_text="Several parts with a code for each: the platform's codes for all parts but the last, in "
        "their order, with a space between; empty: everybody gets codes of their own.",
    )
    link_completed = models.URLField(max_length=500, blank=True, help_text=LINK_HELP)
    link_screened_out = models.URLField(max_length=500, blank=True, help_text=LINK_HELP)
    link_declined = models.URLField(max_length=500, blank=True, help_text=LINK_HELP)
    link_full = models.URLField(max_length=500, blank=True, help_text=LINK_HELP)
    link_stopped = models.URLField(max_length=500, blank=True, help_text=LINK_HELP)

    objects = RecruitmentQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "recruitment"
        constraints = [
            models.UniqueConstraint(fields=["study", "stage"], name="one_recruitment_per_stage"),
            models.CheckConstraint(
                condition=~models.Q(platform=PlatformChoice.PANEL) | ~models.Q(person_parameter=""),
                name="a_panel_names_its_person",
                violation_error_message="Name the parameter by which this panel's links say who somebody is.",
            ),
        ]

    def __str__(self) -> str:
        return f"recruitment for {self.study} ({self.stage})"

    @property
    def needs_id(self) -> bool:
        """Whether nobody may take part without an id of the platform."""
        return self.require_id and self.platform not in WITHOUT_IDS

    def code_of(self, outcome: Outcome) -> str:
        """Return the platform's code for an outcome."""
        return str(getattr(self, f"code_{outcome.value}"))

    def code_of_part(self, number: int) -> str:
        """Return the platform's code for a part before the last; empty where it gave none."""
        codes = str(self.codes_of_parts).split()
        return codes[number - 1] if number <= len(codes) else ""

    def link_of(self, outcome: Outcome) -> str:
        """Return the researcher's link for an outcome."""
        return str(getattr(self, f"link_{outcome.value}"))


_STORED: PreparedQuery[Recruitment] = PreparedQuery(
    lambda study, stage: Recruitment.objects.filter(study=study, stage=stage), int, str
)


class UnknownParameter(models.Model):
    """A parameter that links carried and no setting knows: often the id by which somebody is to be paid."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="unknown_parameters")
    stage = models.CharField(max_length=5, choices=Stage, default=Stage.MAIN)
    name = models.CharField(max_length=40, validators=PARAMETER)
    first_seen = models.DateTimeField()

    class Meta:
        ordering = ["first_seen"]
        constraints = [
            models.UniqueConstraint(fields=["study", "stage", "name"], name="one_row_per_unknown_parameter")
        ]

    def __str__(self) -> str:
        return f"{self.name} in links of {self.study}"
