"""Simulated participants: they answer by a known psychometric curve, through the pages that people use."""

from __future__ import annotations

from study.robots.crowd import CrowdReport, simulate
from study.robots.observer import Curve, Observer, Person

__all__ = ["CrowdReport", "Curve", "Observer", "Person", "simulate"]
