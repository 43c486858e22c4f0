"""The database engine `config.postgresql`, by the module name that Django looks for."""

from __future__ import annotations

from django.db.backends.postgresql import base

from config.postgresql.silence import is_silent


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for the question that it asks before the first statement of each request."""

    def is_usable(self) -> bool:
        """Return whether a connection still serves, without a word where the server has not said anything.

        Between two requests a server speaks only to end a connection: it restarts, or an administrator ends
        it; and the system closes the connections of one that was killed. To ask `SELECT 1` each time costs as
        much as the statement of a photo. After an error it is asked all the same.
        """
        if self.connection is None or self.connection.closed:
            return False
        is_idle = not self.errors_occurred and is_silent(self.connection.fileno())
        return is_idle or bool(super().is_usable())
