"""Warnings about a study's machine, as sentences for its reports: who cut the crops, what the checks show."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.checks.result import result_of
from pipeline.loop.level_facts import LevelFacts, Rules, fails_alone, has_fallen, speaks_for_the_attack
from pipeline.loop.level_state import facts, rules_of
from pipeline.models import Check
from stats.apa import share, threshold
from study.models import Item, Stimulus, Study


def cautions_of(study: Study) -> list[str]:
    """Return everything that a reader must know before trusting that the machine failed."""
    return [*_about_the_crops(study), *_about_concerns(study), *_about_failures(study)]


def _about_the_crops(study: Study) -> Iterator[str]:
    """Warn where crops of judged photos were not cut by networks that are not judged themselves."""
    crops = Stimulus.objects.filter(item__study=study, item__split=Item.Split.TEST, level__number__gt=0)
    makers = ", ".join(set(crops.values_list("made_by", flat=True))).split(", ")
    designers = {int(run) for run in makers if run.isdecimal()}
    if study.attacker_runs.attackers().filter(pk__in=designers).exists():
        yield (
            "Test photos were cropped where the evaluated attackers themselves look; "
            "this favours the defender. The default lets separate networks decide."
        )
    by_hand = crops.filter(by_hand=True).count()
    if by_hand:
        yield f"{by_hand} crops of test photos were drawn by hand."


def _about_concerns(study: Study) -> Iterator[str]:
    for check in study.checks.done():
        result = result_of(check)
        if result and result.concern:
            yield f"Level {check.level}: {result.summary}"


def _about_failures(study: Study) -> Iterator[str]:
    rules = rules_of(study)
    for level in facts(study):
        attacked = level.rounds or level.alone
        if attacked and level.number > 0 and fails_alone(level, rules):
            for problem in _problems_of_a_failure(level, rules):
                yield f"Level {level.number}: {problem}"


def _problems_of_a_failure(level: LevelFacts, rules: Rules) -> Iterator[str]:
    """Say what a level at which the machine fails lacks before the machine counts as defeated."""
    if level.lacks_networks or level.lacks_ensembles:
        yield (
            "not every architecture and seed that the study asks for has attacked there; "
            "the loop, if it does not run, is to be started again."
        )
    if not has_fallen(level, rules):  # the verdict judges networks one by one; an attacker has other means
        yield (
            f"on validation photos the strongest attack reaches {share(level.alone)} by itself, but one "
            f"reaches {share(level.best)}, not below {threshold(rules.ceiling)}, with class offsets refitted "
            "or with all its seeds together: the machine is not defeated there."
        )
    if level.prospect and not speaks_for_the_attack(level, rules):
        yield (
            "the learning curve is of a quicker recipe, weaker than the attack that it "
            "stands in for: whether that attack can still improve is not known."
        )
    curve = () if level.prospect else (Check.Kind.CURVE.value,)
    if missing := sorted({*curve, *level.lacks_checks}):
        yield f"not checked yet ({', '.join(missing)})."
