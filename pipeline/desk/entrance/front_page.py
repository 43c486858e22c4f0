"""The front page: it leads people who take part to their study, and researchers to their desk."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pipeline.desk.entrance.setup_token import may_make_first_account, no_account_yet
from study.models import Study


class CodeForm(forms.Form):
    """The code of a study, as its link has it."""

    code = forms.SlugField(
        label="Code of the study", help_text="The last part of the link that you were given."
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not Study.objects.filter(code=code).exists():
            raise forms.ValidationError(
                "No study here has this code. Compare it with your link, letter by letter."
            )
        return code


@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    """Lead a researcher to the studies, a new site's owner to the first account, others to their study."""
    if request.user.is_staff:
        return redirect("pipeline:studies")
    if no_account_yet() and may_make_first_account(request, ""):
        return redirect("pipeline:first-account")
    form = CodeForm(request.GET or None, label_suffix="")
    if form.is_valid():
        return redirect("study:landing", code=form.cleaned_data["code"])
    return render(request, "pipeline/front_page.html", {"form": form, "title": "Sweetspot"})
