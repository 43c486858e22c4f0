"""A version is frozen together with the machine that counts in it, and with what reports say about that."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pipeline.exports.machine_answers import machine_now
from pipeline.loop.machine_warnings import cautions_of
from pipeline.models import FrozenMachine, Loop
from pipeline.models.frozen_machines import Remarks, hash_of
from pipeline.queue.study_lock import locked
from study.freezing.freeze import freeze
from study.models import Study, StudyVersion

NOT_FROZEN = (
    "This version was frozen before attackers were frozen with it: those that are trained later change its "
    "verdict. Freeze the study again before people take part."
)


def freeze_with_machine(study: Study, now: datetime) -> StudyVersion:
    """Store the study's next version together with its attackers and their answers.

    Raises NotReadyError if the study cannot be run yet.
    """
    with locked(study):
        packed = machine_now(study).pack()
        version = freeze(study, now, machine=hash_of(packed))
        FrozenMachine.store(version, packed, _remarks_now(study))
    return version


def remarks_of(version: StudyVersion) -> Remarks:
    """Return what a report of a version says about its machine, as it was when it was frozen.

    One that was frozen without its machine is told as it is now, with a caution.
    """
    frozen = FrozenMachine.objects.filter(version=version).defer("packed").first()
    if frozen:
        return msgspec.convert(frozen.remarks, Remarks)
    now = _remarks_now(version.study)
    return Remarks(now.loop_ended, [NOT_FROZEN, *now.cautions])


def _remarks_now(study: Study) -> Remarks:
    loop = Loop.objects.filter(study=study).first()
    return Remarks(loop.reason if loop else "", cautions_of(study))
