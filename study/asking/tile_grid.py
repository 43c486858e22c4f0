"""The grid: several photos at once, of which all that show a class are selected."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

GRID = "grid"
TILE_GRID = Task(
    name=GRID,
    sentence=_("You will see several photos at once, and select all that show what you are asked for."),
    decided=CheckQuestion(
        _("Which photos do you select?"),
        (
            ("beauty", _("The most beautiful ones")),
            ("action", _("All that show what is asked for")),
            ("seen", _("Those that I have seen before")),
        ),
    ),
    unsure=CheckQuestion(
        _("What do you do if you are not sure about a photo?"),
        (
            ("guess", _("I select it if it seems likely, and go on")),
            ("wait", _("I wait until the next photos come")),
            ("reload", _("I load the page again")),
        ),
    ),
    answered_by=AnsweredBy.TILES,
)
