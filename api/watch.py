"""Every worker follows the store: a new revision is put in place of the one it serves.

The snapshot is made in a process of its own, so that answers do not wait for it; if the
command line or another worker made it already, it is only opened.
"""

import logging
import threading
import time
from typing import TYPE_CHECKING

from api.current import open_store_of, publish_aside
from api.state import Service
from geo.errors import YizhanError

if TYPE_CHECKING:
    from geo.store import Store

_WAIT_S = 1.0
_RETRY_S = 5.0
_TIDY_S = 3_600.0
_log = logging.getLogger("yizhan.service")


class Watch:
    """A thread that waits for revisions. ``stop`` ends it within about a second."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="revisions", daemon=True)

    def start(self) -> None:
        """Begin to follow the store."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join(timeout=2 * _RETRY_S)

    def _run(self) -> None:
        # The first callers are answered first.
        self._stopped.wait(_WAIT_S)
        while not self._stopped.is_set():
            try:
                self._follow()
            except (YizhanError, OSError) as error:
                # The database may be away for a while, the disk full; what is served goes on.
                _log.warning("%s", error)
                self._stopped.wait(_RETRY_S)

    def _follow(self) -> None:
        store = open_store_of(self._service.settings)
        tidy_at = time.monotonic()
        try:
            while not self._stopped.is_set():
                if time.monotonic() >= tidy_at:
                    store.uploads.forget_old()
                    tidy_at = time.monotonic() + _TIDY_S
                self._wait(store)
        finally:
            store.close()

    def _wait(self, store: "Store") -> None:
        served = self._service.edition.snapshot.info.revision
        head = store.wait(served, _WAIT_S)
        if head != served and not self._stopped.is_set():
            publish_aside(self._service.settings)
            self._service.swap()
