"""The choice between two photos: both are shown at once, and one of them shows the class that is named."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from study.asking.single_photo import UNSURE
from study.asking.trial_task import AnsweredBy, CheckQuestion, Task

TWO_PHOTOS = "two_photos"
LEFT, RIGHT = "left", "right"
WORDS = {LEFT: _("On the left"), RIGHT: _("On the right")}  # on the buttons, in the order of the photos
STACKED_WORDS = {LEFT: _("Above"), RIGHT: _("Below")}  # where the photos stand one above the other
TWO_PHOTO_CHOICE = Task(
    name=TWO_PHOTOS,
    sentence=_(
        "You will see two photos at a time, and decide each time which of them shows what you are asked "
        "about."
    ),
    decided=CheckQuestion(
        _("What do you decide about each two photos?"),
        (
            ("beauty", _("Which one is more beautiful")),
            ("action", _("Which one shows what I am asked about")),
            ("seen", _("Which one I have seen before")),
        ),
    ),
    unsure=UNSURE,
    answered_by=AnsweredBy.SIDES,
    words=WORDS,
    photos=2,
)
