"""A frozen version is stored as JSON and read back as the same values."""

from __future__ import annotations

import msgspec
import pytest

from study.models import StudyVersion
from study.version_config import VersionConfig
from tests.study.factories import frozen_version


@pytest.mark.django_db
def test_what_is_read_back_is_what_was_frozen() -> None:
    stored = StudyVersion.objects.get(pk=frozen_version().pk)
    assert stored.frozen.to_json() == stored.config
    assert stored.frozen.sha256 == stored.config_hash


@pytest.mark.django_db
def test_a_design_frozen_before_a_choice_existed_keeps_what_was_done_then() -> None:
    config = frozen_version(image_size=128).config
    del config["design"]["image_size"]
    assert VersionConfig.read(config).design.image_size == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("alpha", "small", r"Expected `float`.*alpha"), ("unknown", 1, "unknown field `unknown`")],
)
def test_a_design_that_is_not_understood_is_never_half_read(name: str, value: object, words: str) -> None:
    config = frozen_version().config
    config["design"][name] = value
    with pytest.raises(msgspec.ValidationError, match=words):
        VersionConfig.read(config)
