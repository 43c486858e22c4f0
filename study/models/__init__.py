"""The people's side of the data model: studies, photos, participants, answers."""

from __future__ import annotations

from study.models.answers import Tile, Trial
from study.models.people import AssignmentList, ExternalIdentity, Participant, Session
from study.models.photos import Category, Item, Level, Stimulus
from study.models.pilots import Pilot
from study.models.recruitment_settings import Recruitment, UnknownParameter
from study.models.studies import Study, StudyVersion

__all__ = [
    "AssignmentList",
    "Category",
    "ExternalIdentity",
    "Item",
    "Level",
    "Participant",
    "Pilot",
    "Recruitment",
    "Session",
    "Stimulus",
    "Study",
    "StudyVersion",
    "Tile",
    "Trial",
    "UnknownParameter",
]
