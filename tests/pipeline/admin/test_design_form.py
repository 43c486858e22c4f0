"""The form of a study's design: what can be changed when, and what is refused."""

from __future__ import annotations

import json

import pytest
from django.contrib.admin.utils import flatten
from django.test import Client
from django.urls import reverse

from study.models import Study
from study.models.people import Mode
from tests.pipeline.acting import as_shown, do
from tests.pipeline.answered import add_run, answered_version
from tests.pipeline.studies import make_study
from tests.study.factories import draft_study, open_pilot_of, piloted_draft, player

pytestmark = pytest.mark.django_db


def saved(client: Client, study: Study, **changes: object) -> str:
    """The page after a researcher changed a study's design."""
    page = reverse("admin:study_study_change", args=[study.pk])
    lists = {"architectures": json.dumps(study.architectures), "look_shares": json.dumps(study.look_shares)}
    return client.post(page, as_shown(client, page) | lists | changes, follow=True).content.decode()


@pytest.mark.thorough
def test_a_design_can_be_edited_until_people_take_part(admin_client: Client) -> None:
    """A preview needs a frozen version, and what it shows may be mended: the next freeze makes version 2."""
    study = answered_version(people=1, mode=Mode.PREVIEW).study
    page = reverse("admin:study_study_change", args=[study.pk])
    values = as_shown(admin_client, page)
    values |= {"architectures": json.dumps(study.architectures), "deadline_ms": 5000}
    shown = admin_client.post(page, values, follow=True).content.decode()
    assert "Participants still join version 1" in shown
    assert "Frozen as version 2" in do(admin_client, study, "freeze")
    assert study.version().design.deadline_ms == 5000
    player(study.version(), mode=Mode.LIVE)
    assert "floor" not in admin_client.get(page).context["adminform"].form.fields


@pytest.mark.thorough
def test_what_judges_the_machine_is_fixed_before_it_is_tried(admin_client: Client) -> None:
    study = draft_study()
    page = reverse("admin:study_study_change", args=[study.pk])
    fields = admin_client.get(page).context["adminform"].form.fields
    assert {"ceiling", "improvement_epsilon", "floor", "max_rounds"} <= fields.keys()
    add_run(study, through=0, seed=0, skill=0.5)
    fields = admin_client.get(page).context["adminform"].form.fields
    assert not {"ceiling", "improvement_epsilon", "attention_weight", "crop_designers"} & fields.keys()
    assert {"floor", "max_rounds", "seeds"} <= fields.keys()


def test_what_the_machine_may_try_can_only_grow_once_it_has_tried(admin_client: Client) -> None:
    study = draft_study(max_rounds=3, seeds=2, architectures=["efficientnet_lite0"])
    add_run(study, through=0, seed=0, skill=0.5)
    page = reverse("admin:study_study_change", args=[study.pk])
    values = as_shown(admin_client, page)
    fewer = values | {"max_rounds": 2, "seeds": 1, "architectures": json.dumps(["resnet18"])}
    shown = admin_client.post(page, fewer, follow=True).content.decode()
    assert "at least 3 from now on" in shown
    assert "at least 2 from now on" in shown
    assert "efficientnet_lite0 must stay" in shown
    more = values | {
        "max_rounds": 4,
        "seeds": 3,
        "architectures": json.dumps(["efficientnet_lite0", "resnet18"]),
    }
    admin_client.post(page, more, follow=True)
    study.refresh_from_db()
    assert (study.max_rounds, study.seeds, study.architectures) == (4, 3, ["efficientnet_lite0", "resnet18"])


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("resnet18", "A list of networks, each once"),
        (["resnet18", "resnet18"], "A list of networks, each once"),
        ([18], "A list of networks, each once"),
        (["resnet18", "ensemble"], "A list of networks, each once"),
        ([], "This field is required"),
    ],
)
def test_architectures_are_names_each_once(admin_client: Client, value: object, message: str) -> None:
    study = draft_study()
    page = reverse("admin:study_study_change", args=[study.pk])
    values = as_shown(admin_client, page) | {"architectures": json.dumps(value)}
    assert message in admin_client.post(page, values, follow=True).content.decode()
    study.refresh_from_db()
    assert study.architectures == ["efficientnet_lite0"]


class TestPlannedLooks:
    def test_they_are_stored_with_the_design_and_frozen_with_it(self, admin_client: Client) -> None:
        study = answered_version(people=1, mode=Mode.PREVIEW).study
        saved(admin_client, study, look_plan="planned", look_shares="[0.5, 1]", target_completes="40")
        assert "Frozen as version 2" in do(admin_client, study, "freeze")
        design = study.version().design
        assert (design.look_plan, design.look_shares, design.target_completes) == ("planned", [0.5, 1], 40)

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("looks", "advice"),
        [
            ({"look_plan": "planned", "look_shares": "[0.5, 1]"}, "need a number of complete sessions"),
            ({"look_plan": "planned", "target_completes": "40"}, "shares of the planned people that ascend"),
            (
                {"look_plan": "planned", "look_shares": "[1, 0.5]", "target_completes": "40"},
                "shares of the planned people that ascend",
            ),
            (
                {"look_plan": "planned", "look_shares": '["half"]', "target_completes": "40"},
                "shares of the planned people that ascend",
            ),
            ({"look_plan": "sequence", "look_shares": "[1]"}, "Only for planned looks"),
            ({"look_plan": "sequence", "human_gate": "loss"}, "with the loss, plan none"),
        ],
    )
    def test_looks_that_cannot_be_had_are_refused(
        self, admin_client: Client, looks: dict[str, str], advice: str
    ) -> None:
        study = make_study()
        assert advice in saved(admin_client, study, **looks)
        study.refresh_from_db()
        assert study.look_plan == "end"


class TestPilotFields:
    def test_a_rule_that_no_answers_could_pass_is_refused_with_advice(self, admin_client: Client) -> None:
        strict = {"pilot": "on", "pilot_floor": "0.85", "pilot_least_answers": "5"}
        text = saved(admin_client, make_study(), **strict)
        assert "ask for at least 9 answers, or lower the floor to 0.76" in text

    @pytest.mark.thorough
    def test_attackers_cannot_cut_what_people_choose_before_them(self, admin_client: Client) -> None:
        text = saved(admin_client, make_study(), pilot="on", crop_designers="attackers")
        assert "separate networks must decide where to cut" in text

    @pytest.mark.thorough
    def test_the_pilot_is_part_of_the_design_until_it_is_opened(self, admin_client: Client) -> None:
        study = piloted_draft()
        page = reverse("admin:study_study_change", args=[study.pk])
        assert {"pilot", "pilot_floor"} <= admin_client.get(page).context["adminform"].form.fields.keys()
        open_pilot_of(study)
        fields = admin_client.get(page).context["adminform"].form.fields
        assert not any(name.startswith("pilot") for name in fields)
        assert "floor" in fields


@pytest.mark.thorough
def test_few_choices_stand_first_and_the_others_are_folded(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:study_study_add"))
    first, few, *folded = page.context["adminform"]
    shown = [field for fieldset in (first, few) for field in flatten(fieldset.fields)]
    assert {"name", "floor", "ceiling", "target_completes", "architectures", "seeds"} <= set(shown)
    assert len(shown) <= 14
    assert all(fieldset.is_collapsible for fieldset in folded)


def test_a_folded_choice_that_is_refused_is_shown(admin_client: Client) -> None:
    page = admin_client.post(reverse("admin:study_study_add"), {"name": "A study", "catch_criterion": "7"})
    refused = [part for part in page.context["adminform"] if "catch_criterion" in str(part.fields)]
    assert [part.is_collapsible for part in refused] == [False]
