"""The store of revisions, opened for a command and closed after it."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.settings import Settings
    from geo.store import Store


@contextmanager
def opened_store(*, demo: bool) -> Iterator[tuple["Settings", "Store"]]:
    """The settings and the store, with the folder of lists taken in."""
    from api.cli.progress import import_progress
    from api.current import ensure_lists, open_store_of, take_folder_in
    from api.settings import Settings

    settings = Settings()
    settings = settings.for_demo() if demo else settings
    with import_progress() as progress:
        ensure_lists(settings, progress)
        store = open_store_of(settings)
        try:
            take_folder_in(settings, store, progress)
        except BaseException:
            store.close()
            raise
    try:
        yield settings, store
    finally:
        store.close()


def user() -> str:
    """Who is at the terminal."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
