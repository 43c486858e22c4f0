"""A preregistration as text under the questions that registries ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.exports.registering.preregistration import Preregistration


def for_osf(file: Preregistration) -> str:
    """Return the text in the order of the form "OSF Preregistration"."""
    return _written(
        {
            "Title": [file.study],
            "Hypotheses": file.hypotheses,
            "Study type": [
                "Experiment: the crop level at which a person sees a photo is assigned at random."
            ],
            "Blinding": file.blinding,
            "Study design and randomization": file.design,
            "Existing data": [_existing(file)],
            "Data collection procedures": ["Online, one session per person, in a browser."],
            "Sample size and stopping rule": file.sampling,
            "Manipulated variables": ["The crop level: how much of a photo is left."],
            "Measured variables": file.measures,
            "Statistical models and inference criteria": file.analysis,
            "Data exclusion and missing data": file.exclusions,
            "Other": [*file.machine, _fingerprint(file)],
        }
    )


def for_aspredicted(file: Preregistration) -> str:
    """Return the text in the order of AsPredicted's questions."""
    return _written(
        {
            "1) Have any data been collected for this study already?": [_existing(file)],
            "2) What's the main question being asked or hypothesis being tested?": file.hypotheses,
            "3) Describe the key dependent variable(s), specifying how they will be measured.": file.measures,
            "4) How many and which conditions will participants be assigned to?": file.design + file.blinding,
            "5) Specify exactly which analyses you will conduct to examine the main question.": file.analysis,
            "6) Describe how outliers will be defined, and your rule for exclusion.": file.exclusions,
            "7) How many observations will be collected, or what will determine sample size?": file.sampling,
            "8) Anything else you would like to pre-register?": [*file.machine, _fingerprint(file)],
        }
    )


def _written(answers: Mapping[str, Sequence[str]]) -> str:
    return "\n".join("\n".join([question, "", *sentences, ""]) for question, sentences in answers.items())


def _existing(file: Preregistration) -> str:
    return (
        f"No answer counts that was given before the design was frozen ({file.frozen_at}). Attackers were "
        "trained and tested on photos before, as far as this text says."
    )


def _fingerprint(file: Preregistration) -> str:
    return (
        f"Version {file.version} of the study. SHA-256 of the frozen design: {file.config_hash}; of "
        f"preregistration.json: {file.sha256}."
    )
