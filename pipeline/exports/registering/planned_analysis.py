"""The planned analysis in sentences: hypotheses, number of people, measures, tests and exclusions."""

from __future__ import annotations

from collections.abc import Iterator

from study.design import AT_ANY_TIME, AT_PLANNED_LOOKS, Design
from study.models import StudyVersion

OF_PEOPLE = {
    "floor": "people recognise the class of a photo with an accuracy above {design.floor:g}",
    "loss": "people lose less than {design.loss_delta:g} of their own accuracy on uncropped photos",
}


def hypotheses(version: StudyVersion) -> Iterator[str]:
    """Yield what is claimed, and what must hold for any verdict."""
    design = version.design
    people = OF_PEOPLE[design.human_gate].format(design=design)
    levels = ", ".join(f"{level.number} ({level.extent})" for level in version.frozen.levels)
    yield (
        f"There is a crop level at which {people}, while the strongest attacker that was trained on that "
        f"level stays below {design.ceiling:g}. Such a level is a sweet spot. Levels: {levels}."
    )
    yield (
        f"Assay: the lower confidence bound of the attacker on uncropped photos exceeds "
        f"{design.competence:g}. Otherwise there is no verdict."
    )


def sampling(design: Design) -> Iterator[str]:
    """Yield how many people are asked, and when their answers are looked at."""
    if design.target_completes is None:
        yield "No number of people is planned; recruitment ends when the researcher closes the study."
    else:
        yield f"Recruitment ends when {design.target_completes} people have finished; later ones are refused."
    if design.look_plan == AT_PLANNED_LOOKS:
        shares = ", ".join(f"{share:g}" for share in design.look_shares)
        yield f"The answers are looked at when these shares of the people have finished: {shares}."
    elif design.look_plan == AT_ANY_TIME:
        yield "The answers may be looked at at any time, by a confidence sequence."
    else:
        yield "The answers are looked at once, at the end; any other look is reported as unplanned."


def measures(design: Design) -> Iterator[str]:
    """Yield what is measured."""
    yield (
        "Accuracy: the share of right answers, as the mean over classes that weigh the same. No answer in "
        "time counts as wrong. A machine's answer is its largest logit, without class offsets."
    )
    yield f"Response time{', confidence (1 to 4)' if design.ask_confidence else ''}: secondary, exploratory."


def analysis(design: Design) -> Iterator[str]:
    """Yield how the hypotheses are tested."""
    yield (
        "Both hypotheses of a level are tested one-sided on the logit scale, with variances clustered "
        "two-way by observer and photo source and Satterthwaite degrees of freedom; with exact binomial "
        "bounds where accuracy is 0 or 1 or a single network was trained."
    )
    yield (
        "A level is a sweet spot if both null hypotheses are rejected (intersection-union). People are "
        "tested from light to heavy, the machine from heavy to light, each as a fixed sequence at "
        f"{design.alpha / 2:g}, so that the family-wise error is at most {design.alpha:g}; where a single "
        "level can be tested, both tests have all of it. Holm's procedure is the sensitivity analysis."
    )
    yield "All further analyses (curves, d-prime, times, confusion, consistency) are exploratory."


def exclusions(design: Design) -> Iterator[str]:
    """Yield which people and trials do not count."""
    yield "Of people: sessions that are not complete, and who says not to have answered seriously."
    if design.catch_share:
        yield f"Of people: under {design.catch_criterion:g} right on uncropped catch trials."
    if design.instructed_check:
        yield "Of people: another answer to the instructed question than it asks for."
    yield (
        f"Of people: over {design.fast_share_limit:g} of the answers to test photos faster than "
        f"{design.fast_rt_ms} ms."
    )
    yield f"Of trials: late, interrupted or not loaded; answered within {design.fast_rt_ms} ms."
    if design.exclude_lost_focus:
        yield "Of trials: the page lost the focus."
    if design.most_frames_off is not None:
        yield f"Of trials: a timed photo stood over {design.most_frames_off:g} frames too long or too short."
    if design.most_dropped_frames is not None:
        yield f"Of trials: over {design.most_dropped_frames} frames were dropped while a timed photo stood."
    yield "No rule looks at whether a test trial was right. Excluded rows stay in the data, flagged."
