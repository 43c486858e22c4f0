"""Can classes be told without looking? By size, bytes and colour, by the collection, or by the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import UNSET

from attacker.example import Example
from pipeline.checks.probe import Roles, photos_of
from pipeline.checks.result import Finding
from pipeline.checks.result_types import BaselineNumbers, NuisanceResult
from pipeline.crops.level_families import window_of
from pipeline.crops.windows import WHOLE
from pipeline.datasets import classes_of, examples_of, stimuli_at
from pipeline.queue.claims import Claim
from pipeline.storage import local_path
from stats.apa import estimate, p_value, share, threshold
from study.models import Item, Level, Stimulus, Study
from study.models.studies import LevelFamily

if TYPE_CHECKING:
    from attacker.evaluation.baseline_classifier import BaselineResult
    from attacker.evaluation.nuisance import File
    from attacker.evaluation.window_baseline import WindowFacts

ALPHA = 0.05
WINDOW_ADVICE = (
    " How a crop is cut tells its class, whatever it shows, as subjects of one class stand larger or"
    " elsewhere in their photos than those of another: add photos in which they stand alike, or give"
    " every photo's subject by the same kind of evidence."
)
STIMULI, SOURCES, COLLECTIONS = "stimuli", "source photos", "collections"
WINDOWS, SHARES = "windows", "shares of the subject"
CUES_OF_CROPS = {
    WINDOWS: "size and place of the windows and the subject's share in them",
    SHARES: "how far the subject fills its crop and how much of it stays, in which poses show too,",
}
Baselines = dict[str, "BaselineResult"]


def check_nuisance(level: Level, claim: Claim) -> Finding:
    """Classify stimuli, source photos, collections and windows by what says nothing about the action."""
    roles = {STIMULI: photos_of(level), SOURCES: source_roles(level.study)}
    total = sum(len(roles[name][split]) for name in roles for split in (Item.Split.TRAIN, Item.Split.TEST))
    on_photo = _counting(claim, total)
    baselines = {
        STIMULI: _from_files(roles[STIMULI], on_photo),
        SOURCES: _from_files(roles[SOURCES], on_photo, _files(level.study)),
    }
    baselines |= _from_collections(level.study, roles[SOURCES])
    return Finding(nuisance_result(baselines | _from_windows(level)))


def nuisance_result(baselines: Baselines) -> NuisanceResult:
    """Return what the baselines say, a concern if any is above chance (Bonferroni over all of them).

    The shares of the subject are no concern by themselves: everybody who looks at a crop sees them.
    """
    numbers = {
        name: BaselineNumbers.of(baseline, above_chance=baseline.is_above_chance(ALPHA / len(baselines)))
        for name, baseline in baselines.items()
    }
    above = {name for name, baseline in numbers.items() if baseline.above_chance}
    advice = WINDOW_ADVICE if WINDOWS in numbers and numbers[WINDOWS].above_chance else ""
    return NuisanceResult(
        summary=f"{_sentence(baselines)}: {_verdict(above, len(baselines))}{advice}",
        concern=bool(above - {SHARES}),
        stimuli=numbers[STIMULI],
        source_photos=numbers[SOURCES],
        collections=numbers.get(COLLECTIONS, UNSET),
        windows=numbers.get(WINDOWS, UNSET),
        subject_shares=numbers.get(SHARES, UNSET),
    )


def _verdict(above: Set[str], number: int) -> str:
    """Say what `above`, the baselines that are above chance, of a number of them mean for the classes."""
    if above - {SHARES}:
        return "classes differ by more than their action."
    needed = f"(that takes p < {threshold(ALPHA)} / {number})."
    if above:
        return f"above it are only the shares of the subject, which everybody who looks sees {needed}"
    return f"none is above it {needed}"


def source_roles(study: Study) -> Roles:
    """Return the imported photos by split, in their own sizes and colours, as they are stored."""
    labels = {name: number for number, name in enumerate(classes_of(study))}
    roles: Roles = {Item.Split.TRAIN: [], Item.Split.TEST: []}
    for item in study.items.filter(split__in=roles).select_related("category"):
        path = local_path(item.photo, item.source_sha256)
        label = labels[item.category.name]
        roles[item.split].append(Example(path, label, str(item.pk), level=0, group=item.cluster))
    return roles


def _counting(claim: Claim, total: int) -> Callable[[], None]:
    """Return a function to call after each photo: it reports progress, and stops the check when asked to."""
    done = 0

    def on_photo() -> None:
        nonlocal done
        done += 1
        claim.checkpoint()
        if done % 20 == 0:
            claim.progress(done / total, f"{done} of {total} photos")

    return on_photo


def _from_files(
    roles: Roles, on_photo: Callable[[], None], files: Mapping[str, File] = MappingProxyType({})
) -> BaselineResult:
    from attacker.evaluation.nuisance import nuisance_baseline

    train, test = roles[Item.Split.TRAIN], roles[Item.Split.TEST]
    return nuisance_baseline(train, test, files=files, on_photo=on_photo)


def _files(study: Study) -> dict[str, File]:
    """Return size and compression of the imported files, where the import noted them."""
    from attacker.evaluation.nuisance import File

    rows = study.items.values_list("pk", "source_bytes", "source_quantisation")
    return {str(pk): File(size, steps) for pk, size, steps in rows if size is not None and steps is not None}


def _from_collections(study: Study, roles: Roles) -> Baselines:
    """Return the baseline on collections; nothing where no training photo came with the name of its own."""
    from attacker.evaluation.nuisance import collection_baseline

    rows = study.items.exclude(collection="").values_list("pk", "collection")
    collections = {str(pk): name for pk, name in rows}

    def named(examples: Sequence[Example]) -> list[str]:
        return [collections.get(example.item, "") for example in examples]

    train, test = roles[Item.Split.TRAIN], roles[Item.Split.TEST]
    if not any(named(train)):
        return {}
    return {COLLECTIONS: collection_baseline(train, named(train), test, named(test))}


def _from_windows(level: Level) -> Baselines:
    """Return the baseline on windows; nothing where a level has none: boxes leave the frame as it is."""
    from attacker.evaluation.window_baseline import window_baseline

    train, test = (
        list(stimuli_at(level.study, [level.number], [split]))
        for split in (Item.Split.TRAIN, Item.Split.TEST)
    )
    if level.study.level_family == LevelFamily.BOX or not (train and test):
        return {}
    windows = [[_facts_of(stimulus) for stimulus in role] for role in (train, test)]
    cues = SHARES if level.crop_pixels else WINDOWS
    return {cues: window_baseline(examples_of(train), windows[0], examples_of(test), windows[1])}


def _facts_of(stimulus: Stimulus) -> WindowFacts:
    """Return what a crop tells of its window: of crops that are equally sharp, no size and no place."""
    from attacker.evaluation.window_baseline import WindowFacts

    known = {"subject_kept": stimulus.subject_kept, "subject_share": stimulus.subject_fill}
    window = WHOLE if stimulus.level.crop_pixels else window_of(stimulus)
    return WindowFacts(
        left=window.left,
        top=window.top,
        width=window.width,
        height=window.height,
        pixels=stimulus.width * stimulus.height,
        **{name: share for name, share in known.items() if share is not None},
    )


def _sentence(baselines: Baselines) -> str:
    accuracies = {
        name: f"{estimate(baseline.accuracy, baseline.low, baseline.high)} (p {p_value(baseline.p_value)})"
        for name, baseline in baselines.items()
    }
    collections = (
        f"; the collection alone that of {accuracies[COLLECTIONS]}" if COLLECTIONS in baselines else ""
    )
    windows = "".join(
        f"; {cues} that of {accuracies[name]}" for name, cues in CUES_OF_CROPS.items() if name in accuracies
    )
    return (
        f"Size, bytes, compression and mean colour alone tell the class of {accuracies[STIMULI]} of the "
        f"stimuli and {accuracies[SOURCES]} of the source photos{collections}{windows}; chance is "
        f"{share(baselines[STIMULI].chance)}"
    )
