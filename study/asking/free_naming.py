"""Free naming: one photo, and the person types what they see."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

NAMING = "naming"
LONGEST_ANSWER = 200  # characters
FREE_NAMING = Task(
    name=NAMING,
    sentence=_("You will see photos, one after the other, and type each time what is being done in it."),
    decided=CheckQuestion(
        _("What do you type about each photo?"),
        (
            ("beauty", _("How beautiful it is")),
            ("action", _("What is being done in it, in a word or a few")),
            ("seen", _("Whether I have seen it before")),
        ),
    ),
    unsure=CheckQuestion(
        _("What do you do if you are not sure?"),
        (
            ("guess", _("I type what seems most likely")),
            ("wait", _("I wait until the next photo comes")),
            ("reload", _("I load the page again")),
        ),
    ),
    answered_by=AnsweredBy.TEXT,
)
