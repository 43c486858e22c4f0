"""How inquiries stand: what they would cost, and once begun what was asked, what came and what it cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from attacker.endpoint.answering import Terms
from attacker.endpoint.ask_plan import Plan
from attacker.endpoint.budget import amount_text
from attacker.endpoint.estimate import Estimate
from attacker.endpoint.ledger import Tally
from pipeline.inquiries.inquiry_actions import estimate_of, plan_of, terms_of
from pipeline.inquiries.inquiry_ledger import tally_of
from pipeline.models import Inquiry, Job
from study.models import Study


@dataclass(frozen=True)
class InquiryStanding:
    """One inquiry as a page shows it.

    Attributes
    ----------
    inquiry, plan, estimate : what is asked, and what it was thought to cost at most
    terms : cap and prices, the cap as it is now
    tally : what the log adds up to
    """

    inquiry: Inquiry
    plan: Plan
    estimate: Estimate
    terms: Terms
    tally: Tally

    @property
    def is_begun(self) -> bool:
        return self.inquiry.job is not None

    @property
    def is_running(self) -> bool:
        return self.inquiry.job is not None and not self.inquiry.job.is_finished

    @property
    def may_go_on(self) -> bool:
        """Whether it ended before everything was answered, or before its table was sent."""
        job = self.inquiry.job
        return job is not None and job.state in (Job.State.FAILED, Job.State.CANCELLED)

    @property
    def has_prices(self) -> bool:
        return self.terms.cap is not None

    @property
    def answered(self) -> int:
        return len(self.tally.replies)

    @property
    def sent(self) -> int:
        return self.tally.attempts.total()

    @property
    def states(self) -> list[tuple[str, int]]:
        """How the answers ended, and how often."""
        counts = Counter(reply.state.value for reply in self.tally.replies.values())
        return sorted(counts.items())

    @property
    def failures(self) -> list[tuple[str, int]]:
        """Why requests failed, and how often."""
        return sorted(self.tally.failures.items())

    @property
    def money(self) -> dict[str, str]:
        """All amounts, as they are written."""
        amounts = {
            "most": self.estimate.most,
            "dearest": self.estimate.dearest,
            "spent": self.tally.spent,
            "unsure": self.tally.unsure,
        }
        written = {name: amount_text(amount) for name, amount in amounts.items()}
        return written | ({"cap": amount_text(self.terms.cap)} if self.terms.cap is not None else {})


def standings_of(study: Study) -> list[InquiryStanding]:
    """Return how the inquiries of a study stand, the newest first."""
    rows = study.inquiries.select_related("pack", "job").order_by("-pk")
    return [
        InquiryStanding(row, plan_of(row), estimate_of(row), terms_of(row), tally_of(row)) for row in rows
    ]
