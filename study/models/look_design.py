"""The part of a study's design that is about looking at answers while people still take part."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from study.design import AT_ANY_TIME, AT_PLANNED_LOOKS, AT_THE_END


class LookPlans(models.TextChoices):
    END = AT_THE_END, _("none: one analysis at the end")
    PLANNED = AT_PLANNED_LOOKS, _("at planned shares of the people (O'Brien-Fleming)")
    SEQUENCE = AT_ANY_TIME, _("at any time (confidence sequence)")


class LookDesign(models.Model):
    """Which looks at the answers the study plans before its first one."""

    look_plan = models.CharField(
        max_length=8,
        choices=LookPlans,
        default=LookPlans.END,
        help_text="Looks before the study closes that raise no error.",
    )
    look_shares = models.JSONField(
        default=list, blank=True, help_text="Shares of the people wanted at which to look, ending with 1."
    )

    class Meta:
        abstract = True
