"""Reasons to refuse a request about a session, each with its HTTP status and a code for the player."""

from __future__ import annotations


class RefusedError(Exception):
    """A request is refused, and nothing was changed."""

    status = 409
    code = "refused"


class BadAnswerError(RefusedError):
    """The request cannot be understood; the message names the field and what it must be."""

    status = 400
    code = "bad_answer"


class StudyFullError(RefusedError):
    """Every place is taken by somebody who has finished or is taking part now."""

    code = "full"


class AlreadyTakenPartError(RefusedError):
    """Somebody with this id of the recruitment platform has begun the study before."""

    code = "already_taken_part"


class TookPartInPilotError(RefusedError):
    """Somebody with this id of the recruitment platform has begun the pilot of this study before."""

    code = "took_part_in_pilot"


class NotFoundError(RefusedError):
    """There is no such session, or the trial belongs to another one."""

    status = 404
    code = "not_found"


class OutOfOrderError(RefusedError):
    """The answer is to another trial than the one that is due."""

    code = "out_of_order"


class ChangedAnswerError(RefusedError):
    """The trial is closed, and this answer differs from the one that is stored."""

    code = "changed_answer"


class UsedAnswerIdError(RefusedError):
    """Another answer has this id; an answer needs an id of its own."""

    code = "used_answer_id"


class OpenElsewhereError(RefusedError):
    """The session was opened in a newer tab, which is now the only one that may answer."""

    code = "open_elsewhere"


class NotNowError(RefusedError):
    """The session is at another step, where this cannot be done."""

    code = "not_now"


class StimulusChangedError(RuntimeError):
    """A photo is no longer the one that was frozen."""
