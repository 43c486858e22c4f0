"""Why a request about a session is refused; each error knows the HTTP status it stands for."""

from __future__ import annotations


class RefusedError(Exception):
    """A request that changes nothing."""

    status = 409
    code = "refused"


class BadAnswerError(RefusedError):
    """The request is not an answer; the message names the field and what it must be."""

    status = 400
    code = "bad_answer"


class StudyFullError(RefusedError):
    """Every place is taken by people who finished or are taking part right now."""

    code = "full"


class AlreadyTakenPartError(RefusedError):
    """The recruitment platform's id belongs to somebody who has begun before."""

    code = "already_taken_part"


class NotFoundError(RefusedError):
    """No such session, or a trial that is not this session's."""

    status = 404
    code = "not_found"


class OutOfOrderError(RefusedError):
    """An answer to another trial than the one that is due."""

    code = "out_of_order"


class ChangedAnswerError(RefusedError):
    """A trial that is closed was answered again, differently."""

    code = "changed_answer"


class UsedAnswerIdError(RefusedError):
    """The answer's id belongs to another answer; the browser must make a new one."""

    code = "used_answer_id"


class OpenElsewhereError(RefusedError):
    """The session was opened in a newer tab, which alone may answer."""

    code = "open_elsewhere"


class NotNowError(RefusedError):
    """The session is at another step."""

    code = "not_now"


class StimulusChangedError(RuntimeError):
    """A photo is not the one that was frozen."""
