"""What the machine of a version is asked about pairs of photos, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.exports.csv_lines import Row
from pipeline.exports.pairs.paired_photos import WHICH, Items, PhotoPairs, by_photo
from pipeline.models.frozen_machines import MachineAnswer
from study import photo_pairs
from study.asking.same_different import DIFFERENT, SAME
from study.asking.two_photos import TWO_PHOTOS
from study.models import StudyVersion


@dataclass(frozen=True)
class PairQuestions:
    """What the machine of a version is asked about each photo beside its partner: that of people.

    Photos that people never see, of the validation split, are paired among their like.
    """

    task: str
    names: list[str]
    pairs: dict[int, Items]
    sources: dict[int, str]
    answers: dict[tuple[int, int, int], MachineAnswer]  # by run, level and photo

    @classmethod
    def of(cls, version: StudyVersion, answers: Sequence[MachineAnswer]) -> Self:
        """Return the questions about all photos that the machine has answered and that have a partner."""
        known, by = PhotoPairs(version), version.renumbered_by
        tested = {item - by: (first - by, second - by) for item, (first, second) in known.partners.items()}
        shown = {answer.shown["item_id"]: answer.shown["category"] for answer in answers}
        classes = [
            sorted(item for item, own in shown.items() if own == name and item not in tested)
            for name in known.names.values()
        ]
        parts = photo_pairs.parts_of(version.design.task, classes)
        others = by_photo(pair for groups in parts for group in groups for pair in group)
        return cls(
            task=version.design.task,
            names=list(known.names.values()),
            pairs=others | tested,
            sources={item - by: source for item, source in known.sources.items()},
            answers={(each.run, each.level, each.shown["item_id"]): each for each in answers},
        )

    def answers_to(self, answer: MachineAnswer) -> Iterator[Row]:
        """Yield the columns of the question about a photo; nothing where its partner is unanswered.

        A comparison is about both photos alike, and stands beside the first of them.
        """
        pair = self.pairs.get(answer.shown["item_id"], ())
        both = [self.answers.get((answer.run, answer.level, photo)) for photo in pair]
        if not both or any(each is None for each in both):
            return
        first, second = (each for each in both if each is not None)
        place = pair.index(answer.shown["item_id"])
        if self.task == TWO_PHOTOS:
            yield self._shown(answer, (second, first)[place], place) | self._chosen(answer, first, second)
        elif place == 0:
            yield self._shown(first, second, place) | _compared(first, second)

    def _shown(self, answer: MachineAnswer, beside: MachineAnswer, place: int) -> Row:
        return {
            "beside_item_id": beside.shown["item_id"],
            "beside_category": beside.shown["category"],
            "photo_place": place,
            "source_id": self.sources[answer.shown["item_id"]],
        }

    def _chosen(self, answer: MachineAnswer, first: MachineAnswer, second: MachineAnswer) -> Row:
        from stats.machine.two_photo_answers import chooses_second  # nothing that a web process should load

        own, classes = answer.shown["category"], [each.shown["category"] for each in (first, second)]
        chosen = classes[chooses_second(first.logits, second.logits, self.names.index(own))]
        return {
            "pair_question": WHICH,
            "choices": "|".join(name for name in self.names if name in classes),
            "response": chosen,
            "correct": int(chosen == own),
        }


def _compared(first: MachineAnswer, second: MachineAnswer) -> Row:
    from stats.machine.same_different_answers import says_same  # nothing that a web process should load

    taken_for_same = bool(says_same(first.logits, second.logits))
    same = first.shown["category"] == second.shown["category"]
    return {
        "pair_question": SAME,
        "choices": f"{SAME}|{DIFFERENT}",
        "response": SAME if taken_for_same else DIFFERENT,
        "correct": int(taken_for_same == same),
    }
