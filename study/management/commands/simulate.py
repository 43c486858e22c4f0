"""Simulate participants, who take part in a study through its pages."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from study.models import Pilot, Study
from study.robots import Curve, simulate
from study.robots.browser import PageError


class Command(BaseCommand):
    help = "Simulate participants (mode=simulated, never mixed with people) against a running site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="The study's code, as in its link.")
        parser.add_argument("--people", type=int, default=20)
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")
        parser.add_argument(
            "--pilot", action="store_true", help="Take part in the pilot, not the main study."
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--parallel", type=int, default=4)
        for parameter in fields(Curve):
            name = parameter.name.replace("_", "-")
            parser.add_argument(
                f"--{name}", type=float, default=parameter.default, help="of the robots' curve"
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        study = Study.objects.filter(code=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study with the code {options['study']!r}.")
        pilot = Pilot.objects.of(study) if options["pilot"] else None
        if options["pilot"] and pilot is None:
            raise CommandError("Open the pilot first: robots, like people, come by its link.")
        if not options["pilot"] and study.version() is None:
            raise CommandError("Freeze the study first: robots, like people, join a frozen version.")
        curve = Curve(**{parameter.name: options[parameter.name] for parameter in fields(Curve)})
        chosen = {name: options[name] for name in ("base_url", "people", "seed", "parallel")}
        with tqdm(total=options["people"], unit="robot", desc="Simulating") as bar:

            def show(done: int, _all: int) -> None:
                bar.update(done - bar.n)

            try:
                code = pilot.code if pilot else ""
                report = simulate(study, **chosen, on_progress=show, curve=curve, code=code)
            except PageError as error:
                raise CommandError(f"{options['base_url']}: {error}") from error
        ended = ", ".join(f"{count} {status}" for status, count in sorted(report.statuses.items()))
        self.stdout.write(f"{report.people} robots: {ended}.")
