"""Page of a study's members: who owns it, who works on it or reads it; the owner changes that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pipeline.actions.membership import MembershipError, hand_over, invite, remove
from pipeline.desk.access import own_study, powers
from study.models import Role, Study
from study.models.members import INVITED


class NameForm(forms.Form):
    """The user name of a researcher."""

    name = forms.CharField(max_length=150, label="User name")


class InvitationForm(NameForm):
    """Who is invited, and as what."""

    role = forms.TypedChoiceField(
        coerce=lambda value: Role(int(value)),
        choices=[(role.value, role.label) for role in INVITED],
        widget=forms.RadioSelect,
        initial=Role.COLLABORATOR.value,
    )


@require_GET
@staff_member_required
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Show who has a part in the study."""
    study = own_study(request, code)
    shared = [(member.user, Role(member.role).title) for member in study.memberships.select_related("user")]
    context = {
        "study": study,
        "members": shared,
        "form": InvitationForm(label_suffix=""),
        "title": "Members",
        **powers(request, study),
    }
    return render(request, "pipeline/members.html", context)


@require_POST
@staff_member_required
def change_members(request: HttpRequest, code: str, change: str) -> HttpResponse:
    """Invite, remove or hand over, and say how it went; only the owner may."""
    study = own_study(request, code, Role.OWNER)
    form = (InvitationForm if change == "invite" else NameForm)(request.POST)
    if not form.is_valid():
        messages.error(request, f"Name a researcher and a role. {form.errors.as_text()}")
        return redirect("pipeline:members", code=code)
    try:
        messages.success(request, _changed(request.user, study, change, form.cleaned_data))
    except MembershipError as refusal:
        messages.error(request, str(refusal))
    return redirect("pipeline:members", code=code)


def _changed(user: Any, study: Study, change: str, given: dict[str, Any]) -> str:
    """Do what the owner asks; return how it went."""
    name = given["name"]
    if change == "invite":
        invite(user, study, name, given["role"])
        return f"Invited: {name} is a {given['role'].title} of this study now, and sees it in their list."
    if change == "remove":
        remove(user, study, name)
        return f"Removed: {name} no longer sees this study."
    hand_over(user, study, name)
    return f"Handed over: {name} owns this study now; the former owner is a collaborator."
