"""The desk's page and the API of machines from outside."""

from __future__ import annotations

import io
import json
import zipfile
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pipeline.actions.membership import invite
from pipeline.models import ApiToken, BroughtMachine
from study.models import Role, Study
from tests.pipeline.api.scripts import Script
from tests.pipeline.brought.brought import Skill, filled
from tests.study.factories import draft_study

pytestmark = pytest.mark.django_db
ALL = {0: 1.0, 1: 0.5, 2: 0.5}


@pytest.fixture
def study(admin_user: Any) -> Study:
    study = draft_study(test_photos=4)
    Study.objects.filter(pk=study.pk).update(owner=admin_user)
    return Study.objects.get(pk=study.pk)


def page(client: Client, study: Study) -> str:
    return client.get(reverse("pipeline:outside", args=[study.code])).content.decode()


def press(client: Client, name: str, *args: object) -> str:
    return client.post(reverse(f"pipeline:{name}", args=args), follow=True).content.decode()


def upload(client: Client, study: Study, table: bytes, name: str = "net") -> str:
    fields = {
        "pack": study.packs.get().pk,
        "name": name,
        "kind": "transfer",
        "trained_through": "",
        "trained_on": "",
        "source": "lab A",
        "table": SimpleUploadedFile("answers.csv", table),
    }
    url = reverse("pipeline:outside", args=[study.code])
    return client.post(url, fields, follow=True).content.decode()


def test_a_pack_goes_out_and_its_table_comes_back(admin_client: Client, study: Study) -> None:
    assert "None yet." in page(admin_client, study)
    assert "is frozen" in press(admin_client, "freeze-pack", study.code)
    pack = study.packs.get()
    sent = admin_client.get(reverse("pipeline:pack-file", args=[study.code, pack.name]))
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == pack.size + 3
    table = filled(pack, Skill(ALL))
    faulty = upload(admin_client, study, b"\n".join(table.splitlines()[:-2]))
    assert "Nothing was taken" in faulty
    assert "2 stimuli without a row" in faulty
    assert not BroughtMachine.objects.exists()
    looked = upload(admin_client, study, table)
    assert "net: look before you take it" in looked
    assert f"{pack.size} answers to pack" in looked
    taken = press(admin_client, "take-machine", study.code, BroughtMachine.objects.get().pk)
    assert "They count in versions that are frozen from now on" in taken
    assert "0: 100.0" in taken
    assert "already" in upload(admin_client, study, table)


def states_said_for_half(table: bytes) -> bytes:
    """Return a table in which every second row says that nothing was written."""
    head, *rows = table.decode().splitlines()
    cells = [row.split(",") for row in rows]
    ended = [
        f"{name},{sha256},,empty" if place % 2 else f"{name},{sha256},{label},answered"
        for place, (name, sha256, label) in enumerate(cells)
    ]
    return "\n".join([f"{head},state", *ended]).encode()


def test_the_page_counts_how_the_answers_of_a_machine_ended(admin_client: Client, study: Study) -> None:
    press(admin_client, "freeze-pack", study.code)
    pack = study.packs.get()
    upload(admin_client, study, states_said_for_half(filled(pack, Skill(ALL))))
    taken = press(admin_client, "take-machine", study.code, BroughtMachine.objects.get().pk)
    half = pack.size // 2
    assert f"<td>{pack.size - half} answered, {half} empty</td>" in taken


@pytest.mark.thorough
@pytest.mark.parametrize("may_leave", [False, True])
def test_a_pack_says_whether_its_photos_may_be_sent_to_machines_of_others(
    admin_client: Client, study: Study, may_leave: bool
) -> None:
    assert study.photos_may_leave is False, "nobody's photos leave unless somebody says so"
    Study.objects.filter(pk=study.pk).update(photos_may_leave=may_leave)
    press(admin_client, "freeze-pack", study.code)
    sent = admin_client.get(reverse("pipeline:pack-file", args=[study.code, study.packs.get().name]))
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as archive:
        assert json.loads(archive.read("manifest.json"))["may_leave"] is may_leave
    assert ("may not be sent to machines of others" in page(admin_client, study)) != may_leave


def test_a_table_may_be_thrown_away(admin_client: Client, study: Study) -> None:
    press(admin_client, "freeze-pack", study.code)
    upload(admin_client, study, filled(study.packs.get(), Skill(ALL)))
    assert "is thrown away" in press(
        admin_client, "discard-machine", study.code, BroughtMachine.objects.get().pk
    )
    assert not BroughtMachine.objects.exists()


@pytest.mark.thorough
def test_photos_leave_with_collaborators_only(
    admin_client: Client, admin_user: Any, study: Study, django_user_model: Any
) -> None:
    press(admin_client, "freeze-pack", study.code)
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    invite(admin_user, study, "reader", Role.READER)
    client = Client()
    client.force_login(reader)
    name = study.packs.get().name
    assert "Download pack" not in page(client, study)
    refused = client.get(reverse("pipeline:pack-file", args=[study.code, name]))
    assert refused.status_code == HTTPStatus.FORBIDDEN


def test_the_api_does_the_same(admin_user: Any, study: Study) -> None:
    script = Script(admin_user)
    pack = script.post(f"studies/{study.code}/packs/")
    assert script.get(f"studies/{study.code}/packs/") == [pack]
    zipped = script.send("GET", f"studies/{study.code}/packs/{pack['name']}.zip")
    assert zipfile.is_zipfile(io.BytesIO(b"".join(zipped.streaming_content)))
    table = filled(study.packs.get(), Skill(ALL))
    answers = f"studies/{study.code}/packs/{pack['name']}/answers/"
    assert script.send("POST", answers, table).status_code == HTTPStatus.CONFLICT  # without a name
    faulty = script.send("POST", f"{answers}?name=net", table[:-200])
    assert faulty.status_code == HTTPStatus.CONFLICT
    assert "Nothing was taken" in faulty.json()["error"]
    preview = script.send("POST", f"{answers}?name=net&kind=few-shot&trained_through=0", table).json()
    assert (preview["answers"], preview["form"]) == (pack["stimuli"], "label")
    assert "are taken" in script.post(f"studies/{study.code}/machines/net/")["message"]
    machine = BroughtMachine.objects.get()
    assert (machine.kind, machine.trained_through) == ("few-shot", 0)
    assert machine.taken_at is not None
    gone = script.send("DELETE", f"studies/{study.code}/machines/net/").json()
    assert gone["message"] == "There is no such table that waits."


@pytest.mark.thorough
def test_a_token_that_reads_takes_no_pack_of_a_reader(
    admin_client: Client, admin_user: Any, study: Study, django_user_model: Any
) -> None:
    press(admin_client, "freeze-pack", study.code)
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    invite(admin_user, study, "reader", Role.READER)
    script = Script(reader, ApiToken.Scope.READ)
    name = study.packs.get().name
    assert script.send("GET", f"studies/{study.code}/packs/{name}.zip").status_code == HTTPStatus.FORBIDDEN
