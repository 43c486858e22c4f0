"""Which sites may show a page inside one of theirs: none, but for a platform that frames its tasks."""

from __future__ import annotations

from csp.constants import SELF
from django.http import HttpResponse

from study.platforms.contract import Platform


def open_to(platform: Platform, response: HttpResponse) -> HttpResponse:
    """Let the sites of a platform frame this page and take its last form."""
    if platform.frame_ancestors:
        response.xframe_options_exempt = True
        response._csp_replace = {  # type: ignore[attr-defined]
            "frame-ancestors": [*platform.frame_ancestors],
            "form-action": [SELF, *platform.form_targets],
        }
    return response
