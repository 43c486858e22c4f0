"""Which attack each cell of the attack matrix shows."""

from __future__ import annotations

from pipeline.attacks.strongest import Attack, attacks_by_level, machine_by_level, strongest_attack
from study.models import Study

Cells = dict[tuple[int, int], Attack]  # by the level trained through, and the level tested at


def attack_of_each_cell(study: Study) -> Cells:
    """Return the attack that each cell shows: the strongest of its row, or the machine that counts.

    A row is the strongest attack that was trained through exactly its level. Where the machine that counts at
    a level was trained on heavier crops, and is not the strongest on those, its own cell still shows it.
    """
    levels = list(study.levels.values_list("number", flat=True))
    attacks = attacks_by_level(study.attacker_runs.attackers())
    cells: Cells = {}
    for trained in levels:
        own = [attack for attack in attacks.get(trained, []) if attack.recipe.trained_through == trained]
        strongest = strongest_attack(own, study.seeds)
        if strongest:
            cells |= {(trained, tested): strongest for tested in levels}
    machines = machine_by_level(study)
    return cells | {(machine.recipe.trained_through, level): machine for level, machine in machines.items()}
