"""The machine of a version: as it was frozen, or as it is now where a version was frozen without one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.attacks.matrix_cells import attack_of_each_cell
from pipeline.attacks.strongest import Attack, machine_by_level
from pipeline.brought.overruling import overruling, validated
from pipeline.exports.csv_lines import Row
from pipeline.exports.outside.outside_machines import machines_from_outside
from pipeline.exports.stimulus_columns import stimulus_columns
from pipeline.models import AttackerRun, FrozenMachine, Prediction
from pipeline.models.frozen_machines import Cell, Machine, MachineAnswer, OutsideAnswer
from pipeline.shared_runs import fetched_run
from study.asking.yes_no_question import NO, YES
from study.models import Study, StudyVersion
from study.plan import plan_of


def machine_of(version: StudyVersion) -> Machine:
    """Return the machine that counts in a version: whatever is trained later counts in later ones only.

    Raises FrozenMachineError if what is stored is not what was frozen.
    """
    frozen = FrozenMachine.objects.filter(version=version).select_related("version").first()
    return frozen.read() if frozen else machine_now(version.study, version.renumbered_by)


@dataclass(frozen=True)
class YesNoQuestions:
    """What the machine of a version is asked about each photo: its class, and the foil that people get too.

    Photos that people never see, of the validation split, have foils among their like.
    """

    names: list[str]
    foils: dict[int, str]

    @classmethod
    def of(cls, version: StudyVersion, answers: Sequence[MachineAnswer | OutsideAnswer]) -> Self:
        """Return the questions about all photos that the machine has answered."""
        plan, names, by = plan_of(version), version.frozen.class_names, version.renumbered_by
        by_name = {name: category for category, name in names.items()}
        seen = {answer.shown["item_id"] + by: by_name[answer.shown["category"]] for answer in answers}
        others = {item: own for item, own in seen.items() if item not in plan.foils}
        foils = plan.foils | plan.foils_among(others)
        return cls(list(names.values()), {item - by: names[foil] for item, foil in foils.items()})

    def answers_to(self, answer: MachineAnswer) -> Iterator[Row]:
        """Yield the columns of both questions about a photo; the network's logits say what it answers."""
        from stats.machine.yes_no_answers import says_yes  # nothing that a web process should load

        own, yes = answer.shown["category"], says_yes(answer.logits)
        for asked in (own, self.foils[answer.shown["item_id"]]):
            says = bool(yes[self.names.index(asked)])
            answered = {"response": YES if says else NO, "correct": int(says == (asked == own))}
            yield {"asked": asked, "choices": f"{YES}|{NO}"} | answered


def machine_now(study: Study, renumbered_by: int = 0) -> Machine:
    """Return all trained attackers of a study with their answers, and which of them count where.

    The machine has the numbers of its origin: without what an import added to those of rows.
    """
    counting, cells = machine_by_level(study), attack_of_each_cell(study)
    accuracies = validated(study)
    runs = {run for attack in cells.values() for run in attack.runs}
    networks = {each for run in runs for each in (run.members() if run.is_ensemble else [run])}
    return Machine(
        answers=_answers(study, renumbered_by),
        counting={level: _runs(attack, renumbered_by) for level, attack in counting.items()},
        cells=[Cell(*place, _runs(attack, renumbered_by)) for place, attack in sorted(cells.items())],
        trained_with=_trained_with(networks),
        outside=machines_from_outside(study, accuracies, renumbered_by),
        overruled={
            level: machine - renumbered_by for level, machine in overruling(study, accuracies).items()
        },
        learnt=_learnt(networks),
        searched=_searched(study, renumbered_by),
        searches={search.level: search.outcome for search in study.attack_searches.all() if search.outcome},
    )


def _searched(study: Study, renumbered_by: int) -> dict[int, str]:
    """Return the recipe of each trained attacker that a search found, by run."""
    runs = study.attacker_runs.attackers().trained().exclude(recipe="").order_by("pk")
    return {pk - renumbered_by: recipe for pk, recipe in runs.values_list("pk", "recipe")}


def _answers(study: Study, renumbered_by: int) -> list[MachineAnswer]:
    answers = Prediction.objects.filter(run__in=study.attacker_runs.attackers().trained())
    known = answers.select_related("run", "stimulus__item__category", "stimulus__level", "response")
    ordered = known.order_by("run_id", "stimulus_id")
    return [_answer(prediction, renumbered_by) for prediction in ordered.iterator(chunk_size=2000)]


def _answer(prediction: Prediction, renumbered_by: int) -> MachineAnswer:
    run, stimulus = prediction.run, prediction.stimulus
    return MachineAnswer(
        prediction=prediction.pk - renumbered_by,
        run=run.pk - renumbered_by,
        architecture=run.architecture,
        seed=run.seed,
        trained_through=run.trained_through,
        round=run.round,
        stimulus=stimulus.pk - renumbered_by,
        split=stimulus.item.split,
        level=stimulus.level.number,
        shown=stimulus_columns(stimulus, renumbered_by),
        response=prediction.response.name,
        correct=prediction.correct,
        logits=prediction.logits,
    )


def _runs(attack: Attack, renumbered_by: int) -> list[int]:
    return [run.pk - renumbered_by for run in attack.runs]


def _trained_with(networks: Iterable[AttackerRun]) -> dict[str, list[str]]:
    """Return the versions of the packages that trained these networks."""
    from attacker.training.record_file import recorded_versions

    versions: dict[str, set[str]] = defaultdict(set)
    for network in networks:
        for package, version in recorded_versions(fetched_run(network, ".json")).items():
            versions[package].add(version)
    return {package: sorted(numbers) for package, numbers in sorted(versions.items())}


def _learnt(networks: Iterable[AttackerRun]) -> dict[str, str]:
    """Return how much of each architecture was trained, where it was adapters or the head alone."""
    from attacker.training.record_file import recorded_learning

    in_order = sorted(networks, key=lambda network: network.pk)
    known = {each.architecture: recorded_learning(fetched_run(each, ".json")) for each in in_order}
    return {
        name: learnt.words for name, learnt in sorted(known.items()) if learnt and learnt.tuning != "full"
    }
