"""Page of a researcher's own tokens of the API: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.actions.token_keys import LONGEST_DAYS, issue, revoke
from pipeline.models import ApiToken


class TokenForm(forms.Form):
    """What a token is for, what it may, and for how long."""

    name = forms.CharField(max_length=80, label="What for", help_text="A notebook, a server: to know it by.")
    scope = forms.ChoiceField(choices=ApiToken.Scope, widget=forms.RadioSelect, initial=ApiToken.Scope.READ)
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, initial=30, label="Valid for days")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Show a researcher's tokens; one that is made now is shown this once."""
    user: Any = request.user
    form = TokenForm(request.POST or None, label_suffix="")
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        scope = ApiToken.Scope(given["scope"])
        _, secret = issue(user, given["name"], scope, given["days"], timezone.now())
        form = TokenForm(label_suffix="")
    own = ApiToken.objects.filter(user=user)
    context = {"form": form, "tokens": own, "secret": secret, "now": timezone.now(), "title": "API tokens"}
    response = render(request, "pipeline/tokens.html", context)
    response["Cache-Control"] = "no-store"  # it may show a token
    return response


@require_POST
@staff_member_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of a researcher's own tokens invalid."""
    if revoke(request.user, pk, timezone.now()):
        messages.success(request, "Revoked: it opens nothing any more.")
    else:
        messages.warning(request, "You have no valid token like this.")
    return redirect("pipeline:tokens")
