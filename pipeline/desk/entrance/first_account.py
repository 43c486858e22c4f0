"""Page that makes the first account of a site, and none after it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pipeline.desk.entrance.setup_token import may_make_first_account, no_account_yet, offer_token

ELSEWHERE = (
    "The first account of this site is made at the machine that it runs on, or with the link that it printed "
    "when it started (“first account”). On a server: manage.py createsuperuser."
)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def first_account(request: HttpRequest) -> HttpResponse:
    """Make the first account and log it in; once there is one, this page only leads to the login."""
    if not no_account_yet():
        return redirect("pipeline:studies")
    token = request.POST.get("token", request.GET.get("token", ""))
    if not may_make_first_account(request, token):
        raise PermissionDenied(ELSEWHERE)
    form: Any = UserCreationForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if user := _only_account(form):
            offer_token()  # takes the token away
            login(request, user, backend=BACKEND)
            messages.success(
                request, "Welcome. This account may do everything, also add other people's accounts."
            )
        return redirect("pipeline:studies")
    return render(
        request, "pipeline/first_account.html", {"form": form, "token": token, "title": "The first account"}
    )


@transaction.atomic
def _only_account(form: Any) -> Any:
    """Make the account unless somebody else made one meanwhile: whoever comes second waits for this lock."""
    ContentType.objects.select_for_update().get(app_label="auth", model="user")
    if not no_account_yet():
        return None
    user = form.save(commit=False)
    user.is_staff = user.is_superuser = True
    user.save()
    return user
