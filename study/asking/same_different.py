"""The comparison of two photos: both are shown at once, and show the same class or different ones."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.single_photo import UNSURE
from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

SAME_DIFFERENT = "same_different"
SAME, DIFFERENT = "same", "different"
WORDS = {SAME: _("The same"), DIFFERENT: _("Different")}  # on the buttons; their order is each person's own
COMPARISON = Task(
    name=SAME_DIFFERENT,
    sentence=_(
        "You will see two photos at a time, and decide each time whether the same is being done in both of "
        "them."
    ),
    decided=CheckQuestion(
        _("What do you decide about each two photos?"),
        (
            ("beauty", _("Which one is more beautiful")),
            ("action", _("Whether the same is being done in both")),
            ("seen", _("Which one I have seen before")),
        ),
    ),
    unsure=UNSURE,
    answered_by=AnsweredBy.SAME,
    words=WORDS,
    photos=2,
)
