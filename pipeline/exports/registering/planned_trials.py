"""Planned trials in sentences: what people see, how large, what they and the machine are asked."""

from __future__ import annotations

from collections.abc import Iterator

from study.asking.trial_task import AnsweredBy
from study.design import Design
from study.models import StudyVersion
from study.sizing.blind_spot import EDGE_DEGREES, FARTHEST_CM, LARGEST_SPREAD, NEAREST_CM, ROUNDS
from study.sizing.screen_measure import NEVER, REQUIRED
from study.sizing.shown_sizes import BY_DEGREES, FILL

HOW_FAR = (
    "those who have measured it also measure their distance from it, by the blind spot of an eye "
    f"({EDGE_DEGREES:g} degrees, median of {ROUNDS} rounds; once more where that is below {NEAREST_CM:g} or "
    f"above {FARTHEST_CM:g} cm, or where the middle half of the rounds differs by more than "
    f"{LARGEST_SPREAD:.0%} of it) or with a tape. Where that fails, and for those who go on without, the "
    "planned distance counts: "
)
ONE_MAGNIFICATION = (
    "All photos of all levels are shown at one magnification: a crop is as small on the screen as its "
    "window is in the photo, and the photo with most pixels takes the whole area. Levels differ in what "
    "they keep and in size on the screen, not in magnification; the size of a crop shows how large its "
    "window was."
)
IN_DEGREES = (
    " Where the screen was measured, {pixels} pixels of a photo cover one degree of visual angle, or more of "
    "them where the window is too small for that."
)
# What is asked where no class is named, by what is answered.
ASKED = {
    AnsweredBy.YES_NO: (
        "Each photo is asked about with one class, yes or no: within each person and level half of the "
        "photos show it; for the other half each photo has one other class, the same for everybody. The "
        "machine is asked both questions about each photo, and says yes where the class has more than "
        "1/{classes} of its probability, which is right most often for such "
        "questions. Accuracies, floor and ceiling are of right answers, and guessing is right at .5."
    ),
    AnsweredBy.SIDES: (
        "Two photos of different classes are shown at once, at the same level; the same photos make a "
        "pair for everybody, and nobody sees a photo twice. People are asked which of them shows the "
        "class of one: within each person and level, either photo of the pairs of two classes is asked "
        "about and stands on either side equally often. The machine is asked about both photos of a "
        "pair, and takes the one whose probability of the class is higher, of equal ones always the "
        "same one of the pair. Accuracies, floor and ceiling are of right choices, guessing is right at "
        ".5, and answers are clustered by pair."
    ),
    AnsweredBy.SAME: (
        "Two photos are shown at once, at the same level, and people say whether they show the same "
        "class; half of each person's pairs do. The same photos make a pair for everybody, and nobody "
        "sees a photo twice. The machine is asked about each pair, and says that they do where the sum "
        "over classes of the products of its probabilities is above "
        "1/{classes}, which is right most often for such pairs. Accuracies, "
        "floor and ceiling are of right answers, guessing is right at .5, answers are clustered by "
        "pair, and d' is that of the differencing model."
    ),
}


def design_sentences(version: StudyVersion) -> Iterator[str]:
    """Yield what is shown to people, at which levels, for how long, and how it is asked."""
    frozen, design = version.frozen, version.design
    classes = ", ".join(frozen.class_names.values())
    yield f"{len(frozen.items)} test photos of {len(frozen.categories)} classes ({classes})."
    yield (
        f"Within each person: {design.photos_per_person} photos, each at one level only, after "
        f"{design.practice_trials} practice trials with feedback. Photos and levels are assigned by the "
        f"{frozen.lists} lists of a Latin square; the list that is least filled is given to the next person. "
        "The order of trials and of answers is random."
    )
    shown = "until it is answered" if design.stimulus_ms is None else f"for {design.stimulus_ms} ms"
    mask = f", followed by a mask of {design.mask_ms} ms" if design.mask_ms else ""
    yield f"A photo is shown {shown}{mask}; the time to answer is {design.deadline_ms} ms."
    yield from how_asked(version)
    yield from how_large(design)
    yield from on_several_days(design)
    if design.pilot:
        yield (
            "Crops were chosen by other people in a pilot before: a window is taken if, after at least "
            f"{design.pilot_least_answers} answers, it is {design.pilot_certainty:g} certain that more than "
            f"{design.pilot_floor:g} of people recognise it."
        )


def on_several_days(design: Design) -> Iterator[str]:
    """Yield how sessions are divided among days, and what becomes of who does not come back."""
    if not design.is_on_several_days:
        return
    reminder = "a round of practice and " if design.part_practice else ""
    yield (
        f"Each person takes part in {design.parts} parts: the blocks are shared among them, and nobody sees "
        f"a photo twice. The next part may be begun from {design.part_least_hours:g} to "
        f"{design.part_most_hours:g} hours after the end of the one before; it starts with {reminder}a check "
        "of the device. Who does not begin it in time has not completed the session: their answers stay in "
        "the data, flagged incomplete, and count in no analysis. Who completed all parts counts by all their "
        "answers, under the rules of exclusion applied to all parts together."
    )


def how_large(design: Design) -> Iterator[str]:
    """Yield how large photos are on people's screens, where they are not blown up to one size."""
    if design.shown_size == FILL:
        return
    by_degrees = design.shown_size == BY_DEGREES
    degrees = IN_DEGREES.format(pixels=f"{design.source_px_per_degree:g}") if by_degrees else ""
    yield f"{ONE_MAGNIFICATION}{degrees}"
    if design.screen_calibration != NEVER:
        yield how_measured(design)


def how_measured(design: Design) -> str:
    """Return how people's screens are measured."""
    return (
        "People measure their screen by a bank card or a ruler"
        + ("" if design.screen_calibration == REQUIRED else ", or go on without")
        + "; "
        + (HOW_FAR if design.measure_distance else "distances are assumed, not measured: ")
        + f"{design.handheld_distance_cm:g} cm with phones, "
        f"{design.viewing_distance_cm:g} cm with other devices."
    )


def how_asked(version: StudyVersion) -> Iterator[str]:
    """Yield what people and machine were asked about a photo, where that is not which class it shows."""
    answered_by = version.design.asks.answered_by
    if answered_by == AnsweredBy.TEXT:
        yield _how_scored(version)
    elif answered_by in ASKED:
        yield ASKED[answered_by].format(classes=len(version.frozen.categories))


def _how_scored(version: StudyVersion) -> str:
    design = version.design
    words = sum(len(own) for classes in design.naming_synonyms.values() for own in classes.values())
    phrases = "; the same standing in a longer answer, as whole words" if design.naming_phrases else ""
    return (
        "People type what they see and are shown no classes. An answer is given a class by the first step "
        "that finds one, without regard to capitals and punctuation: a class's name; its label or one of "
        f"{words} further words in the language of the person's pages{phrases}; one of these but for "
        f"{design.naming_slips:g} slips of spelling for each letter, rounded down. An answer that fits "
        "several classes at a step, or none, is wrong and listed as such. The machine chooses among "
        f"{len(version.frozen.categories)} classes, which is easier; people's guessing is taken as "
        f"{design.naming_chance:g}."
    )
