"""What the API refuses, and with which status: the sentences are those of the desk."""

from __future__ import annotations

from pipeline.actions import photo_upload, study_actions
from pipeline.actions.job_actions import NothingToRetryError
from pipeline.actions.membership import MembershipError
from pipeline.actions.participants import ParticipantError
from pipeline.actions.simulating import NobodyToSimulateError
from pipeline.actions.study_deletion import NotDeletedError
from pipeline.admin.design_changes import DesignRefusedError
from pipeline.brought import pack_actions
from pipeline.bundle.bundle_manifest import BundleError
from pipeline.desk.preparing.notice_wishes import NoticesRefusedError
from pipeline.desk.preparing.planning import PlanRefusedError
from pipeline.desk.review_answers import REFUSALS as CROP_REFUSALS
from pipeline.searches.asked_searches import SearchRefusedError


class RefusedError(ValueError):
    """It cannot be done now; the message says why, and what to do."""


REFUSALS = (
    RefusedError,
    *study_actions.REFUSALS,
    *photo_upload.REFUSALS,
    *pack_actions.REFUSALS,
    NothingToRetryError,
    MembershipError,
    ParticipantError,
    NobodyToSimulateError,
    DesignRefusedError,
    PlanRefusedError,
    SearchRefusedError,
    NoticesRefusedError,
    NotDeletedError,
    BundleError,
    *CROP_REFUSALS,
)
