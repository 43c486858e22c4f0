"""`manage.py study VERB ...`: the buttons of the desk from a shell, by the same actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pipeline.actions import job_actions, photo_upload, study_actions, token_keys
from pipeline.actions.membership import MembershipError
from pipeline.actions.new_study import PRESETS
from pipeline.actions.participants import ParticipantError
from pipeline.actions.simulating import NobodyToSimulateError
from pipeline.actions.study_deletion import NotDeletedError
from pipeline.admin.design_changes import DesignRefusedError
from pipeline.brought import pack_actions
from pipeline.desk.preparing.notice_wishes import NoticesRefusedError
from pipeline.desk.preparing.planning import PlanRefusedError
from pipeline.desk.review_answers import REFUSALS as CROP_REFUSALS
from pipeline.inquiries import inquiry_actions
from pipeline.management import outside_verbs
from pipeline.management import study_verbs as verbs
from pipeline.management.asking_verbs import ASKING_OPTIONS, ASKING_VERBS
from pipeline.management.crop_verbs import CROP_OPTIONS, CROP_VERBS
from pipeline.management.planning_verbs import PLANNING_OPTIONS, PLANNING_VERBS
from pipeline.management.search_verbs import SEARCH_OPTIONS, SEARCH_VERBS
from pipeline.management.whole_verbs import WHOLE_OPTIONS, WHOLE_VERBS
from pipeline.models import ApiToken
from pipeline.searches.asked_searches import SearchRefusedError
from study.models.people import Mode

REFUSALS = (
    *study_actions.REFUSALS,
    *photo_upload.REFUSALS,
    *pack_actions.REFUSALS,
    *inquiry_actions.REFUSALS,
    job_actions.NothingToRetryError,
    MembershipError,
    NobodyToSimulateError,
    DesignRefusedError,
    token_keys.TokenError,
    PlanRefusedError,
    SearchRefusedError,
    NoticesRefusedError,
    NotDeletedError,
    ParticipantError,
    *CROP_REFUSALS,
)
# What each verb runs, and the words after it.
VERBS: dict[str, tuple[Callable[[verbs.Given], str], tuple[str, ...]]] = {
    "create": (verbs.create, ("name",)),
    "list": (verbs.list_studies, ()),
    "status": (verbs.status, ("study",)),
    "design": (verbs.design, ("study",)),
    "import": (verbs.upload, ("study", "archive")),
    "take-in": (verbs.take_in, ("study",)),
    "retry": (verbs.retry, ("study", "job")),
    "stop-job": (verbs.stop, ("study", "job")),
    "simulate": (verbs.simulate, ("study",)),
    "export": (verbs.export, ("study",)),
    "invite": (verbs.invite_member, ("study", "name", "role")),
    "remove": (verbs.remove_member, ("study", "name")),
    "hand-over": (verbs.change_owner, ("study", "name")),
    "token": (verbs.make_token, ("name",)),
    "pack": (outside_verbs.pack, ("study",)),
    "take": (outside_verbs.take, ("study", "table")),
    **ASKING_VERBS,
    **CROP_VERBS,
    **PLANNING_VERBS,
    **SEARCH_VERBS,
    **WHOLE_VERBS,
    **dict.fromkeys((*study_actions.ACTIONS, *verbs.SHORT), (verbs.act, ("study",))),
}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "pack": outside_verbs.PACK_OPTIONS,
    "take": outside_verbs.TAKE_OPTIONS,
    **ASKING_OPTIONS,
    **CROP_OPTIONS,
    **PLANNING_OPTIONS,
    **SEARCH_OPTIONS,
    **WHOLE_OPTIONS,
    "design": {"changes": {"nargs": "*", "metavar": "NAME=VALUE"}},
    "create": {
        "--preset": {"choices": sorted(PRESETS), "default": "published"},
        "--like": {"metavar": "STUDY", "help": "Take the design of this study instead."},
    },
    "simulate": {
        "--people": {"type": int, "default": 20},
        "--seed": {"type": int, "default": 1},
        "--site": {"default": "http://127.0.0.1:8000/", "help": "This site, as a worker reaches it."},
    },
    "export": {
        "--mode": {"choices": Mode.values, "default": Mode.LIVE},
        "--out": {"type": Path, "help": "The zip file; named after the study, if not given."},
    },
    "token": {
        "--scope": {"choices": ApiToken.Scope.values, "default": ApiToken.Scope.READ},
        "--days": {"type": int, "default": 30},
    },
}
AGREED: dict[str, dict[str, Any]] = {
    "--agreed": {"action": "store_true", "help": "Do it though a refusal said what it costs."}
}
OPTIONS |= dict.fromkeys((*study_actions.ACTIONS, *verbs.SHORT), AGREED)
NEEDS_NAME = ("create", "token", "revoke", "take-bundle")  # there is no study whose owner could be meant


class Command(BaseCommand):
    """Run one verb and print how it went, in the words of the desk."""

    help = "Do with a study what the desk's buttons do; it is logged under the name given by --as."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare every verb with its words and options."""
        subparsers = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb, (run, words) in VERBS.items():
            says = _says(verb, run)
            own = subparsers.add_parser(verb, help=says, description=says)
            for word in words:
                own.add_argument(word, choices=sorted(verbs.ROLES) if word == "role" else None)
            for option, settings in OPTIONS.get(verb, {}).items():
                own.add_argument(option, **settings)
            own.add_argument(
                "--as", dest="user", metavar="NAME", required=verb in NEEDS_NAME, help="Who does it."
            )

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the verb; what cannot be done is one line that says why, and no trace."""
        run, _words = VERBS[options["verb"]]
        try:
            self.stdout.write(run(options))
        except REFUSALS as refusal:
            raise CommandError(str(refusal)) from refusal


def _says(verb: str, run: Callable[[verbs.Given], str]) -> str:
    """Return what a verb does, with the per cent signs that argparse wants."""
    action = study_actions.ACTIONS.get(verbs.SHORT.get(verb, verb))
    label = f"{action.label}." if action and run is verbs.act else (run.__doc__ or "").strip()
    return label.replace("%", "%%")
