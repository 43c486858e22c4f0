"""The pilot of a study: its link, whether it takes people, and what came of it."""

from __future__ import annotations

from django.db import models

from study.models.people import Mode
from study.models.studies import Study, StudyVersion
from study.statements.prepared_sql import PreparedQuery
from study.tokens import new_code


class PilotQuerySet(models.QuerySet["Pilot"]):
    def of(self, study: Study) -> Pilot | None:
        """Return the pilot of a study; None before it was opened."""
        return _OF_STUDY.first(study.pk)


class Pilot(models.Model):
    """People choose crops here, and never enter the main study; rule and windows are frozen."""

    version = models.OneToOneField(StudyVersion, on_delete=models.CASCADE, related_name="pilot")
    code = models.SlugField(unique=True, default=new_code, help_text="Part of the pilot's link.")
    closed_at = models.DateTimeField(null=True, help_text="When the pilot stopped taking people.")
    decided_by = models.CharField(
        max_length=10,
        choices=Mode,
        blank=True,
        help_text="Whose answers choose; set when the pilot is closed.",
    )
    outcome = models.JSONField(null=True, help_text="What was chosen and dropped at each level, once it is.")

    objects = PilotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"pilot of {self.version.study}"

    @property
    def is_open(self) -> bool:
        """Whether the pilot takes participants."""
        return self.closed_at is None

    @property
    def has_chosen(self) -> bool:
        """Whether the crops that count are those that the pilot's people could tell."""
        return self.outcome is not None


_OF_STUDY: PreparedQuery[Pilot] = PreparedQuery(
    lambda study: (
        Pilot.objects.filter(version__study=study)
        .select_related("version")
        .defer("version__config")
        .order_by("pk")[:1]
    ),
    int,
)
