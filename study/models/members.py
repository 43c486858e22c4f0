"""Who works on a study beside its owner, and what each may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from study.models.studies import Study
from study.statements.prepared_sql import PreparedQuery, PreparedValues


class Role(models.IntegerChoices):
    """What somebody may do with a study; each role may do what those below it may."""

    NONE = 0, "nothing"
    READER = 1, "reader: sees every page and takes the files"
    COLLABORATOR = 2, "collaborator: does all the work, but for what only the owner may"
    OWNER = 3, "owner: also invites people, pays and deletes participants, hands the study over"

    @property
    def title(self) -> str:
        """The role in one word."""
        return self.name.lower()


INVITED = (Role.READER, Role.COLLABORATOR)


class Membership(models.Model):
    """One person's part in a study that somebody else owns."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_memberships"
    )
    role = models.PositiveSmallIntegerField(choices=[(role.value, role.label) for role in INVITED])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["study", "user"], name="one_membership_per_user")]

    def __str__(self) -> str:
        return f"{self.user} as {Role(self.role).title} of {self.study}"


def role_of(user: Any, study: Study) -> Role:
    """Return what a user may do with a study; a superuser may do everything."""
    stored = _ROLE.first(study.pk, user.pk)
    return _role(user, study, stored[0] if stored else None)


def study_of(user: Any, code: str) -> Study | None:
    """Return the study of a code; None also for who has no part in it."""
    study = _STUDY.first(user.pk, code)
    return study if study and role_as_read(user, study) > Role.NONE else None


def role_as_read(user: Any, study: Study) -> Role:
    """Return what a user may do with a study that `study_of` has returned to them: it was read with it."""
    return _role(user, study, vars(study)["invited_as"])


def _role(user: Any, study: Study, invited_as: int | None) -> Role:
    if user.is_superuser or study.owner_id == user.pk:
        return Role.OWNER
    return Role(invited_as or Role.NONE)


def _study(user: int, code: str) -> models.QuerySet[Study]:
    """Return the study of a code, with the role that a user was invited to it with."""
    own = Membership.objects.filter(study=models.OuterRef("pk"), user=user)
    return Study.objects.filter(code=code).annotate(invited_as=models.Subquery(own.values("role")))


_STUDY: PreparedQuery[Study] = PreparedQuery(_study, int, str)
_ROLE = PreparedValues(
    lambda study, user: Membership.objects.filter(study=study, user=user).values_list("role"), int, int
)
