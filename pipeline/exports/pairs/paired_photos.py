"""Trials of two photos in tables: what stood beside each photo, and what the machine answers about a pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.exports.closed_trials import ClosedTrial
from pipeline.exports.csv_lines import Row
from study.asking.same_different import DIFFERENT, SAME
from study.models import StudyVersion
from study.plan import plan_of

WHICH = "which"
Items = tuple[int, int]


class PhotoPairs:
    """The pairs of a version, and which of them are dependent: those that share a source are one."""

    def __init__(self, version: StudyVersion) -> None:
        self.by = version.renumbered_by
        self.names = version.frozen.class_names
        self.partners = by_photo(
            (first.item, second.item)
            for groups in plan_of(version).pairs
            for group in groups
            for first, second in group
        )
        clusters = version.study.items.values_list("pk", "cluster") if self.partners else ()
        self.sources = joined_sources(self.partners.values(), {pk: name[:16] for pk, name in clusters})

    def columns(self, trial: ClosedTrial) -> Row:
        """Return what stood beside the photo of a trial; nothing of a trial that showed one."""
        if trial.stimulus is None or trial.beside is None:
            return {}
        return {
            "beside_item_id": trial.beside.item_id - self.by,
            "beside_category": self.names[trial.beside.item.category_id],
            "photo_place": trial.stimulus_place,
            "source_id": self.sources[trial.stimulus.item_id],
            "chance": 0.5,
            **(self._which(trial) if trial.target_id else _whether_same(trial)),
        }

    def _which(self, trial: ClosedTrial) -> Row:
        both = [self.names[photo.item.category_id] for photo in trial.photos]
        return {
            "pair_question": WHICH,
            "choices": "|".join(name for name in self.names.values() if name in both),
            "choice_positions": "|".join(both),
        }


def _whether_same(trial: ClosedTrial) -> Row:
    return {
        "pair_question": SAME,
        "choices": f"{SAME}|{DIFFERENT}",
        "choice_positions": "|".join(trial.choice_order),
        "response": {None: None, True: SAME, False: DIFFERENT}[trial.said_same],
    }


def by_photo(pairs: Iterable[Items]) -> dict[int, Items]:
    return {item: pair for pair in pairs for item in pair}


def joined_sources(pairs: Iterable[Items], sources: Mapping[int, str]) -> dict[int, str]:
    """Return one source for all photos that are joined by pairs or by a source of their own.

    Examples
    --------
    >>> joined_sources([(1, 2), (3, 4), (5, 6)], {1: "a", 2: "b", 3: "b", 4: "c", 5: "d", 6: "e", 7: "f"})
    {1: 'a', 2: 'a', 3: 'a', 4: 'a', 5: 'd', 6: 'd', 7: 'f'}
    """
    parent = {name: name for name in sources.values()}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for first, second in pairs:
        low, high = sorted((root(sources[first]), root(sources[second])))
        parent[high] = low
    return {item: root(name) for item, name in sources.items()}
