"""Page that imports a study from the bundle of another installation."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pipeline.audit import record
from pipeline.bundle.bundle_manifest import BundleError
from pipeline.bundle.import_bundle import import_bundle
from pipeline.bundle.opened_bundle import opened


class BundleForm(forms.Form):
    """A bundle, and another name for its study where that one is taken."""

    bundle = forms.FileField(
        help_text="As “Download the bundle” gave it, on the page of the study's storage. One of gigabytes is "
        "imported sooner on the server: manage.py import_bundle_file FILE --owner NAME."
    )
    name = forms.CharField(
        max_length=120, required=False, help_text="For the study here; empty: the name that it has."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
def bundle_import(request: HttpRequest) -> HttpResponse:
    """Import a bundle, all of it or nothing; the study belongs to who imports it."""
    if not request.user.has_perm("study.add_study"):
        raise PermissionDenied
    form = BundleForm(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            with opened(form.cleaned_data["bundle"]) as whole:
                study = import_bundle(whole, request.user, form.cleaned_data["name"].strip())
        except BundleError as error:
            form.add_error("bundle", str(error))
        else:
            record(request.user, study, f"imported a bundle of Sweetspot {whole.manifest.software}")
            messages.success(request, "The study is here, closed to participants. Analyse it again at will.")
            return redirect("pipeline:desk", code=study.code)
    return render(request, "pipeline/bundle_import.html", {"form": form, "title": "Import a bundle"})
