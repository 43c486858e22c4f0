"""What a site of today says of the rows that an earlier release has left; printed as JSON.

Run as `python -m tests.upgrade.upgraded_site FOLDER`, with the settings of that site.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.upgrade.release import Release

if TYPE_CHECKING:
    from study.models import StudyVersion


def main(release: Release) -> None:
    django.setup()
    expected = release.expected()
    answer = {
        "pages": _pages(expected),
        "trials": _trials(expected),
        "stored": _stored(expected),
        "finished": _finish(expected),
        "analysed_anew": _analysed_anew(expected),
        "job": _job(expected),
    }
    sys.stdout.write(json.dumps(answer))


def _version(expected: dict[str, Any]) -> StudyVersion:
    from study.models import Study

    version = Study.objects.get(code=expected["code"]).version()
    assert version is not None
    return version


def _pages(expected: dict[str, Any]) -> dict[str, int]:
    """Return the status of the pages that show what the release has stored."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    browser = Client(headers={"host": "localhost"})
    browser.force_login(get_user_model().objects.get(is_superuser=True))
    study = f"/desk/{expected['code']}/"
    addresses = {
        "desk": study,
        "report": f"{study}report/{expected['analysis']}/",
        "people": f"{study}people/",
        "sessions in the admin": "/admin/study/session/",
        "jobs in the admin": "/admin/pipeline/job/",
        "trials of somebody half way": f"/s/{expected['half_way']}/",
        "consent of somebody": f"/s/{expected['consented']}/",
    }
    return {name: browser.get(address).status_code for name, address in addresses.items()}


def _trials(expected: dict[str, Any]) -> str:
    from pipeline.exports.files import FILES
    from study.models.people import Mode

    return "".join(FILES["trials.csv"](_version(expected), Mode.LIVE))


def _stored(expected: dict[str, Any]) -> dict[str, Any]:
    """Return what is in the rows about the old analysis, the frozen version, and who withdrew."""
    from pipeline.models import Analysis
    from study.models import Session

    analysis = Analysis.objects.get(pk=expected["analysis"])
    withdrawn = Session.objects.get(token=expected["withdrawn"])
    return {
        "verdict": analysis.result["verdict"],
        "levels": levels(analysis.result),
        "config_hash": _version(expected).config_hash,
        "trials_of_who_withdrew": withdrawn.trials.count(),
    }


def levels(result: dict[str, Any]) -> list[dict[str, float]]:
    return [
        {
            "level": level["crop_level"],
            "human": level["human"]["estimate"],
            "machine": level["machine"]["estimate"],
        }
        for level in result["levels"]
    ]


def _finish(expected: dict[str, Any]) -> dict[str, Any]:
    """Let the person who was half way through go on to the end."""
    from study.models import Session
    from tests.study.playing import play_to_the_end

    session = Session.objects.get(token=expected["half_way"])
    before = session.trials.exclude(response_status="").count()
    done = play_to_the_end(session, datetime.fromisoformat(expected["now"]))
    return {
        "before": before,
        "after": done.trials.exclude(response_status="").count(),
        "trials": done.trials.count(),
        "status": str(done.status),
    }


def _analysed_anew(expected: dict[str, Any]) -> list[dict[str, float]]:
    """Analyse the frozen version as it was, without the person who went on."""
    from pipeline.analysis.analysis_request import request_analysis
    from pipeline.models import Analysis
    from pipeline.worker.execute import perform
    from study.models import Session
    from study.models.people import Mode

    Session.objects.get(token=expected["half_way"]).participant.delete()
    analysis = request_analysis(_version(expected).study, Mode.LIVE)
    perform(analysis.job_id)
    return levels(Analysis.objects.get(pk=analysis.pk).result)


def _job(expected: dict[str, Any]) -> dict[str, Any]:
    """Let the reaper look at the job whose worker died before the upgrade."""
    from pipeline.models import Job
    from pipeline.queue.reaper import reap

    reap()
    job = Job.objects.get(key=expected["job_of_a_dead_worker"])
    return {"state": str(job.state), "attempts": job.attempts}


if __name__ == "__main__":
    main(Release(Path(sys.argv[1])))
