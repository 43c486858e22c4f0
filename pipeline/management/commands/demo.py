"""`manage.py demo`: run the demo on drawn photos, or on a folder of yours; called by `make demo`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from attacker.errors import DataError
from pipeline.analysis.report_content import source_of
from pipeline.demo import demo_study, run
from pipeline.demo.piloting import PilotFailedError
from pipeline.demo.terminal import Stages
from pipeline.models import Analysis
from stats.report.compose import matrix_sections
from stats.report.plain import to_text


class Command(BaseCommand):
    help = "Run the demo: photos in, verdict out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--photos", type=Path, help="A folder of your photos, one folder per class.")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="Where the site answers.")

    def handle(self, *_: Any, **options: Any) -> None:
        started = time.monotonic()
        login = demo_study.ensure_login()
        try:
            with Stages() as stages:
                analysis = run.run(options["photos"], options["base_url"], stages.show)
        except (run.DemoFailedError, PilotFailedError, DataError) as error:
            raise CommandError(str(error)) from error
        self._print_results(analysis, time.monotonic() - started)
        self._print_addresses(analysis, login, options["base_url"])

    def _print_results(self, analysis: Analysis, seconds: float) -> None:
        self.stdout.write(f"\n{analysis.study.name}: the people are SIMULATED\n")
        self.stdout.write(analysis.text)
        self.stdout.write(f"\n{to_text(matrix_sections(source_of(analysis)))}\n")
        self.stdout.write(f"Took {seconds:.0f} s. Verdict: {demo_study.demo_directory() / 'verdict.json'}")

    def _print_addresses(self, analysis: Analysis, login: demo_study.Login, base_url: str) -> None:
        study = analysis.study
        paths = {
            "report": reverse("pipeline:report", args=[study.code, analysis.pk]),
            "desk": reverse("pipeline:desk", args=[study.code]),
            "participants": reverse("study:landing", args=[study.code]),
            "admin": reverse("admin:index"),
        }
        for name, path in paths.items():
            self.stdout.write(f"{name:<13} {base_url}{path}")
        self.stdout.write(f"admin login   {login.name} / {login.password}")
