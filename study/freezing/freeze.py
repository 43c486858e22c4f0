"""From a draft to an immutable version, and from a version to an open study."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from study import counterbalancing
from study.freezing.candidates import Material, gather
from study.freezing.readiness import notes, problems
from study.models import AssignmentList, Participant, Stimulus, Study, StudyVersion
from study.models.people import Mode
from study.plan import plan_of
from study.version_config import FrozenCategory, FrozenItem, FrozenLevel, Picture, VersionConfig

PADDING_STEP = 4096  # served photos are padded to a multiple of this, so that sizes carry no message


class NotReadyError(ValueError):
    """The study cannot be run as it is; `reasons` say what to do, one sentence each."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


@transaction.atomic
def freeze(study: Study, now: datetime) -> StudyVersion:
    """Write the study down as its next version, with its lists.

    Raises
    ------
    NotReadyError
        If the study cannot be run, or a version beside the last one would only hide what was collected;
        the message says what to do.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    material = gather(study)
    reasons = problems(material)
    if reasons:
        raise NotReadyError(reasons)
    config = _config(material)
    _check_difference(study.version(), config)
    version = StudyVersion.objects.create(
        study=study,
        number=1 + (study.versions.aggregate(last=Max("number"))["last"] or 0),
        config=config.to_json(),
        config_hash=config.sha256,
        frozen_at=now,
    )
    AssignmentList.objects.bulk_create(
        AssignmentList(version=version, number=number) for number in range(config.lists)
    )
    return version


def left_out(study: Study) -> list[str]:
    """What the next version will lack, in sentences."""
    return notes(gather(study))


def version_with(stimulus: Stimulus) -> StudyVersion | None:
    """The newest frozen version that this very crop belongs to."""
    versions = StudyVersion.objects.filter(study__items=stimulus.item_id).defer("config")
    for version in versions.order_by("-number"):
        if stimulus.pk in {picture.stimulus for picture in plan_of(version).stimuli}:
            return version
    return None


def has_people(study: Study) -> bool:
    """Whether anybody has taken part for real; previews and robots do not count."""
    return Participant.objects.filter(version__study=study, mode=Mode.LIVE).exists()


def open_study(study: Study) -> None:
    """Let participants in.

    Raises
    ------
    NotReadyError
        If nothing is frozen yet.
    """
    if study.version() is None:
        raise NotReadyError([_("Freeze the study first: participants join a frozen version.")])
    _set_status(study, Study.Status.OPEN)


def close_study(study: Study) -> None:
    """Let nobody new in; who has begun may finish."""
    _set_status(study, Study.Status.CLOSED)


def _set_status(study: Study, status: Study.Status) -> None:
    study.status = status
    study.save(update_fields=["status"])


def _check_difference(last: StudyVersion | None, config: VersionConfig) -> None:
    """Refuse a version that is the last one again, or that splits its people for nothing but more photos."""
    if last is None:
        return
    if last.config_hash == config.sha256:
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


def _config(material: Material) -> VersionConfig:
    return VersionConfig(
        study=material.study.code,
        design=material.design,
        levels=[FrozenLevel(level.number, level.side) for level in material.levels],
        categories=[
            FrozenCategory(category.pk, category.name, category.position) for category in material.categories
        ],
        items=[
            FrozenItem(photo[0].item_id, category.pk, _pictures(photo))
            for category in material.categories
            for photo in material.complete[category.pk]
        ],
        practice=_pictures(material.practice),
        catch=_pictures(material.catch),
        lists=counterbalancing.number_of_lists(
            material.photos_per_class(), len(material.levels), material.design.photos_per_person
        ),
        photo_bytes=_common_size(material.stimuli()),
    )


def _pictures(stimuli: list[Stimulus]) -> list[Picture]:
    return [Picture(stimulus.pk, stimulus.sha256) for stimulus in stimuli]


def _common_size(stimuli: list[Stimulus]) -> int:
    """One size for every photo of the study, next multiple of a page above the largest file."""
    largest = max(stimulus.image.size for stimulus in stimuli)
    return PADDING_STEP * (1 + largest // PADDING_STEP)
