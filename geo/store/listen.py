"""PostgreSQL tells of new revisions by NOTIFY: one connection that does nothing but listen."""

import psycopg
import sqlalchemy as sa

from geo.errors import SetupError

CHANNEL = "yizhan_revision"


class Listener:
    """Waits for a word of a new revision."""

    def __init__(self, engine: sa.Engine) -> None:
        # The engine's own way to connect, so that every option of the address holds here too.
        _, arguments = engine.dialect.create_connect_args(engine.url)
        try:
            self._connection = psycopg.connect(**arguments, autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error as error:
            raise _gone(error) from None

    def wait(self, timeout_s: float) -> None:
        """Return when something was told, or the time is up. Raises :class:`SetupError`."""
        try:
            for _ in self._connection.notifies(timeout=timeout_s, stop_after=1):
                pass
        except psycopg.Error as error:
            raise _gone(error) from None

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _gone(error: psycopg.Error) -> SetupError:
    kind = type(error).__name__
    return SetupError(
        f"与数据库的连接中断（{kind}）", f"the connection to the database broke off ({kind})"
    )
