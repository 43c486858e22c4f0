"""A frozen version is stored as JSON and read back as the same values."""

from __future__ import annotations

import msgspec
import pytest

from study.models import Level, StudyVersion
from study.version_config import VersionConfig
from tests.study.factories import draft_study, frozen_version


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


@pytest.mark.django_db
def test_a_level_is_frozen_with_the_share_that_it_keeps_and_nothing_else() -> None:
    """What earlier versions stored is what they would store now, so their hashes still tell a change."""
    assert frozen_version().config["levels"][1] == {"number": 1, "side": 0.6}
    study = draft_study(level_family="subject")
    for number, share in enumerate((1.0, 0.5, 0.35)):
        Level.objects.filter(study=study, number=number).update(side=None, subject_share=share)
    levels = frozen_version(study).frozen.levels
    assert msgspec.to_builtins(levels[2]) == {"number": 2, "subject_share": 0.35}
    assert [level.extent for level in levels] == [f"{share} % of the subject" for share in (100, 50, 35)]
