"""A study whose photos a server of the test suite knows, and what its owner presses to have it asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from pipeline.brought import pack_actions
from pipeline.inquiries.named_endpoints import read_endpoints
from pipeline.models import Inquiry
from pipeline.worker.execute import perform
from study.models import Study
from tests.attacker.endpoint.chat_server import (
    PHOTO_TOKENS,
    PRICE_IN,
    PRICE_OUT,
    ChatServer,
    Plan,
    no_trouble,
    picture_of,
    serving,
)
from tests.pipeline.brought.test_endpoint_in_a_study import pixels, shown_by_pixels
from tests.study.factories import draft_study

VARIABLE = "LAB_KEY"
PRICED = {"price_in": str(PRICE_IN), "price_out": str(PRICE_OUT), "photo_tokens": PHOTO_TOKENS}


@dataclass(frozen=True)
class Asked:
    """A study with a frozen pack, its owner's browser, and the server behind the endpoint."""

    study: Study
    client: Client
    server: ChatServer

    @property
    def size(self) -> int:
        return self.study.packs.get().size

    @property
    def inquiry(self) -> Inquiry:
        return Inquiry.objects.select_related("job").get(study=self.study)

    @property
    def page(self) -> str:
        return self.client.get(reverse("pipeline:outside", args=[self.study.code])).content.decode()

    def plan(self, **changed: object) -> str:
        """Fill the form; return the page that follows."""
        fields = {
            "asked_pack": self.study.packs.get().pk, "endpoint": "lab", "model": "planted", "machine": "vlm",
            "attack": "zero-shot", "temperature": "0", "repeats": "1", "size": "512", "shots": "0",
            "cap": "5",
        }  # fmt: skip
        return self.press("plan-inquiry", self.study.code, **(fields | changed))

    def press_on(self, name: str, **fields: object) -> str:
        """Press a button of the inquiry; return the page that follows."""
        return self.press(f"{name}-inquiry", self.study.code, self.inquiry.pk, **fields)

    def press(self, name: str, *args: object, **fields: object) -> str:
        url = reverse(f"pipeline:{name}", args=args)
        return self.client.post(url, fields, follow=True).content.decode()

    def work(self) -> str:
        """Let a worker do the job; return how it ended."""
        job = self.inquiry.job
        assert job is not None
        perform(job.pk)
        job.refresh_from_db()
        return job.state


@contextmanager
def asked_study(
    owner: Any, client: Client, settings: Any, trouble: Plan = no_trouble, **endpoint: object
) -> Iterator[Asked]:
    """Make a study whose photos may leave, and run a server that knows what they show."""
    study = draft_study(test_photos=4)
    Study.objects.filter(pk=study.pk).update(owner=owner, photos_may_leave=True)
    study.refresh_from_db()
    classes = shown_by_pixels(study)
    pack_actions.freeze(owner, study)
    with serving(trouble, lambda url: classes[pixels(picture_of(url))]) as server:
        stated = {"address": server.base_url, "key": VARIABLE} | PRICED | endpoint
        settings.ENDPOINTS = read_endpoints({"lab": stated})
        yield Asked(study, client, server)
