"""CloudResearch Connect: three ids in the link; its redirect addresses are copied from the project."""

from __future__ import annotations

from study.platforms.contract import Platform

CONNECT = Platform(name="connect", person=("participantId",), study="projectId", session="assignmentId")
