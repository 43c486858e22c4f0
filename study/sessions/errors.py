"""Why a request about a session is refused; each error knows the HTTP status it stands for."""

from __future__ import annotations


class Refused(Exception):
    """A request that changes nothing."""

    status = 409
    code = "refused"


class StudyFull(Refused):
    """Every place is taken by people who finished or are taking part right now."""

    code = "full"


class AlreadyTakenPart(Refused):
    """The recruitment platform's id belongs to somebody who has begun before."""

    code = "already_taken_part"


class NotFound(Refused):
    """No such session, or a trial that is not this session's."""

    status = 404
    code = "not_found"


class OutOfOrder(Refused):
    """An answer to another trial than the one that is due."""

    code = "out_of_order"


class ChangedAnswer(Refused):
    """A trial that is closed was answered again, differently."""

    code = "changed_answer"


class OpenElsewhere(Refused):
    """The session was opened in a newer tab, which alone may answer."""

    code = "open_elsewhere"


class NotNow(Refused):
    """The session is at another step."""

    code = "not_now"


class StimulusChanged(RuntimeError):
    """A photo is not the one that was frozen."""
