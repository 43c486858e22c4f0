"""`manage.py demo`: the whole way on drawn photos, or on a folder of yours; called by `make demo`."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from tqdm import tqdm

from pipeline import demo
from pipeline.intake.source import SourceRefused
from pipeline.intake.splits import TooFewPhotos
from pipeline.matrix import as_text
from pipeline.models import Analysis

FORMAT = "{desc} {percentage:3.0f}% |{bar:30}| {elapsed} {postfix}"


class Bars:
    """One progress bar per stage, in the order in which the stages begin."""

    def __init__(self) -> None:
        self.bars: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in self.bars.values():
            bar.close()

    def show(self, stage: str, share: float, message: str) -> None:
        if stage not in self.bars:
            if share >= 1.0:
                return  # done before this run looked: nothing to watch
            self.bars[stage] = tqdm(total=100, desc=f"{stage:<42}", bar_format=FORMAT)
        bar = self.bars[stage]
        bar.set_postfix_str(message[:60], refresh=False)
        bar.update(100 * share - bar.n)


class Command(BaseCommand):
    help = "Run the demo: photos in, verdict out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--photos", type=Path, help="A folder of your photos, one folder per class.")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="Where the site answers.")

    def handle(self, *_: Any, **options: Any) -> None:
        started = time.monotonic()
        login = demo.ensure_login()
        try:
            with Bars() as bars:
                analysis = demo.run(options["photos"], options["base_url"], bars.show)
        except (demo.DemoFailed, SourceRefused, TooFewPhotos) as error:
            raise CommandError(str(error)) from error
        self._tell(analysis, time.monotonic() - started)
        self._addresses(analysis, login, options["base_url"])

    def _tell(self, analysis: Analysis, seconds: float) -> None:
        self.stdout.write(f"\n{analysis.study.name}: the people are SIMULATED\n")
        self.stdout.write(analysis.text)
        self.stdout.write(
            "\nAttack matrix (accuracy in %, mean over seeds)\n" + as_text(analysis.attack_matrix or [])
        )
        self.stdout.write(f"\nWhy the loop stopped: {analysis.study.loop.reason}")
        self.stdout.write(f"Took {seconds:.0f} s. Verdict: {demo.demo_directory() / 'verdict.json'}")

    def _addresses(self, analysis: Analysis, login: demo.Login, base_url: str) -> None:
        study = analysis.study
        places = {
            "report": reverse("pipeline:report", args=[study.code, analysis.pk]),
            "desk": reverse("pipeline:desk", args=[study.code]),
            "participants": reverse("study:landing", args=[study.code]),
            "admin": reverse("admin:index"),
        }
        for name, place in places.items():
            self.stdout.write(f"{name:<13} {base_url}{place}")
        self.stdout.write(f"admin login   {login.name} / {login.password}")
