"""Tables of the pipeline: jobs, attacker runs, predictions, checks, the loop's log, analyses."""

from __future__ import annotations

from pipeline.models.analyses import Analysis
from pipeline.models.checks import Check
from pipeline.models.crop_changes import CropChange
from pipeline.models.crop_maps import CropMaps
from pipeline.models.frozen_machines import FrozenMachine
from pipeline.models.jobs import Job
from pipeline.models.loops import Loop, LoopEntry
from pipeline.models.runs import ENSEMBLE, AttackerRun, Prediction

__all__ = [
    "ENSEMBLE",
    "Analysis",
    "AttackerRun",
    "Check",
    "CropChange",
    "CropMaps",
    "FrozenMachine",
    "Job",
    "Loop",
    "LoopEntry",
    "Prediction",
]
