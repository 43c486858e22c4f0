"""The link that each platform wants to be given, whole, with its own placeholders."""

from __future__ import annotations

from dataclasses import dataclass

from study.models import Recruitment
from study.models.recruitment_settings import PlatformChoice


@dataclass(frozen=True)
class RecruitingLink:
    """A link to copy.

    Attributes
    ----------
    is_set : whether it is the platform that the study's recruitment is set to
    copied : the text to copy: an address, or MTurk's question
    advice : what to do with it
    """

    platform: str
    label: str
    is_set: bool
    copied: str
    advice: str


QUERIES = {
    PlatformChoice.PROLIFIC: (
        "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    ),
    PlatformChoice.SONA: "?id=%SURVEY_CODE%",
}
ADVICE = {
    PlatformChoice.PROLIFIC: "The study's address there. Copy Prolific's completion codes into Recruitment.",
    PlatformChoice.MTURK: "The HIT's question: MTurk shows the study in its own page and adds the worker.",
    PlatformChoice.CONNECT: "Connect adds its parameters itself: switch that on in the project.",
    PlatformChoice.SONA: "The study's address on SONA; copy SONA's completion address into Recruitment.",
    PlatformChoice.LAB: "Open it in the laboratory, and type the person's number on the first page.",
    PlatformChoice.PLAIN: "For mails and posters: nobody is known again; everybody gets a code of their own.",
}
SCHEMA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd"
EXTERNAL_QUESTION = """<?xml version="1.0" encoding="UTF-8"?>
<ExternalQuestion xmlns="{schema}">
  <ExternalURL>{address}</ExternalURL>
  <FrameHeight>0</FrameHeight>
</ExternalQuestion>"""


def recruiting_links(address: str, recruitment: Recruitment) -> list[RecruitingLink]:
    """Return a link for each platform, that of the study's own setting first.

    `address` is the whole one of the participants' first page.
    """
    links = [_link(platform, address, recruitment) for platform in ADVICE]
    if recruitment.platform == PlatformChoice.PANEL:
        links.append(_panel(address, recruitment))
    return sorted(links, key=lambda link: not link.is_set)


def _link(platform: PlatformChoice, address: str, recruitment: Recruitment) -> RecruitingLink:
    if platform == PlatformChoice.MTURK:
        copied = EXTERNAL_QUESTION.format(schema=SCHEMA, address=address)
    else:
        copied = address + QUERIES.get(platform, "")
    is_set = platform == recruitment.platform
    return RecruitingLink(platform.value, str(platform.label), is_set, copied, ADVICE[platform])


def _panel(address: str, recruitment: Recruitment) -> RecruitingLink:
    advice = "The panel puts the id of each person in the place of PERSON."
    copied = f"{address}?{recruitment.person_parameter}=PERSON"
    return RecruitingLink(PlatformChoice.PANEL.value, "the panel of this study", True, copied, advice)
