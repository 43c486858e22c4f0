"""The administration of studies, runs and jobs, as a researcher clicks through it."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pipeline.checks.scheduling import queue_check
from pipeline.loop import advance
from pipeline.models import AttackerRun, Check, Job, Loop
from pipeline.models.job_params import CropParams
from pipeline.queue.claims import claim
from pipeline.queue.job_requests import enqueue
from pipeline.queue.process_signs import leave_sign
from pipeline.queue.this_process import this_process
from study.models import Stimulus, Study
from tests.pipeline.acting import as_shown, desk
from tests.pipeline.answered import add_run, answered_version
from tests.pipeline.check_results import stored_result
from tests.pipeline.studies import make_study
from tests.study.factories import draft_study, open_pilot_of, piloted_draft, player

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(client: Client) -> Client:
    """A researcher of this site with a study of their own."""
    user = get_user_model().objects.create_user(f"u{uuid.uuid4().hex[:8]}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["study", "pipeline"]))
    client.force_login(user)
    return client


def test_a_study_is_created_in_the_admin_with_its_default_levels(admin_client: Client) -> None:
    add = reverse("admin:study_study_add")
    values = as_shown(admin_client, add)
    values |= {"name": "Ball games", "architectures": json.dumps(["efficientnet_lite0"])}
    response = admin_client.post(add, values, follow=True)
    assert response.status_code == 200
    study = Study.objects.get(name="Ball games")
    assert [level.subject_share for level in study.levels.all()] == [1.0, 0.8, 0.5, 0.35]
    assert {level.side for level in study.levels.all()} == {None}
    assert admin_client.get(desk(study)).status_code == 200


def test_a_review_in_the_admin_is_written_down_and_lets_a_waiting_loop_go_on(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = draft_study()
    Loop.objects.create(study=study, state=Loop.State.WAITING)
    advanced: list[Study] = []
    monkeypatch.setattr(advance, "advance", advanced.append)
    stimulus = Stimulus.objects.filter(item__study=study, item__split="test", level__number=1).first()
    Stimulus.objects.exclude(pk=stimulus.pk).update(review=Stimulus.Review.APPROVED)
    action = {"action": "approve", "_selected_action": [stimulus.pk]}
    admin_client.post(reverse("admin:study_stimulus_changelist"), action)
    assert advanced == [study]
    assert LogEntry.objects.get().change_message == f"approved stimulus {stimulus.pk}"


def test_an_attacker_run_is_queued_by_hand(admin_client: Client) -> None:
    study = make_study()
    values = {"study": study.pk, "architecture": "resnet18", "seed": 7, "trained_through": 0}
    answer = admin_client.post(reverse("admin:pipeline_attackerrun_add"), values, follow=True)
    run = AttackerRun.objects.get()
    assert run.label in str(*answer.context["messages"]), "it is named as in the list"
    assert (run.job.key, run.job.state) == ("train:attack:resnet18:s7:l0:r1", Job.State.QUEUED)


def test_the_record_of_a_run_offers_no_save_and_queues_nothing(admin_client: Client) -> None:
    """Saving the page of a designer once trained an attacker that changed the verdict of a frozen study."""
    run = add_run(draft_study(), 0, seed=0, skill=1.0)
    AttackerRun.objects.filter(pk=run.pk).update(role=AttackerRun.Role.DESIGN)
    page = reverse("admin:pipeline_attackerrun_change", args=[run.pk])
    assert 'name="_save"' not in admin_client.get(page).content.decode()
    assert admin_client.post(page, {"_save": "Save"}).status_code == 403
    assert (AttackerRun.objects.count(), Job.objects.count()) == (1, 1)


@pytest.fixture
def check() -> Check:
    """A finished check of a study, with its figure."""
    study = draft_study()
    check = queue_check(study, 1, Check.Kind.CURVE)
    Check.objects.filter(pk=check.pk).update(result=stored_result("curve"), figure="<svg>drawn</svg>")
    return check


def test_the_page_of_a_check_shows_its_summary_and_its_figure_as_a_picture(
    admin_client: Client, check: Check
) -> None:
    page = admin_client.get(reverse("admin:pipeline_check_change", args=[check.pk])).content.decode()
    assert stored_result("curve")["says"] in page
    assert f'<img src="{reverse("pipeline:check-figure", args=[check.study.code, check.pk])}"' in page
    assert "drawn" not in page


def test_a_check_that_is_not_done_says_so(admin_client: Client, check: Check) -> None:
    Check.objects.update(result=None, figure="")
    assert "not done yet" in admin_client.get(reverse("admin:pipeline_check_changelist")).content.decode()
    page = admin_client.get(reverse("admin:pipeline_check_change", args=[check.pk])).content.decode()
    assert "not done yet" in page
    assert "<img" not in page


LISTS = [
    *(
        f"admin:study_{name}_changelist"
        for name in ("study", "studyversion", "item", "stimulus", "trial", "session", "participant")
    ),
    *(f"admin:pipeline_{name}_changelist" for name in ("job", "attackerrun", "loop", "analysis", "check")),
]


@pytest.mark.sampled
@pytest.mark.parametrize("page", LISTS)
def test_every_list_of_the_admin_opens(admin_client: Client, page: str) -> None:
    answered_version(people=1)
    assert admin_client.get(reverse(page)).status_code == 200


@pytest.mark.thorough
def test_a_researcher_sees_only_their_own_studies(stranger: Client) -> None:
    version = answered_version(people=1)
    study, run = version.study, AttackerRun.objects.first()
    stimulus = Stimulus.objects.first()
    foreign = [
        desk(study),
        reverse("pipeline:progress", args=[study.code]),
        reverse("pipeline:crops", args=[study.code, 0]),
        reverse("pipeline:export", args=[study.code, "simulated", "trials.csv"]),
        reverse("pipeline:stimulus", args=[stimulus.pk]),
        reverse("pipeline:window", args=[stimulus.pk]),
    ]
    assert {stranger.get(address).status_code for address in foreign} == {404}
    assert stranger.post(reverse("pipeline:act", args=[study.code, "close"])).status_code == 404
    listed = stranger.get(reverse("admin:pipeline_attackerrun_changelist")).content.decode()
    assert str(run) not in listed


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("page", "action"),
    [("study_study", "close"), ("study_stimulus", "approve"), ("pipeline_job", "cancel")],
)
def test_who_may_only_look_finds_no_actions(client: Client, page: str, action: str) -> None:
    study = answered_version(people=0).study
    owner = study.owner
    owner.is_staff = True
    owner.save()
    owner.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(owner)
    listed = client.get(reverse(f"admin:{page}_changelist"))
    assert listed.context["cl"].result_count
    assert f'value="{action}"' not in listed.content.decode()
    owner.user_permissions.set(Permission.objects.filter(codename__startswith="change_"))
    assert f'value="{action}"' in client.get(reverse(f"admin:{page}_changelist")).content.decode()


def _act_on(client: Client, job: Job, action: str) -> str:
    """Return the page of jobs that answers an action on one of them."""
    choice = {"action": action, "_selected_action": [job.pk]}
    return client.post(reverse("admin:pipeline_job_changelist"), choice, follow=True).content.decode()


def test_a_job_stopped_in_the_admin_is_written_down(admin_client: Client) -> None:
    job = enqueue(make_study(), Job.Kind.CROP, "crop:l0", CropParams(level=0))
    assert "is being stopped" in _act_on(admin_client, job, "cancel")
    assert LogEntry.objects.get().change_message == f"stopped {job.key}"


def test_a_job_that_has_ended_is_not_said_to_be_stopped(admin_client: Client) -> None:
    job = enqueue(make_study(), Job.Kind.CROP, "crop:l0", CropParams(level=0))
    _act_on(admin_client, job, "cancel")
    assert "has ended already; there is nothing to stop" in _act_on(admin_client, job, "cancel")
    assert LogEntry.objects.count() == 1


def test_a_retried_job_says_so_and_forgets_why_it_had_ended(admin_client: Client) -> None:
    job = enqueue(make_study(), Job.Kind.CROP, "crop:l0", CropParams(level=0))
    _act_on(admin_client, job, "cancel")
    answer = _act_on(admin_client, job, "retry")
    assert "is queued again" in answer
    assert "cancelled before it started" not in answer


def test_no_number_that_scripts_read_is_written_in_german(admin_client: Client) -> None:
    study = answered_version(people=1).study
    stimulus = Stimulus.objects.filter(level__number=1).first()
    Stimulus.objects.filter(pk=stimulus.pk).update(left=0.25, top=0.5)
    run = AttackerRun.objects.first()
    AttackerRun.objects.filter(pk=run.pk).update(history=[{"stage": "head", "validation_accuracy": 0.5}] * 2)
    Job.objects.filter(pk=run.job_id).update(state=Job.State.RUNNING, progress=0.425)
    review = reverse("pipeline:crops", args=[study.code, 1])
    pages = [desk(study), review, reverse("pipeline:window", args=[stimulus.pk]), *map(reverse, LISTS)]
    html = "".join(
        admin_client.get(page, headers={"Accept-Language": "de"}).content.decode() for page in pages
    )
    assert 'name="left" min="0" max="1" step="any" value="0.25"' in html
    assert not re.findall(r'viewBox="[^"]*,', html)
    assert not re.findall(r'(?:data-[\w-]+|value|min|max)="-?\d+,\d+"', html)


@pytest.mark.thorough
def test_no_filter_names_a_foreign_study(stranger: Client) -> None:
    names = ["Not yours", "Nor this"]  # one alone would be no choice, and not be offered
    for name in names:
        answered_version(people=1, name=name)
    pages = "".join(stranger.get(reverse(page)).content.decode() for page in LISTS)
    assert [name for name in names if name in pages] == []


def test_no_attacker_is_queued_by_hand_before_the_crops_are_chosen(admin_client: Client) -> None:
    values = {"study": piloted_draft().pk, "architecture": "resnet18", "seed": 7, "trained_through": 0}
    page = admin_client.post(reverse("admin:pipeline_attackerrun_add"), values).content.decode()
    assert "The pilot has not chosen the crops yet" in page
    assert not AttackerRun.objects.exists()


@pytest.mark.thorough
def test_people_of_a_pilot_are_listed_and_marked(admin_client: Client) -> None:
    player(open_pilot_of().version)
    page = admin_client.get(reverse("admin:study_participant_changelist")).content.decode()
    assert 'class="field-stage">pilot' in page


def test_an_administrator_sees_every_worker_and_what_it_works_on(admin_client: Client) -> None:
    job = enqueue(make_study(), Job.Kind.CROP, "crop:l1", CropParams(1))
    claim(job.pk, this_process())
    leave_sign(["gpu"])
    page = admin_client.get(reverse("admin:pipeline_processsign_changelist")).content.decode()
    assert f"{job.study.code}: crop:l1" in page
    assert "s ago" in page


def test_a_researcher_sees_no_worker_as_it_tells_of_studies_of_others(stranger: Client) -> None:
    leave_sign(["gpu"])
    assert stranger.get(reverse("admin:pipeline_processsign_changelist")).status_code == 403


def test_the_list_of_designs_counts_photos_in_one_query(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    studies = [draft_study(), draft_study(test_photos=1), make_study()]
    admin_client.get("/admin/study/study/")
    with django_assert_max_num_queries(14):
        page = admin_client.get("/admin/study/study/")
        rows = {
            study.pk: page.context["cl"].model_admin.photos(study) for study in page.context["cl"].result_list
        }
    assert rows == {study.pk: study.items.count() for study in studies}
