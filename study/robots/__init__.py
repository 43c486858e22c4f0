"""Simulated participants: they answer by what a photo shows, through the pages that people use."""

from __future__ import annotations

from study.robots.crowd import CrowdReport, simulate
from study.robots.in_sight import InSight
from study.robots.observer import Curve, Observer, Person

__all__ = ["CrowdReport", "Curve", "InSight", "Observer", "Person", "simulate"]
