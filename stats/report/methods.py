"""The methods: what was asked and how it was tested, with every setting."""

from __future__ import annotations

from stats.apa import percent, threshold
from stats.decision.criteria import Criteria, HumanGate
from stats.decision.records import Clustering
from stats.decision.results import Verdict
from stats.decision.wording import machine_asked, networks, sole_testable
from stats.report.blocks import Section, Table
from stats.report.content import Source

CLUSTERS = {Clustering.SOURCE: "photo source", Clustering.PHOTO: "photo"}
EXACT = "Where accuracy is 0 or 1, or a single network was trained, exact binomial bounds are used instead."


def methods(source: Source) -> Section:
    """Return the methods as a part of the report."""
    paragraphs = (_question(source), _test(source), _several_levels(source.outcome))
    table = Table.of("Every setting of the study", ("Setting", "Value"), list(source.facts.settings.items()))
    return Section("Methods", paragraphs, (table,) if source.facts.settings else ())


def _question(source: Source) -> str:
    criteria, classes = source.outcome.criteria, list(source.outcome.per_class)
    return (
        f"We asked at which crop level {source.people} still recognise the class of a photo ({len(classes)} "
        f"classes: {', '.join(classes)}) while {machine_asked(source.outcome.sample)} does not. A level is a "
        f"sweet spot when two null hypotheses are rejected: {human_null(criteria)}, and machine accuracy is "
        f"at or above the ceiling of {threshold(criteria.ceiling)}. All accuracies are macro averages: every "
        "class weighs the same. As an assay (gate 0), the lower confidence bound of the attacker on "
        f"uncropped photos had to exceed {threshold(criteria.competence)}; otherwise there is no verdict."
    )


def human_null(criteria: Criteria) -> str:
    """Return the null hypothesis about people as a clause.

    Examples
    --------
    >>> human_null(Criteria(floor=0.9))
    'human accuracy is at or below the floor of .90'
    """
    if criteria.human_gate is HumanGate.LOSS:
        delta = threshold(criteria.loss_delta)
        return f"people lose {delta} or more of their accuracy against themselves on uncropped photos"
    return f"human accuracy is at or below the floor of {threshold(criteria.floor)}"


ONE_WAY = (
    "The data are counts per observer, class and level. Observers are random, photos are not known: the "
    "tests are clustered t tests on the logit scale, with {confidence} intervals, and are conditional on the "
    "photos shown."
)
TWO_WAY = (
    "{observers} and photos are both random: variances are two-way clustered by observer and {clusters} "
    "(Cameron, Gelbach & Miller, 2011; Owen, 2007), the tests are one-sided t tests on the logit scale with "
    "Satterthwaite degrees of freedom, and the {confidence} intervals are their inverse."
)
WITHIN_A_LEVEL = "Within a level the intersection-union test needs no correction"
ONE_LEVEL = "; one level alone could be tested, so that each of its two tests has the whole alpha of {alpha}."
TWO_GATES = (
    ". Over the levels where both could be tested, people are tested from light to heavy and the machine "
    "from heavy to light, each as a fixed sequence at {half} that stops at its first failure, which bounds "
    "the family-wise error by {alpha} (two gates). Holm's procedure on the larger p of each level is the "
    "sensitivity analysis."
)


def _test(source: Source) -> str:
    confidence = percent(source.outcome.criteria.alpha)
    clustering = source.outcome.sample.clustered_by
    if clustering is Clustering.PHOTOS_UNKNOWN:
        return f"{ONE_WAY.format(confidence=confidence)} {EXACT}"
    sample = source.outcome.sample
    observers = f"People (or {networks(sample)})" if sample.networks != 0 else "People"
    test = TWO_WAY.format(observers=observers, clusters=CLUSTERS[clustering], confidence=confidence)
    return f"{test} {EXACT}"


def _several_levels(outcome: Verdict) -> str:
    alpha = outcome.criteria.alpha
    rule = ONE_LEVEL if sole_testable(outcome.levels) else TWO_GATES
    return f"{WITHIN_A_LEVEL}{rule.format(alpha=threshold(alpha), half=threshold(alpha / 2))}"
