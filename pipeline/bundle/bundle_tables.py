"""What a bundle holds: tables in an order in which rows refer to earlier ones only; and what stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from pipeline.models import (
    Analysis,
    ApiToken,
    AttackerRun,
    AttackSearch,
    BroughtAnswer,
    BroughtMachine,
    Check,
    CropChange,
    CropMaps,
    FrozenMachine,
    Inquiry,
    InquiryLine,
    Job,
    Loop,
    LoopEntry,
    Notice,
    NoticeWishes,
    PackedExampleRow,
    PackedStimulusRow,
    PhotoImport,
    Prediction,
    PredictionPack,
    ProcessSign,
)
from pipeline.models.jobs import RETEST_PREFIX
from study.models import (
    AssignmentList,
    Category,
    ExternalIdentity,
    Item,
    Level,
    Membership,
    Participant,
    Pilot,
    Recruitment,
    RulingChange,
    Session,
    SessionPart,
    Stimulus,
    Study,
    StudyVersion,
    Tile,
    TranslatedTexts,
    Trial,
    UnknownParameter,
)

AnyModel = type[Model]
OF_A_SESSION = "session__participant__version__study"
WORK = (
    Job.Kind.TRAIN,
    Job.Kind.CROP,
    Job.Kind.FOLLOW,
    Job.Kind.CHOOSE,
    Job.Kind.TEST,
    Job.Kind.COMBINE,
    Job.Kind.CHECK,
    Job.Kind.SEARCH,
    Job.Kind.ANALYSE,
)
OF_THE_STUDY = Q(kind__in=WORK) & ~Q(key__startswith=RETEST_PREFIX)


@dataclass(frozen=True)
class BundledTable:
    """One table of a bundle.

    Attributes
    ----------
    model : whose rows
    to_study : how a row leads to its study
    only : which of the study's rows, where not all
    blanked : fields that stay behind: secrets, names of people, and what only the origin can use
    numbered : fields whose JSON is a list of numbers of classes
    """

    model: AnyModel
    to_study: str = "study"
    only: Q | None = None
    blanked: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of its file in the bundle, and in the counts of the manifest."""
        return self.model._meta.label_lower

    def rows(self, study: Study) -> QuerySet[Any]:
        """Return the study's rows, whatever a manager would hide, in the order of their numbers."""
        rows = self.model._base_manager.filter(self.only or Q(), **{self.to_study: study.pk})
        return rows.order_by("pk")


TABLES = (
    BundledTable(Study, "pk", blanked=("owner",)),
    BundledTable(TranslatedTexts),
    BundledTable(Level),
    BundledTable(Category),
    BundledTable(Item),
    BundledTable(Stimulus, "item__study"),
    BundledTable(StudyVersion),
    BundledTable(AssignmentList, "version__study"),
    BundledTable(Pilot, "version__study"),
    BundledTable(Participant, "version__study", blanked=("kept_out_as",)),
    BundledTable(RulingChange, "participant__version__study", blanked=("user",)),
    BundledTable(
        Session,
        "participant__version__study",
        blanked=("completion_code", "return_link", "open_tab"),
        numbered=("choice_order",),
    ),
    BundledTable(SessionPart, OF_A_SESSION, blanked=("completion_code",)),
    BundledTable(
        Trial, OF_A_SESSION, blanked=("token", "beside_token", "answer_uuid"), numbered=("choice_order",)
    ),
    BundledTable(Tile, f"trial__{OF_A_SESSION}", blanked=("token",)),
    BundledTable(Job, only=OF_THE_STUDY, blanked=("owner_token", "worker")),
    BundledTable(AttackSearch),
    BundledTable(AttackerRun, blanked=("files",)),
    BundledTable(Prediction, "run__study"),
    BundledTable(PredictionPack),
    BundledTable(PackedStimulusRow, "pack__study"),
    BundledTable(PackedExampleRow, "pack__study"),
    BundledTable(BroughtMachine, only=Q(taken_at__isnull=False)),
    BundledTable(BroughtAnswer, "machine__study"),
    BundledTable(Check),
    BundledTable(CropMaps, "item__study"),
    BundledTable(Loop),
    BundledTable(LoopEntry, "loop__study"),
    BundledTable(FrozenMachine, "version__study"),
    BundledTable(Analysis),
)
LEFT_BEHIND: dict[AnyModel, str] = {
    ExternalIdentity: "who people are on their platform is nobody else's business",
    Recruitment: "codes of the researcher's account on a platform",
    UnknownParameter: "found in links of the origin",
    CropChange: "who did what by hand, and its undoing",
    PhotoImport: "uploads that were being looked at",
    ApiToken: "keys of researchers of the origin",
    Membership: "researchers of the origin",
    Inquiry: "how a machine was asked, at an address of the origin; its answers are in its table",
    InquiryLine: "requests of the origin; what came of them is in the machine's table",
    Notice: "news to the researchers of the origin",
    NoticeWishes: "addresses of the researchers of the origin",
    ProcessSign: "workers of the origin",
}


def tables_of(study: Study) -> Iterator[tuple[BundledTable, QuerySet[Any]]]:
    """Iterate over the tables with the study's rows."""
    return ((table, table.rows(study)) for table in TABLES)
