"""Amazon Mechanical Turk: a preview before work is taken, a frame around the study, a form at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from study.platforms.contract import SUBMIT_PATH, BadArrivalError, Identity, Outcome, Platform, WayBack

NOT_TAKEN = "ASSIGNMENT_ID_NOT_AVAILABLE"
SUBMIT_HOSTS = ("www.mturk.com", "workersandbox.mturk.com")
SITES = ("https://worker.mturk.com", "https://www.mturk.com", "https://workersandbox.mturk.com")
SUBMIT_TO = "turkSubmitTo"


class MechanicalTurk(Platform):
    """A task inside MTurk's own page, or a link there with a code to copy."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return (*super().parameters, SUBMIT_TO)

    def carried(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Return MTurk's parameters; the host that takes the work must be one of MTurk's own two.

        Raises BadArrivalError.
        """
        ids = {name: value for name, value in sent.items() if name.lower() != SUBMIT_TO.lower()}
        address = next((value for name, value in sent.items() if name not in ids), "")
        return super().carried(ids) | ({SUBMIT_TO: _own_host(address)} if address else {})

    def identity(self, sent: Mapping[str, str]) -> Identity | None:
        """Return the worker, with the host that takes the work where the study is in MTurk's frame."""
        worker = super().identity(sent)
        return worker and replace(worker, submit_to=self.carried(sent).get(SUBMIT_TO, ""))

    def way_back(self, outcome: Outcome, code: str, link: str, identity: Identity | None) -> WayBack:
        """Return the form that hands the work in, inside the frame; elsewhere the code to copy.

        Only who completed, or whom the researcher has a code for, hands anything in: others return the task.
        """
        hands_in = identity is not None and identity.submit_to and (outcome == Outcome.COMPLETED or code)
        if link or identity is None or not hands_in:
            return super().way_back(outcome, code, link, identity)
        fields = {"assignmentId": identity.session_reference, "outcome": outcome.value, "code": code}
        return WayBack(code, f"https://{identity.submit_to}{SUBMIT_PATH}?{urlencode(fields)}")


def _own_host(address: str) -> str:
    """Return the host of an address of MTurk's, which pages pass on without the rest of it.

    Raises BadArrivalError.
    """
    host = urlsplit(address).netloc if "//" in address else address
    if host not in SUBMIT_HOSTS:
        raise BadArrivalError(f"{SUBMIT_TO} must be an address of Mechanical Turk.")
    return host


MTURK = MechanicalTurk(
    name="mturk",
    person=("workerId",),
    study="hitId",
    session="assignmentId",
    frame_ancestors=SITES,
    form_targets=tuple(f"https://{host}" for host in SUBMIT_HOSTS),
    typed=True,
    not_taken=NOT_TAKEN,
)
