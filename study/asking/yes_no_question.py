"""The yes-no question: one photo, and whether it shows a class that the trial names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.single_photo import UNSURE
from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

YES_NO = "yes_no"
YES, NO = "yes", "no"
WORDS = {YES: _("Yes"), NO: _("No")}  # on the buttons; their order is each person's own
YES_NO_QUESTION = Task(
    name=YES_NO,
    sentence=_(
        "You will see photos, one after the other, and decide each time whether the photo shows what you are "
        "asked about."
    ),
    decided=CheckQuestion(
        _("What do you decide about each photo?"),
        (
            ("beauty", _("How beautiful it is")),
            ("action", _("Whether it shows what I am asked about")),
            ("seen", _("Whether I have seen it before")),
        ),
    ),
    unsure=UNSURE,
    answered_by=AnsweredBy.YES_NO,
    words=WORDS,
)
