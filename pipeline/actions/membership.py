"""Who works on a study: inviting, changing a role, removing, and handing the study over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from pipeline.audit import record
from study.models import Membership, Role, Study


class MembershipError(ValueError):
    """Nobody has this name, or the owner is meant; the message says what to do."""


def invite(user: Any, study: Study, name: str, role: Role) -> Membership:
    """Give somebody who has an account here a role in a study, or another one than they have.

    Raises MembershipError if no researcher has this name, or it is the owner's.
    """
    invited = _researcher(name)
    if invited.pk == study.owner_id:
        raise MembershipError(f"{name} owns this study. Hand it over first, then choose their role.")
    with transaction.atomic():
        membership, is_new = Membership.objects.update_or_create(
            study=study, user=invited, defaults={"role": role}
        )
        record(
            user, study, f"{'invited' if is_new else 'made'} {name} {'as' if is_new else 'a'} {role.title}"
        )
    return membership


def remove(user: Any, study: Study, name: str) -> None:
    """Take a person's role away; what they did stays in the log. Raises MembershipError if they have none."""
    with transaction.atomic():
        removed, _ = Membership.objects.filter(study=study, user__username=name).delete()
        if not removed:
            raise MembershipError(f"{name} has no role in this study beside its owner's.")
        record(user, study, f"removed {name}")


def hand_over(user: Any, study: Study, name: str) -> None:
    """Make another researcher the owner; the former one stays as a collaborator.

    Raises MembershipError if no researcher has this name, or they own the study already.
    """
    heir = _researcher(name)
    if heir.pk == study.owner_id:
        raise MembershipError(f"{name} owns this study already.")
    with transaction.atomic():
        former, study.owner = study.owner, heir
        study.save(update_fields=["owner"])
        Membership.objects.filter(study=study, user=heir).delete()
        Membership.objects.create(study=study, user=former, role=Role.COLLABORATOR)
        record(user, study, f"handed the study over from {former.username} to {name}")


def _researcher(name: str) -> Any:
    """Return the account of a person who may log in to the desk."""
    account = get_user_model().objects.filter(username=name, is_active=True, is_staff=True).first()
    if account is None:
        raise MembershipError(
            f"Nobody called {name!r} can log in to the desk. An administrator makes accounts under "
            "Home > Users, with staff status and the group Researchers or Readers."
        )
    return account
