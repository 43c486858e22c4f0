"""The people's side of the data model: studies, photos, participants, answers."""

from __future__ import annotations

from study.models.answers import SessionPart, Tile, Trial
from study.models.crop_levels import AssignmentList, Level
from study.models.members import Membership, Role
from study.models.people import ExternalIdentity, Participant, RulingChange, Session
from study.models.photos import Category, Item, Stimulus
from study.models.pilots import Pilot
from study.models.recruitment_settings import Recruitment, UnknownParameter
from study.models.studies import Study, StudyVersion
from study.models.translated_texts import TranslatedTexts

__all__ = [
    "AssignmentList",
    "Category",
    "ExternalIdentity",
    "Item",
    "Level",
    "Membership",
    "Participant",
    "Pilot",
    "Recruitment",
    "Role",
    "RulingChange",
    "Session",
    "SessionPart",
    "Stimulus",
    "Study",
    "StudyVersion",
    "Tile",
    "TranslatedTexts",
    "Trial",
    "UnknownParameter",
]
