"""The standard task: one photo, and a button for each class."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

SINGLE = "single"
UNSURE = CheckQuestion(
    _("What do you do if you are not sure?"),
    (
        ("guess", _("I choose the answer that seems most likely")),
        ("wait", _("I wait until the next photo comes")),
        ("reload", _("I load the page again")),
    ),
)
SINGLE_PHOTO = Task(
    name=SINGLE,
    sentence=_("You will see photos, one after the other, and decide each time what is being done in it."),
    decided=CheckQuestion(
        _("What do you decide about each photo?"),
        (
            ("beauty", _("How beautiful it is")),
            ("action", _("Which of the given answers describes it")),
            ("seen", _("Whether I have seen it before")),
        ),
    ),
    unsure=UNSURE,
    answered_by=AnsweredBy.CLASSES,
)
