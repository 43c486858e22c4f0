"""The log of an inquiry in the database: any worker goes on from it, and only the job's owner writes it."""

from __future__ import annotations

from django.db import transaction

from attacker.endpoint.ledger import Ledger, Tally, decoded
from pipeline.models import Inquiry, InquiryLine
from pipeline.queue.claims import Claim, LostOwnershipError


class InquiryLedger(Ledger):
    """The log of an inquiry, open for the worker whose claim is given.

    Each line is written in one transaction with the job's row, and only while the claim holds: a worker that
    was presumed dead and comes back writes nothing, and sends nothing more.
    """

    def __init__(self, inquiry: Inquiry, claim: Claim, requests: int) -> None:
        super().__init__()
        self.claim = claim
        self._inquiry, self._requests = inquiry, requests
        _read(self, inquiry)
        self.give_up_lost()

    def store(self, content: bytes) -> None:
        """Add a line while the claim holds, and show how far asking is.

        Raises LostOwnershipError if another worker has taken the job over.
        """
        answered = len(self.replies)
        shown = {
            "progress": min(answered / self._requests, 0.99),
            "message": f"{answered} of {self._requests} answered",
        }
        with transaction.atomic():
            if not self.claim.owned().update(**shown):
                raise LostOwnershipError(self.claim.job.key)
            InquiryLine.objects.create(inquiry=self._inquiry, content=content.decode())


def tally_of(inquiry: Inquiry) -> Tally:
    """Return what the log of an inquiry adds up to so far."""
    tally = Tally()
    _read(tally, inquiry)
    return tally


def _read(tally: Tally, inquiry: Inquiry) -> None:
    for content in inquiry.lines.order_by("pk").values_list("content", flat=True):
        tally.count(decoded(content))
