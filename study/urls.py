"""Addresses of the study app: a session's contains a secret of 128 bits, a study's a code to be shared."""

from __future__ import annotations

from django.urls import path, register_converter

from study.sessions.wire import MOST_PHOTOS_AT_ONCE
from study.views import between_parts, entry, language, player, session


class TokenConverter:
    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class TokensConverter(TokenConverter):
    """Tokens of photos that are sent together."""

    regex = f"{TokenConverter.regex}(?:,{TokenConverter.regex}){{0,{MOST_PHOTOS_AT_ONCE - 1}}}"


register_converter(TokenConverter, "token")
register_converter(TokensConverter, "tokens")

app_name = "study"
urlpatterns = [
    path("s/language", language.choose, name="language"),
    path("s/<token:token>/", session.sitting, name="session"),
    path("s/<token:token>/device", session.device, name="device"),
    path("s/<token:token>/calibration", session.calibration, name="calibration"),
    path("s/<token:token>/distance", session.distance, name="distance"),
    path("s/<token:token>/instructions", session.instructions, name="instructions"),
    path("s/<token:token>/questions", session.questions, name="questions"),
    path("s/<token:token>/stop", session.stop, name="stop"),
    path("s/<token:token>/withdraw", session.withdraw, name="withdraw"),
    path("s/<token:token>/part", between_parts.begin, name="part"),
    path("s/<token:token>/part.ics", between_parts.calendar, name="calendar"),
    path("s/<token:token>/tab", player.tab, name="tab"),
    path("s/<token:token>/block", player.block, name="block"),
    path("s/<token:token>/answers", player.answers, name="answers"),
    path("s/<token:token>/photos/<tokens:photos>", player.photos, name="photos"),
    path("s/<slug:code>/", entry.landing, name="landing"),
    path("s/<slug:code>/consent", entry.consent, name="consent"),
    path("s/<slug:code>/information.pdf", entry.information_pdf, name="information-pdf"),
    path("s/<slug:code>/declined", entry.declined, name="declined"),
]
