"""Freezing of a draft into an immutable version, and opening and closing of a study."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from study import counterbalancing, photo_pairs
from study.freezing.candidates import Material, gather
from study.freezing.notes import notes
from study.freezing.readiness import problems
from study.models import AssignmentList, Participant, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.models.studies import Stage
from study.plan import plan_of
from study.sizing.shown_sizes import FILL, longest_side
from study.statements.prepared_sql import PreparedValues
from study.version_config import FrozenCategory, FrozenItem, FrozenLevel, Picture, VersionConfig

PADDING_STEP = 4096  # served photos are padded to a multiple of this, so that sizes carry no message


class NotReadyError(ValueError):
    """The study cannot be run as it is; each of `reasons` is a sentence that says what to do."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


@transaction.atomic
def freeze(study: Study, now: datetime, machine: str = "") -> StudyVersion:
    """Store the study's design and photos as its next version, with its assignment lists.

    `machine` is the hash of the attackers and answers that count in the version; empty: those of any time do.
    Raises NotReadyError if the study cannot be run, or if a next version would only keep answers apart for
    nothing; the message says what to do.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    material = gather(study)
    reasons = problems(material)
    if reasons:
        raise NotReadyError(reasons)
    config = config_of(material, _lists_of(material), machine=machine)
    _check_difference(study.version(), config)
    number = 1 + (study.versions.aggregate(last=Max("number"))["last"] or 0)
    return store_version(study, number, config, now)


def _lists_of(material: Material) -> int:
    """Return how many lists show every photo, or pair, at every level."""
    design, levels = material.design, len(material.levels)
    if design.asks.shows_pairs:
        return photo_pairs.number_of_lists(material.pairs(), levels, design.trials_per_person)
    return counterbalancing.number_of_lists(material.photos_per_class(), levels, design.photos_per_person)


def store_version(study: Study, number: int, config: VersionConfig, now: datetime) -> StudyVersion:
    """Store a configuration as a version of the study, or as its pilot, with its assignment lists."""
    version = StudyVersion.objects.create(
        study=study,
        stage=config.stage,
        number=number,
        config=config.to_json(),
        config_hash=config.sha256,
        frozen_at=now,
    )
    AssignmentList.objects.bulk_create(
        AssignmentList(version=version, number=number) for number in range(config.lists)
    )
    return version


def left_out(study: Study) -> list[str]:
    """Return sentences about what the next version will lack."""
    return notes(gather(study))


def version_with(stimulus: Stimulus) -> StudyVersion | None:
    """Return the newest frozen version that this very crop belongs to, if any."""
    versions = StudyVersion.objects.filter(study__items=stimulus.item_id).defer("config")
    for version in versions.order_by("-number"):
        if stimulus.pk in {picture.stimulus for picture in plan_of(version).stimuli}:
            return version
    return None


def has_people(study: Study) -> bool:
    """Return whether anybody has taken part; previews and robots do not count."""
    return _SOMEBODY.first(study.pk) is not None


_SOMEBODY = PreparedValues(
    lambda study: Participant.objects.filter(version__study=study, mode=Mode.LIVE).values_list("pk")[:1], int
)


def open_study(study: Study) -> None:
    """Open the study to participants. Raises NotReadyError if nothing is frozen yet."""
    if study.version() is None:
        raise NotReadyError([_("Freeze the study first: participants join a frozen version.")])
    _set_status(study, Study.Status.OPEN)


def close_study(study: Study) -> None:
    """Close the study to new participants; those who have begun may finish."""
    _set_status(study, Study.Status.CLOSED)


def _set_status(study: Study, status: Study.Status) -> None:
    study.status = status
    study.save(update_fields=["status"])


def _check_difference(last: StudyVersion | None, config: VersionConfig) -> None:
    """Refuse a version equal to the last one, or one that divides its participants for more photos only."""
    if last is None:
        return
    if last.config_hash == config.renumbered(-last.renumbered_by).sha256:
        raise NotReadyError(
            [_("Nothing has changed since version %(number)d was frozen.") % {"number": last.number}]
        )
    if config.only_adds_photos_to(last.frozen) and last.participants.filter(mode=Mode.LIVE).exists():
        raise NotReadyError(
            [
                _(
                    "People take part in version %(number)d, and the next one would only have more photos: "
                    "their answers would be kept apart for nothing. Use these photos in a new study."
                )
                % {"number": last.number}
            ]
        )


def config_of(material: Material, lists: int, stage: Stage = Stage.MAIN, machine: str = "") -> VersionConfig:
    """Return everything that is fixed when this material is frozen, with so many lists of photos."""
    return VersionConfig(
        study=material.study.code,
        design=material.design,
        levels=[FrozenLevel(level.number, level.side, level.subject_share) for level in material.levels],
        categories=[
            FrozenCategory(category.pk, category.name, category.position, category.labels)
            for category in material.categories
        ],
        items=[
            FrozenItem(photo[0].item_id, category.pk, _pictures(photo))
            for category in material.categories
            for photo in material.complete[category.pk]
        ],
        practice=_pictures(material.practice),
        catch=_pictures(material.catch),
        lists=lists,
        photo_bytes=_common_size(material.stimuli()),
        stage=stage,
        machine=machine,
        longest_side=_longest_side(material) if material.design.shown_size != FILL else 0.0,
    )


def _longest_side(material: Material) -> float:
    """Return the longest side of any photo as people see it, in its own pixels."""
    return max(
        longest_side((each.window_width, each.window_height), (each.item.width, each.item.height))
        for each in material.stimuli()
    )


def _pictures(stimuli: list[Stimulus]) -> list[Picture]:
    return [Picture(stimulus.pk, stimulus.sha256) for stimulus in stimuli]


def _common_size(stimuli: list[Stimulus]) -> int:
    """Return one size in bytes for every photo: the next multiple of the step above the largest file."""
    largest = max(stimulus.image.size for stimulus in stimuli)
    return PADDING_STEP * (1 + largest // PADDING_STEP)
