"""A model behind a chat endpoint, from a study's pack to its report: every state is counted."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from pathlib import Path
from statistics import fmean, median

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from attacker.__main__ import main
from pipeline.analysis.freezing import freeze_with_machine
from pipeline.analysis.report_content import source_of
from pipeline.exports.compared_rows import comparison_of
from pipeline.models import BroughtAnswer
from study.models import Item, Stimulus, Study
from tests.attacker.endpoint.asked import PRICES
from tests.attacker.endpoint.chat_server import Trouble, picture_of, serving
from tests.pipeline.brought.test_outside_in_a_version import analysed, study
from tests.study.factories import NOW, picture

__all__ = ["study"]
pytestmark = pytest.mark.django_db
EVERY_TENTH = {3: Trouble.JUNK, 5: Trouble.REFUSAL, 7: Trouble.EMPTY}


def shown_by_pixels(study: Study) -> dict[str, str]:
    """Give each stimulus a picture of its own; return the classes by what is in the pictures."""
    classes = {}
    for number, stimulus in enumerate(
        Stimulus.objects.filter(item__study=study).select_related("item__category")
    ):
        content = picture(seed=1000 + number)
        stimulus.image.name = default_storage.save(f"stimuli/{number}.png", ContentFile(content))
        stimulus.sha256 = hashlib.sha256(content).hexdigest()
        stimulus.save()
        classes[pixels(Image.open(io.BytesIO(content)))] = stimulus.item.category.name
    return classes


def pixels(photo: Image.Image) -> str:
    return hashlib.sha256(photo.convert("RGB").tobytes()).hexdigest()


@pytest.mark.thorough
def test_a_model_behind_an_endpoint_is_asked_taken_and_reported(study: Study, tmp_path: Path) -> None:
    classes = shown_by_pixels(study)
    pack, out = tmp_path / "pack.zip", tmp_path / "vlm"
    call_command("study", "pack", study.code, "--out", str(pack))
    with serving(
        lambda number, attempt: EVERY_TENTH.get(number % 10, Trouble.NONE),
        lambda url: classes[pixels(picture_of(url))],
    ) as server:
        place = [f"--base-url={server.base_url}", "--model=planted", f"--out={out}"]
        assert main(["ask", str(pack), *place, *PRICES, "--first-wait=0.01"]) == 0
    call_command("study", "take", study.code, str(out / "answers.csv"), "--name=vlm", "--kind=zero-shot")
    answers = BroughtAnswer.objects.select_related("response", "stimulus__item__category")
    assert len(classes) == answers.count() == 120
    assert sum(answer.cost for answer in answers) == pytest.approx(float(server.bill))
    assert Counter(answer.state for answer in answers) == {
        "answered": 84, "off-list": 12, "refused": 12, "empty": 12,
    }  # fmt: skip
    assert all(answer.correct == (answer.state == "answered") for answer in answers)
    analysis = analysed(study, freeze_with_machine(study, NOW))
    comparison, source = comparison_of(analysis), source_of(analysis)
    assert comparison is not None
    (vlm,) = (each for each in comparison.machines if each.outside)
    reported: Counter[str] = Counter()
    for level in vlm.levels:
        reported.update(level.states)
    tested = [answer for answer in answers if answer.stimulus.item.split == Item.Split.TEST]
    assert vlm.took.seconds_known == vlm.took.answers == len(tested)
    assert vlm.took.seconds_median == pytest.approx(median(answer.seconds for answer in tested))
    assert vlm.took.cost_per_1000 == pytest.approx(1000 * fmean(answer.cost for answer in tested))
    assert reported == Counter(answer.state for answer in tested)
    assert "By the design the photos may not be sent to machines of others" in " ".join(
        source.facts.statements
    )
