"""How an inquiry stands, in words for a shell."""

from __future__ import annotations

from pipeline.inquiries.inquiry_standing import InquiryStanding


def cost_in_words(standing: InquiryStanding) -> str:
    """Return how many requests there are, and what they cost at most."""
    money, requests = standing.money, standing.estimate.requests
    if not standing.has_prices:
        return f"{requests} requests; what they cost is not known, as the administrator named no prices."
    return (
        f"{requests} requests, at most {money['most']} in all and {money['dearest']} each; the cap of "
        f"{money['cap']} surely pays for {standing.estimate.paid} of them."
    )


def standing_in_words(standing: InquiryStanding) -> str:
    """Return what of an inquiry is planned or answered, and what it has cost, in a line."""
    inquiry, money = standing.inquiry, standing.money
    if inquiry.job is None:
        return f"{inquiry.name}: planned. {cost_in_words(standing)}"
    states = "".join(f", {count} {state}" for state, count in standing.states)
    spent = f"; {money['spent']} spent of {money['cap']}" if standing.has_prices else ""
    error = f". {inquiry.job.error}" if inquiry.job.error else ""
    head = f"{inquiry.name}: {inquiry.job.get_state_display()}"
    return f"{head}, {standing.answered} of {standing.estimate.requests} answered{states}{spent}{error}"
