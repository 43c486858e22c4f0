"""Tables of the pipeline: jobs, attacker runs, predictions, checks, the loop's log, analyses."""

from __future__ import annotations

from pipeline.models.analyses import Analysis
from pipeline.models.api_tokens import ApiToken
from pipeline.models.brought_machines import (
    BroughtAnswer,
    BroughtMachine,
    Inquiry,
    InquiryLine,
    PackedExampleRow,
    PackedStimulusRow,
    PredictionPack,
)
from pipeline.models.checks import Check
from pipeline.models.crop_changes import CropChange
from pipeline.models.crop_maps import CropMaps
from pipeline.models.frozen_machines import FrozenMachine
from pipeline.models.jobs import Job, ProcessSign
from pipeline.models.loops import Loop, LoopEntry
from pipeline.models.notices import Notice, NoticeWishes
from pipeline.models.photo_imports import PhotoImport
from pipeline.models.runs import ENSEMBLE, AttackerRun, AttackSearch, Prediction

__all__ = [
    "ENSEMBLE",
    "Analysis",
    "ApiToken",
    "AttackSearch",
    "AttackerRun",
    "BroughtAnswer",
    "BroughtMachine",
    "Check",
    "CropChange",
    "CropMaps",
    "FrozenMachine",
    "Inquiry",
    "InquiryLine",
    "Job",
    "Loop",
    "LoopEntry",
    "Notice",
    "NoticeWishes",
    "PackedExampleRow",
    "PackedStimulusRow",
    "PhotoImport",
    "Prediction",
    "PredictionPack",
    "ProcessSign",
]
