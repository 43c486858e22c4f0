"""Roles: every address of the desk, asked by a stranger, a reader, a collaborator and the owner."""

from __future__ import annotations

import re
from http import HTTPStatus
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from pipeline import urls
from pipeline.actions.membership import MembershipError, hand_over, invite, remove
from pipeline.audit import entries_of
from pipeline.models import CropMaps, Job
from study.models import Role, Study
from study.models.members import role_of
from tests.pipeline.answered import answered_version
from tests.pipeline.studies import make_study
from tests.study.factories import picture

pytestmark = pytest.mark.django_db
Code = HTTPStatus

# Addresses that lead to something in the study below. Those that are not named, as they came later, are
# asked as well: they must refuse what a stranger and a reader may not.
REFUSED = {Code.FORBIDDEN, Code.NOT_FOUND, Code.METHOD_NOT_ALLOWED}
OF_THE_SITE = {"drawn-photo", "front", "first-account", "studies", "help", "help-picture", "space"}
OF_THE_OWN_ACCOUNT = {"account", "code", "second-factor", "tokens", "revoke-token"}
OF_NO_STUDY = {"new-study", "bundle-import"} | OF_THE_OWN_ACCOUNT | OF_THE_SITE
READERS = {
    "desk", "people", "person", "recruiting", "progress", "machine", "check-figure", "members", "audit",
    "audit-csv", "pilot", "pilot-file", "power", "power-figure", "crops", "following", "window", "crop-map",
    "stimulus", "item", "report", "verdict", "written", "figure", "export", "storage", "bundle", "apart",
    "compare", "design-preview", "answers", "machines", "machines-file",
}  # fmt: skip
COLLABORATORS = {
    "simulate", "import", "decide-person", "import-encoding", "import-discard", "notices", "test-notice",
    "simulate-pilot", "power-take", "act", "retry", "stop-job", "approve-rest", "undo", "decide",
    "cut", "pick",
}  # fmt: skip
OWNERS = {"change-members", "erase-person", "delete-study"}


def somebody(name: str, *groups: str) -> object:
    """A researcher in these groups, which a test with transactions before this one may have flushed."""
    import_module("pipeline.migrations.0018_groups").add_groups(apps, None)
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def as_user(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def study() -> Study:
    """A study in which every address leads to something."""
    study = answered_version(people=1).study
    for item in study.items.all():
        item.photo.save(item.source_name, ContentFile(picture(seed=1)))
    return study


def addresses(study: Study) -> dict[str, str]:
    """An address of every view of the desk, with numbers of rows of this study."""
    stimulus = study.levels.get(number=1).stimuli.filter(item__split="test").first()
    job = study.jobs.first()
    maps = CropMaps.objects.filter(item__study=study).first()
    values = {
        "code": study.code, "number": 1, "name": "stop-loop", "job_id": job.pk, "mode": "simulated",
        "analysis_id": 10**6, "kind": "pdf", "change": "invite", "pk": stimulus.pk,
        "public_id": study.version().participants.first().public_id,
    }  # fmt: skip
    own = {
        "item": {"pk": stimulus.item_id},
        "export": {"name": "trials.csv"},
        "machines-file": {"name": "machines.csv"},
        "crop-map": {"pk": maps.pk if maps else 1, "name": "subject"},
    }
    return {
        pattern.name: reverse(
            f"pipeline:{pattern.name}", kwargs=_wanted(pattern, values | own.get(pattern.name, {}))
        )
        for pattern in urls.urlpatterns
    }


def _wanted(pattern: URLPattern, values: dict[str, object]) -> dict[str, object]:
    return {name: values.get(name, 1) for name in pattern.pattern.regex.groupindex}


@pytest.mark.thorough
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_no_part_in_a_study_does_not_see_that_it_exists(study: Study, method: str) -> None:
    stranger = as_user(somebody("stranger", "Researchers"))
    allowed = {Code.NOT_FOUND, Code.METHOD_NOT_ALLOWED}
    for name, address in addresses(study).items():
        if name not in OF_NO_STUDY:
            assert getattr(stranger, method)(address).status_code in allowed, name


def test_a_reader_looks_at_everything_and_changes_nothing(study: Study) -> None:
    reader = somebody("reader", "Readers")
    invite(study.owner, study, "reader", Role.READER)
    client, before = as_user(reader), entries_of(study).count()
    for name, address in addresses(study).items():
        if name in READERS:
            answer = client.get(address)
            list(answer)  # a stream that is not read to its end stays open
            assert answer.status_code != Code.FORBIDDEN, name
        if name in COLLABORATORS | OWNERS:
            assert client.post(address).status_code == Code.FORBIDDEN, name
        elif name not in OF_NO_STUDY:
            assert client.post(address).status_code in REFUSED, name
    taken = {entry.change_message for entry in entries_of(study)[: entries_of(study).count() - before]}
    assert taken == {"exported trials.csv (simulated)", "downloaded the bundle"}


def test_a_collaborator_works_and_leaves_what_is_the_owners(study: Study) -> None:
    somebody("colleague", "Researchers")
    invite(study.owner, study, "colleague", Role.COLLABORATOR)
    client = as_user(get_user_model().objects.get(username="colleague"))
    for name, address in addresses(study).items():
        if name in COLLABORATORS:
            assert client.post(address).status_code != Code.FORBIDDEN, name
        if name in OWNERS:
            assert client.post(address).status_code == Code.FORBIDDEN, name


def test_who_people_are_is_told_to_the_owner_and_to_collaborators_who_pay(study: Study) -> None:
    address = reverse("pipeline:payments", args=[study.code])
    answers = {}
    for name, role, groups in (
        ("reader", Role.READER, ["Readers", "Payers"]),
        ("colleague", Role.COLLABORATOR, ["Researchers"]),
        ("payer", Role.COLLABORATOR, ["Researchers", "Payers"]),
    ):
        user = somebody(name, *groups)
        invite(study.owner, study, name, role)
        answer = as_user(user).get(address)
        list(answer)
        answers[name] = answer.status_code
    assert answers == {"reader": Code.FORBIDDEN, "colleague": Code.FORBIDDEN, "payer": Code.OK}


def test_the_admin_shows_a_reader_rows_without_a_way_to_change_them(study: Study) -> None:
    reader = somebody("reader", "Researchers")
    invite(study.owner, study, "reader", Role.READER)
    client = as_user(reader)
    page = client.get(reverse("admin:study_study_change", args=[study.pk])).content.decode()
    assert study.name in page
    assert 'name="_save"' not in page
    listed = reverse("admin:study_study_changelist")
    client.post(listed, {"action": "close", "_selected_action": [study.pk]})
    study.refresh_from_db()
    assert study.status == Study.Status.OPEN


def test_nobody_but_the_owner_deletes_a_study_in_the_admin() -> None:
    study = make_study()
    colleague = somebody("colleague", "Researchers")
    invite(study.owner, study, "colleague", Role.COLLABORATOR)
    chosen = {"action": "delete_selected", "_selected_action": [study.pk], "post": "yes"}
    as_user(colleague).post(reverse("admin:study_study_changelist"), chosen)
    assert Study.objects.filter(pk=study.pk).exists()


def test_the_owner_invites_removes_and_hands_over_and_each_is_logged() -> None:
    study = make_study()
    ada = study.owner
    ada.groups.set(Group.objects.filter(name="Researchers"))
    grace = somebody("grace")
    client = as_user(ada)

    def change(what: str, **fields: object) -> str:
        address = reverse("pipeline:change-members", args=[study.code, what])
        return client.post(address, fields, follow=True).content.decode()

    assert "can log in to the desk" in change("invite", name="nobody", role=1)
    assert "grace is a reader of this study now" in change("invite", name="grace", role=1)
    change("invite", name="grace", role=2)
    assert role_of(grace, study) == Role.COLLABORATOR
    assert "no longer sees this study" in change("remove", name="grace")
    assert role_of(grace, study) == Role.NONE
    assert "grace owns this study now" in change("hand-over", name="grace")
    study.refresh_from_db()
    assert (study.owner, role_of(ada, study)) == (grace, Role.COLLABORATOR)
    logged = [entry.change_message for entry in entries_of(study).reverse()]
    assert logged == [
        "invited grace as reader", "made grace a collaborator", "removed grace",
        "handed the study over from ada to grace",
    ]  # fmt: skip


def test_what_cannot_be_changed_says_why() -> None:
    study = make_study()
    get_user_model().objects.create_user("no-staff")
    for act in (
        lambda: invite(study.owner, study, "ada", Role.READER),
        lambda: invite(study.owner, study, "no-staff", Role.READER),
        lambda: remove(study.owner, study, "no-staff"),
        lambda: hand_over(study.owner, study, "ada"),
    ):
        with pytest.raises(MembershipError, match=r"owns this study|can log in|no role"):
            act()
    assert not entries_of(study).exists()


def test_groups_come_with_the_product() -> None:
    Group.objects.all().delete()
    import_module("pipeline.migrations.0018_groups").add_groups(apps, None)
    names = {
        group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()
    }
    assert names["Payers"] == {"view_externalidentity"}
    assert {"add_study", "change_study", "change_stimulus", "view_trial"} <= names["Researchers"]
    assert all(re.match("view_", codename) for codename in names["Readers"])
    assert "view_externalidentity" not in names["Researchers"]


def test_the_log_tells_who_did_what_and_a_retry_is_in_it(study: Study) -> None:
    client = as_user(study.owner)
    study.owner.is_staff = True
    study.owner.save()
    job = study.jobs.first()
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, finished_at=timezone.now())
    client.post(reverse("pipeline:retry", args=[study.code, job.pk]))
    page = client.get(reverse("pipeline:audit", args=[study.code])).content.decode()
    assert f"retried {job.key}" in page
    assert "researcher" in page
    lines = b"".join(client.get(reverse("pipeline:audit-csv", args=[study.code]))).decode().splitlines()
    assert lines[0] == "at,user,action"
    assert lines[-1].endswith(f",researcher,retried {job.key}")
    nothing = client.get(reverse("pipeline:audit", args=[study.code]), {"text": "no such words"})
    assert "Nothing that matches" in nothing.content.decode()
