"""Another installation: a process with a database and files of its own, which imports and analyses a bundle.

Run as `python -m tests.pipeline.bundle.second_installation BUNDLE MODE`, with DATABASE_URL and SWEETSPOT_VAR.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings


def analysed_elsewhere(bundle: Path, mode: str, var: Path, database: str = "") -> dict[str, Any]:
    """Return verdict, hash of the table and engine, as another installation has them."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = inherited | {"SWEETSPOT_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"DATABASE_URL": database} if database else {}
    command = [sys.executable, "-m", __name__, str(bundle), mode]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


def main(bundle: str, mode: str) -> None:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection

    from pipeline.analysis.analysis_request import request_analysis
    from pipeline.desk.report_page import verdict_bytes
    from pipeline.exports.files import FILES
    from pipeline.models import Analysis
    from pipeline.worker.execute import perform
    from study.models import Study
    from tests.study.factories import draft_study

    call_command("migrate", verbosity=0)
    draft_study(name="What was here before")
    get_user_model().objects.create_user("grace", is_staff=True)
    call_command("import_bundle_file", bundle, owner="grace", stdout=sys.stderr)
    study = Study.objects.get(owner__username="grace")
    analysis = request_analysis(study, mode)
    perform(analysis.job_id)
    done = Analysis.objects.get(pk=analysis.pk)
    version = study.version()
    assert version is not None
    files = {name: "".join(make(version, mode)) for name, make in FILES.items()}
    answer = {
        "verdict": verdict_bytes(done).decode(),
        "table_sha256": done.table_sha256,
        "engine": connection.vendor,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()},
        "shared_numbers": version.renumbered_by == 0,
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
