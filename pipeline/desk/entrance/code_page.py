"""The second half of a login: the page that asks for a code, and the way to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user, logout
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from pipeline.accounts.backup_codes import COUNT, codes_left
from pipeline.accounts.half_way import GIVE_CODE, complete, half_way_user, next_step
from pipeline.accounts.second_factor import CodeError, check_code

LONGEST_CODE = 40


def log_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password; whose password was right, and who has more to give, is led on."""
    user = get_user(request)
    step = next_step(request, user) if user.is_authenticated else None
    if step and request.method != "POST":
        query = request.GET.urlencode()
        return redirect(reverse(step) + (f"?{query}" if query else ""))
    return admin.site.login(request)


def code_field(label: str, help_text: str) -> forms.CharField:
    """Return a field that telephones and password managers know what to fill in."""
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off"})
    return forms.CharField(max_length=LONGEST_CODE, label=label, help_text=help_text, widget=widget)


class CodeForm(forms.Form):
    """One code of the person whose password was right."""

    code = code_field("Code", "The six digits that your authenticator app shows now, or a backup code.")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.user = user
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            check_code(self.user, code)
        except CodeError as error:
            raise forms.ValidationError(str(error)) from error
        return code


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class CodePage(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """Ask for a code; then the login is done, and leads to where it began."""

    form_class = CodeForm
    template_name = "pipeline/code.html"
    next_page = "pipeline:studies"
    user: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = half_way_user(request, GIVE_CODE)
        if self.user is None:
            return redirect(self.get_success_url())
        if request.method == "POST" and "leave" in request.POST:
            logout(request)
            return redirect("admin:login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who logs in, and where to afterwards."""
        own = {"name": self.user.get_username(), "next": self.get_redirect_url(), "title": "Second factor"}
        return super().get_context_data(**kwargs) | own

    def form_valid(self, _form: CodeForm) -> HttpResponse:
        """Complete the login."""
        complete(self.request, self.user)
        left = codes_left(self.user)
        if left < COUNT // 2:
            messages.warning(
                self.request, f"{left} of your backup codes are left. Your account's page makes new ones."
            )
        return redirect(self.get_success_url())
