"""The language of a page: participants' pages have every language that is offered, researchers' pages two."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from study.languages.offered import ORIGINAL, RESEARCHERS
from study.views.language import PARTICIPANTS_PAGES


class SiteLanguageMiddleware(LocaleMiddleware):
    """Speak the visitor's language, but on researchers' pages only one of those that are translated for them.

    Otherwise a browser set to Arabic would turn the desk's English texts from right to left.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path.startswith(PARTICIPANTS_PAGES) or translation.get_language() in RESEARCHERS:
            return
        translation.activate(ORIGINAL)
        request.LANGUAGE_CODE = ORIGINAL
