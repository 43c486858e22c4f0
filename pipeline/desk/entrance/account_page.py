"""A researcher's own account: its second factor is set up, renewed and removed here."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.accounts import second_factor
from pipeline.accounts.backup_codes import codes_left
from pipeline.accounts.half_way import SET_UP, complete, half_way_user
from pipeline.accounts.second_factor import CodeError
from pipeline.desk.entrance.code_page import code_field

PIXELS_OF_A_MODULE = 5


class ProofForm(forms.Form):
    """What shows that it is the account's owner who asks, and not whoever sits at their computer."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = code_field("Code", "The six digits that the app shows now.")

    def __init__(self, *args: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.request, self.user = request, user

    def clean_password(self) -> str:
        """Check the password as the login does: wrong ones count for the same lock."""
        password: str = self.cleaned_data["password"]
        if authenticate(self.request, username=self.user.get_username(), password=password) != self.user:
            raise forms.ValidationError("This is not your password.")
        return password

    def accepts(self, act: Any) -> Any:
        """Return what `act` returns for the code that was given; None if something is wrong.

        A code counts once, so it is looked at only when the password is right.
        """
        if not self.is_valid():
            return None
        try:
            return act(self.user, self.cleaned_data["code"])
        except CodeError as error:
            self.add_error("code", str(error))
            return None


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
@staff_member_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what guards the account; with password and code, make new backup codes or remove the factor."""
    user: Any = request.user
    form = ProofForm(request.POST or None, request=request, user=user)
    if "remove" in request.POST and form.accepts(second_factor.remove_own):
        messages.success(request, "Removed: no code is asked for until you set up another second factor.")
        return redirect("pipeline:account")
    if "renew" in request.POST and (codes := form.accepts(second_factor.renew_codes)):
        return _codes_once(request, codes)
    context = {
        "authenticator": second_factor.authenticator_of(user),
        "codes_left": codes_left(user),
        "form": form,
        "is_required": settings.REQUIRE_SECOND_FACTOR,
        "title": "Your account",
    }
    return render(request, "pipeline/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up a second factor, also for who must have one before the login is done."""
    user = half_way_user(request, SET_UP) or request.user
    if not user.is_authenticated or second_factor.authenticator_of(user):
        return redirect("pipeline:account")
    if "begin" in request.POST:
        second_factor.begin(user)
        return redirect("pipeline:second-factor")
    return _with_form(request, user, second_factor.draft_of(user))


def _with_form(request: HttpRequest, user: Any, draft: TOTPDevice | None) -> HttpResponse:
    sent = request.POST if draft else None
    form = ProofForm(sent or None, request=request, user=user)
    if sent and (codes := form.accepts(second_factor.confirm)):
        complete(request, user)
        return _codes_once(request, codes)
    context = {
        "form": form,
        "picture": _picture(draft.config_url) if draft else "",
        "secret": _secret(draft) if draft else "",
        "is_required": settings.REQUIRE_SECOND_FACTOR,
        "title": "Set up a second factor",
    }
    return render(request, "pipeline/second_factor.html", context)


def _codes_once(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "pipeline/backup_codes.html", {"codes": codes, "title": "Your backup codes"})


def _picture(address: str) -> SafeString:
    """Return a QR code as SVG that lies in the page itself: nothing is fetched, and no cache has it."""
    drawing = segno.make_qr(address).svg_inline(
        scale=PIXELS_OF_A_MODULE, dark="#000", light="#fff", title="QR code for your authenticator app"
    )
    return mark_safe(drawing)  # noqa: S308 - drawn here; the address is in it as squares, not as text


def _secret(draft: TOTPDevice) -> str:
    """Return the key in groups of four letters, to be typed where no camera is."""
    letters = b32encode(draft.bin_key).decode().rstrip("=").lower()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))
