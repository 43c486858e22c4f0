"""The machine of a version: as it was frozen, or as it is now where a version was frozen without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.attacks.strongest import Attack, machine_by_level
from pipeline.datasets import run_directory
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.models import AttackerRun, FrozenMachine, Prediction
from pipeline.models.frozen_machines import Cell, Machine, MachineAnswer
from study.models import Study, StudyVersion


def machine_of(version: StudyVersion) -> Machine:
    """Return the machine that counts in a version: whatever is trained later counts in later ones only.

    Raises
    ------
    FrozenMachineError
        If what is stored is not what was frozen.
    """
    frozen = FrozenMachine.objects.filter(version=version).select_related("version").first()
    return frozen.read() if frozen else machine_now(version.study)


def machine_now(study: Study) -> Machine:
    """Return all trained attackers of a study with their answers, and which of them count where."""
    counting, cells = machine_by_level(study), attack_of_each_cell(study)
    return Machine(
        answers=_answers(study),
        counting={level: _runs(attack) for level, attack in counting.items()},
        cells=[Cell(*place, _runs(attack)) for place, attack in sorted(cells.items())],
        trained_with=_trained_with(run for attack in cells.values() for run in attack.runs),
    )


def _answers(study: Study) -> list[MachineAnswer]:
    answers = Prediction.objects.filter(run__in=study.attacker_runs.attackers().trained())
    known = answers.select_related("run", "stimulus__item__category", "stimulus__level", "response")
    ordered = known.order_by("run_id", "stimulus_id")
    return [_answer(prediction) for prediction in ordered.iterator(chunk_size=2000)]


def _answer(prediction: Prediction) -> MachineAnswer:
    run, stimulus = prediction.run, prediction.stimulus
    return MachineAnswer(
        prediction=prediction.pk,
        run=run.pk,
        architecture=run.architecture,
        seed=run.seed,
        trained_through=run.trained_through,
        round=run.round,
        stimulus=stimulus.pk,
        split=stimulus.item.split,
        level=stimulus.level.number,
        shown=stimulus_columns(stimulus),
        response=prediction.response.name,
        correct=prediction.correct,
        logits=prediction.logits,
    )


def _runs(attack: Attack) -> list[int]:
    return [run.pk for run in attack.runs]


def _trained_with(runs: Iterable[AttackerRun]) -> dict[str, list[str]]:
    """Return the versions of the packages that trained these networks; of an ensemble, its members."""
    from attacker.training.run_folder import recorded_versions

    networks = {network for run in runs for network in (run.members() if run.is_ensemble else [run])}
    versions: dict[str, set[str]] = defaultdict(set)
    for network in networks:
        for package, version in recorded_versions(run_directory(network)).items():
            versions[package].add(version)
    return {package: sorted(numbers) for package, numbers in sorted(versions.items())}
