"""What weakens a study's machine side, in sentences for its reports: who cut the crops, what checks found."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.scheduling import holding, kinds_for
from pipeline.loop.decisions import LevelFacts, fails_alone, has_fallen, speaks_for_the_attack
from pipeline.loop.level_state import facts, rules_of
from pipeline.models import Check
from study.models import Item, Stimulus, Study


def cautions_of(study: Study) -> list[str]:
    """Everything that a reader must know before trusting that the machine failed."""
    return [*_about_the_crops(study), *_about_checks(study)]


def _about_the_crops(study: Study) -> Iterator[str]:
    """Crops of judged photos are to be cut by networks that are not judged."""
    crops = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST, level__number__gt=0)
    makers = {pk for made_by in set(crops.values_list("made_by", flat=True)) for pk in _numbers(made_by)}
    if study.attacker_runs.attackers().filter(pk__in=makers).exists():
        yield (
            "Test photos were cropped where the evaluated attackers themselves look; "
            "this favours the defender. The default lets separate networks decide."
        )
    by_hand = crops.filter(by_hand=True).count()
    if by_hand:
        yield f"{by_hand} crops of test photos were drawn by hand."


def _numbers(made_by: str) -> list[int]:
    return [int(number) for number in made_by.split(", ") if number.isdecimal()]


def _about_checks(study: Study) -> Iterator[str]:
    for check in study.checks.done():
        if check.result and check.result["concern"]:
            yield f"Level {check.level}: {check.result['says']}"
    for level in facts(study):
        attacked = level.rounds or level.alone
        if attacked and level.number > 0 and fails_alone(level, rules_of(study)):
            yield from _about_a_failure(study, level)


def _about_a_failure(study: Study, level: LevelFacts) -> Iterator[str]:
    """What a level at which the counting attack fails still lacks before the machine counts as defeated."""
    if level.lacks_networks or level.lacks_ensembles:
        yield _lacking(level)
    if not has_fallen(level, rules_of(study)):
        yield _held_by_other_means(study, level)
    if level.prospect and not speaks_for_the_attack(level, rules_of(study)):
        yield _only_a_stand_in(level)
    missing = _missing(study, level.number)
    if missing:
        yield f"Level {level.number}: not checked yet ({', '.join(missing)})."


def _held_by_other_means(study: Study, level: LevelFacts) -> str:
    """The verdict judges networks one by one, as they answer; an attacker has other means."""
    return (
        f"Level {level.number}: on validation photos the strongest attack reaches {level.alone:.3f} by "
        f"itself, but one reaches {level.best:.3f}, not below {study.ceiling:g}, with class offsets refitted "
        "or with all its seeds together: the machine is not defeated there."
    )


def _lacking(level: LevelFacts) -> str:
    return (
        f"Level {level.number}: not every architecture and seed that the study asks for has attacked there; "
        "the loop, if it does not run, is to be started again."
    )


def _only_a_stand_in(level: LevelFacts) -> str:
    return (
        f"Level {level.number}: the learning curve is of a quicker recipe, weaker than the attack that it "
        "stands in for: whether that attack can still improve is not known."
    )


def _missing(study: Study, level: int) -> list[str]:
    return sorted({Check.Kind.CURVE, *kinds_for(study)} - holding(study, level))
