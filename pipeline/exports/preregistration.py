"""A preregistration of a frozen version: what is asked, how it is tested, and when people stop being asked.

It says only what was frozen, so that the same version gives the same file, and one hash, for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from study.asking.trial_task import AnsweredBy
from study.design import AT_ANY_TIME, AT_PLANNED_LOOKS, Design
from study.models import StudyVersion
from study.sizing.screen_measure import NEVER, REQUIRED
from study.sizing.shown_sizes import BY_DEGREES, FILL

FILE = "preregistration.json"
BLINDING = (
    "People know neither the level of a photo nor its class before they answer. The machine gets the very "
    "pixels that they see."
)


class Preregistration(msgspec.Struct, frozen=True):
    """What is fixed before the first answer, in sentences; and the whole frozen design behind them.

    Attributes
    ----------
    hypotheses, design, blinding, sampling, measures, analysis, exclusions, machine : sentences on each
    frozen : the configuration as it was frozen; `config_hash` is the SHA-256 of its canonical JSON
    """

    study: str
    version: int
    frozen_at: str
    config_hash: str
    hypotheses: list[str]
    design: list[str]
    blinding: list[str]
    sampling: list[str]
    measures: list[str]
    analysis: list[str]
    exclusions: list[str]
    machine: list[str]
    frozen: dict[str, Any]

    def json(self) -> str:
        """Return the file, whose SHA-256 reports and exports name."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=2).decode() + "\n"

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.json().encode()).hexdigest()


def preregistration_of(version: StudyVersion) -> Preregistration:
    """Return the preregistration of a frozen version of the main study."""
    frozen = version.frozen
    design = frozen.design
    return Preregistration(
        study=design.title or frozen.study,
        version=version.number,
        frozen_at=version.frozen_at.isoformat(timespec="seconds"),
        config_hash=version.config_hash,
        hypotheses=list(_hypotheses(version)),
        design=list(_design(version)),
        blinding=[BLINDING],
        sampling=list(_sampling(design)),
        measures=list(_measures(design)),
        analysis=list(_analysis(design)),
        exclusions=list(_exclusions(design)),
        machine=list(_machine(version)),
        frozen=version.config,
    )


def _hypotheses(version: StudyVersion) -> Iterator[str]:
    design = version.design
    people = (
        f"people recognise the class of a photo with an accuracy above {design.floor:g}"
        if design.human_gate == "floor"
        else f"people lose less than {design.loss_delta:g} of their own accuracy on uncropped photos"
    )
    levels = ", ".join(f"{level.number} ({level.extent})" for level in version.frozen.levels)
    yield (
        f"There is a crop level at which {people}, while the strongest attacker that was trained on that "
        f"level stays below {design.ceiling:g}. Such a level is a sweet spot. Levels: {levels}."
    )
    yield (
        f"Assay: the lower confidence bound of the attacker on uncropped photos exceeds "
        f"{design.competence:g}. Otherwise there is no verdict."
    )


def _design(version: StudyVersion) -> Iterator[str]:
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
    if design.pilot:
        yield (
            "Crops were chosen by other people in a pilot before: a window is taken if, after at least "
            f"{design.pilot_least_answers} answers, it is {design.pilot_certainty:g} certain that more than "
            f"{design.pilot_floor:g} of people recognise it."
        )


def how_large(design: Design) -> Iterator[str]:
    """Yield how large photos are on people's screens, where they are not blown up to one size."""
    if design.shown_size == FILL:
        return
    by_degrees = design.shown_size == BY_DEGREES
    yield (
        "All photos of all levels are shown at one magnification: a crop is as small on the screen as its "
        "window is in the photo, and the photo with most pixels takes the whole area. Levels differ in what "
        "they keep and in size on the screen, not in magnification; the size of a crop shows how large its "
        "window was."
    ) + (
        f" Where the screen was measured, {design.source_px_per_degree:g} pixels of a photo cover one degree "
        "of visual angle, or more of them where the window is too small for that."
        if by_degrees
        else ""
    )
    if design.screen_calibration != NEVER:
        yield how_measured(design)


def how_measured(design: Design) -> str:
    """Return how people's screens are measured."""
    return (
        "People measure their screen by a bank card or a ruler"
        + ("" if design.screen_calibration == REQUIRED else ", or go on without")
        + f"; distances are assumed, not measured: {design.handheld_distance_cm:g} cm with phones, "
        f"{design.viewing_distance_cm:g} cm with other devices."
    )


def how_asked(version: StudyVersion) -> Iterator[str]:
    """Yield what people and machine were asked about a photo, where that is not which class it shows."""
    if version.design.asks.answered_by == AnsweredBy.YES_NO:
        yield (
            "Each photo is asked about with one class, yes or no: within each person and level half of the "
            "photos show it; for the other half each photo has one other class, the same for everybody. The "
            "machine is asked both questions about each photo, and says yes where the class has more than "
            f"1/{len(version.frozen.categories)} of its probability, which is right most often for such "
            "questions. Accuracies, floor and ceiling are of right answers, and guessing is right at .5."
        )
    elif version.design.asks.answered_by == AnsweredBy.SIDES:
        yield (
            "Two photos of different classes are shown at once, at the same level; the same photos make a "
            "pair for everybody, and nobody sees a photo twice. People are asked which of them shows the "
            "class of one: within each person and level, either photo of the pairs of two classes is asked "
            "about and stands on either side equally often. The machine is asked about both photos of a "
            "pair, and takes the one whose probability of the class is higher, of equal ones always the "
            "same one of the pair. Accuracies, floor and ceiling are of right choices, guessing is right at "
            ".5, and answers are clustered by pair."
        )
    elif version.design.asks.answered_by == AnsweredBy.SAME:
        yield (
            "Two photos are shown at once, at the same level, and people say whether they show the same "
            "class; half of each person's pairs do. The same photos make a pair for everybody, and nobody "
            "sees a photo twice. The machine is asked about each pair, and says that they do where the sum "
            "over classes of the products of its probabilities is above "
            f"1/{len(version.frozen.categories)}, which is right most often for such pairs. Accuracies, "
            "floor and ceiling are of right answers, guessing is right at .5, answers are clustered by "
            "pair, and d' is that of the differencing model."
        )
    elif version.design.asks.answered_by == AnsweredBy.TEXT:
        yield _how_scored(version)


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


def _sampling(design: Design) -> Iterator[str]:
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


def _measures(design: Design) -> Iterator[str]:
    yield (
        "Accuracy: the share of right answers, as the mean over classes that weigh the same. No answer in "
        "time counts as wrong. A machine's answer is its largest logit, without class offsets."
    )
    yield f"Response time{', confidence (1 to 4)' if design.ask_confidence else ''}: secondary, exploratory."


def _analysis(design: Design) -> Iterator[str]:
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


def _exclusions(design: Design) -> Iterator[str]:
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


def _machine(version: StudyVersion) -> Iterator[str]:
    design = version.design
    yield (
        f"Attackers: {', '.join(design.architectures)}, {design.seeds} seeds each (preset "
        f"{design.attacker_preset}), at most {design.max_rounds} rounds of training a level. At each level "
        "the one counts that is strongest on validation photos; no test photo plays a part in that choice."
    )
    if design.photos_may_leave:
        yield "The photos may be sent to machines of others, such as hosted models."
    if version.frozen.machine:
        yield f"Attackers and their answers are frozen with the design (SHA-256 {version.frozen.machine})."
    else:
        yield "Attackers were not frozen with this version."
