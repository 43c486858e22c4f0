"""Which part a session is in, and when the next one may begin."""

from __future__ import annotations

from django.db import models

from study.parts.return_window import ReturnWindow


class PartUnderWay(models.Model):
    """What a session stores of its parts; in one go it stays in the first."""

    part = models.PositiveSmallIntegerField(
        default=1, help_text="The part that is under way, or that was finished last; from 1."
    )
    opens_at = models.DateTimeField(
        null=True, blank=True, help_text="From when the next part may begin, or the latest one might."
    )
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when it must begin; the place is kept until then."
    )

    class Meta:
        abstract = True

    @property
    def return_window(self) -> ReturnWindow:
        """When the next part may begin, or the latest one might.

        Raises
        ------
        ValueError
            If the first part is not over yet.
        """
        if self.opens_at is None or self.closes_at is None:
            raise ValueError(f"{self} is in its first part: nothing is to be begun later.")
        return ReturnWindow(self.opens_at, self.closes_at)
