"""Keep a release for the tests of later ones: a site as the code that stands here leaves it.

Run once for each release, before the next migration, with a folder beside the others that its version names:
`python -m tests.upgrade.pack_release FOLDER`. Needs the programs of PostgreSQL.
`releases/0.1.0` was made in the same way by the code of commit 9e979d1.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.pipeline.bundle.postgres import running_postgres
from tests.upgrade.release import Release, client_address, program, run_on_site

if TYPE_CHECKING:
    from study.models import Study, StudyVersion

MADE_BY_MIGRATIONS = ("contenttypes", "auth.permission")


def pack(release: Release) -> None:
    """Make a site, let it be filled by a process of its own, and keep its files and rows."""
    release.folder.mkdir()
    with tempfile.TemporaryDirectory(prefix="sweetspot-release-") as folder:
        var = Path(folder)
        run_on_site(["manage.py", "migrate", "--verbosity", "0"], var)
        run_on_site(["-m", __spec__.name, str(release.folder), "--fill"], var)
        _keep_files(release, var)
        _keep_rows(release, var)


def fill(release: Release) -> None:
    """Fill the site with a study that people and machine have answered, and one that is being made."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    get_user_model().objects.create_superuser("root")
    now = timezone.now()
    version = _answered()
    expected = {"code": version.study.code, **_people(version, now), **_analysed(version)}
    expected |= {"now": (now + timedelta(minutes=5)).isoformat(timespec="seconds")}
    expected |= {"job_of_a_dead_worker": _job_of_a_dead_worker(now)}
    (release.folder / "expected.json").write_bytes(json.dumps(expected, indent=2).encode() + b"\n")
    (release.folder / "trials.csv.gz").write_bytes(gzip.compress(_table(version).encode(), mtime=0))


def _answered() -> StudyVersion:
    """Eight people who err in every thirteenth trial, and a machine that knows full photos only."""
    from study.models import Trial
    from study.models.people import Mode
    from tests.pipeline.answered import answered_version

    design = {"floor": 0.6, "ceiling": 0.5, "alpha": 0.04, "test_photos": 8, "trials_per_person": 18}
    version = answered_version(8, mode=Mode.LIVE, name="Planted sweet spot", **design)
    answers = Trial.objects.filter(block_type="test").order_by("session", "trial_index")
    Trial.objects.filter(pk__in=[trial.pk for trial in answers[::13]]).update(correct=False)
    return version


def _people(version: StudyVersion, now: datetime) -> dict[str, Any]:
    """Somebody half way through, somebody who has consented only, and somebody who withdrew."""
    from study import sessions
    from tests.study.factories import newcomer, player
    from tests.study.playing import play_block

    half_way, consented, withdrawn = player(version, now), newcomer(version, now), player(version, now)
    play_block(half_way, now)
    sessions.withdraw(withdrawn.token, now)
    return {
        "half_way": half_way.token,
        "answered_half_way": half_way.trials.exclude(response_status="").count(),
        "trials_half_way": half_way.trials.count(),
        "consented": consented.token,
        "withdrawn": withdrawn.token,
    }


def _analysed(version: StudyVersion) -> dict[str, Any]:
    from pipeline.analysis.analysis_request import request_analysis
    from pipeline.models import Analysis
    from pipeline.worker.execute import perform
    from study.models.people import Mode
    from tests.upgrade.upgraded_site import levels

    asked = request_analysis(version.study, Mode.LIVE)
    perform(asked.job_id)
    analysis = Analysis.objects.get(pk=asked.pk)
    result = analysis.result
    return {"analysis": analysis.pk, "verdict": result["verdict"], "levels": levels(result)}


def _job_of_a_dead_worker(now: datetime) -> str:
    """Import photos, begin the loop, and let its first job look as if its worker had died in it."""
    from pipeline.loop.advance import start
    from pipeline.models import Job

    study = _being_made()
    start(study)
    job = study.jobs.get(state=Job.State.QUEUED)
    over = now - timedelta(hours=1)
    study.jobs.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=1, owner_token="a worker that died", lease_until=over
    )
    return str(job.key)


def _being_made() -> Study:
    from tests.pipeline.studies import draw_photos, import_folder, make_study

    study = make_study("Still being made")
    with tempfile.TemporaryDirectory(prefix="sweetspot-photos-") as folder:
        import_folder(study, draw_photos(Path(folder, "photos"), size=120))
    return study


def _table(version: StudyVersion) -> str:
    from pipeline.exports.files import FILES
    from study.models.people import Mode

    return "".join(FILES["trials.csv"](version, Mode.LIVE))


def _keep_files(release: Release, var: Path) -> None:
    with tarfile.open(release.folder / "media.tar.gz", "w:gz") as files:
        files.add(var / "media", "media", filter=_of_nobody)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    return entry.replace(uid=0, gid=0, uname="", gname="", deep=False)


def _keep_rows(release: Release, var: Path) -> None:
    """Keep the rows as statements of SQLite, and the same rows as those of PostgreSQL."""
    statements = "\n".join(sqlite3.connect(var / "db.sqlite3").iterdump())
    (release.folder / "sqlite.sql.gz").write_bytes(gzip.compress(statements.encode(), mtime=0))
    rows = var / "rows.json"
    left_out = [option for name in MADE_BY_MIGRATIONS for option in ("--exclude", name)]
    run_on_site(["manage.py", "dumpdata", *left_out, "--output", str(rows)], var)
    with running_postgres() as database:
        run_on_site(["manage.py", "migrate", "--verbosity", "0"], var, database)
        run_on_site(["manage.py", "loaddata", str(rows)], var, database)
        command = [program("pg_dump"), "--no-owner", "--no-privileges", client_address(database)]
        dumped = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    # Lines that only the newest clients understand guard against hostile servers, which this one is not.
    guards = (b"\\restrict", b"\\unrestrict")
    plain = b"".join(line for line in dumped.splitlines(keepends=True) if not line.startswith(guards))
    (release.folder / "postgresql.sql.gz").write_bytes(gzip.compress(plain, mtime=0))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    chosen, *filling = sys.argv[1:]
    (fill if filling else pack)(Release(Path(chosen)))
