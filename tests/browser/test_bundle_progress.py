"""A bundle that is imported in the browser says how far it is, and why where it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pipeline.actions.study_deletion import delete_study
from pipeline.models import Job
from study.freezing.freeze import close_study
from tests.pipeline.bundle.bundled import analysed_study, bundle_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REMEMBER = """() => {
    const says = document.getElementById("bundle-says");
    new MutationObserver(() => window.remember(says.textContent)).observe(says, { childList: true });
}"""


def test_the_way_of_a_bundle_is_shown_until_its_desk_opens(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    study = analysed_study(people=2).study
    path, code = bundle_file(study, tmp_path), study.code
    close_study(study)
    study.jobs.unfinished().update(state=Job.State.CANCELLED)
    delete_study(study.owner, study, study.name)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("grace"))
    secret = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": secret, "url": live_server.url}])
    page.goto(f"{live_server.url}/studies/import/")
    damaged = tmp_path / "half.zip"
    damaged.write_bytes(path.read_bytes()[:5000])
    page.locator("#id_bundle").set_input_files(damaged)
    page.get_by_role("button", name="Import the study").click()
    expect(page.get_by_role("alert")).to_contain_text("not downloaded whole", timeout=30_000)
    shown: list[str] = []
    page.expose_function("remember", lambda text: shown.append(text))
    page.evaluate(REMEMBER)
    page.locator("#id_bundle").set_input_files(path)
    with page.expect_navigation(url=f"**/desk/{code}/", timeout=60_000):
        page.get_by_role("button", name="Import the study").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sport")
    assert any(text.startswith("The bundle is being sent: ") for text in shown)
