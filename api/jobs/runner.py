"""Has plans computed: one process of the machine leads, and has another one compute.

Every worker of the service has a runner; the one that holds the lock of the home leads. If its
worker ends, however it ends, the lock is free and the next one takes over.
"""

import fcntl
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from api.current import open_store_of
from api.jobs.process import Desk, Process
from api.jobs.wanted import standard_plans
from api.settings import Settings
from api.state import Service
from geo.errors import YizhanError
from geo.text import Text

if TYPE_CHECKING:
    from geo.store import Job, Store

TIME_LIMIT_S = 900.0
_LOOK_EVERY_S = 0.5
_LEAD_EVERY_S = 2.0
_ALIVE_EVERY_S = 2.0
_RETRY_S = 5.0
_TOO_LONG = Text(
    f"超过 {TIME_LIMIT_S / 60:g} 分钟未算完，已停止",
    f"stopped: it was not done within {TIME_LIMIT_S / 60:g} minutes",
)
_log = logging.getLogger("yizhan.jobs")


class Runner:
    """A thread that leads while nobody else does. ``stop`` ends it and what it runs."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._settings = service.settings
        self._desk = Desk(service.settings)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a job that runs goes back into the queue."""
        self._stopped.set()
        self._thread.join(timeout=2 * _RETRY_S)

    def _run(self) -> None:
        while not self._stopped.wait(_LEAD_EVERY_S):
            try:
                with _leading(self._settings) as name:
                    if name:
                        self._lead(name)
            except YizhanError as error:
                # The database may be away for a while.
                _log.warning("%s", error)
                self._stopped.wait(_RETRY_S)

    def _lead(self, name: str) -> None:
        store = open_store_of(self._settings)
        try:
            store.jobs.lost_by(name)
            planned = None
            while not self._stopped.is_set():
                planned = self._plan_ahead(store, planned)
                job = store.jobs.claim(name)
                if job:
                    self._attend(store, job, self._desk.process())
                else:
                    self._desk.rest()
                    self._stopped.wait(_LOOK_EVERY_S)
        finally:
            self._desk.close()
            store.close()

    def _plan_ahead(self, store: "Store", planned: str | None) -> str:
        """Queue the standard plans of a new revision, once."""
        edition = self._service.edition
        digest = edition.snapshot.digest
        if digest != planned and self._settings.plan_ahead:
            wanted = standard_plans(self._settings, edition.snapshot, edition.places)
            store.jobs.ahead(list(wanted))
        return digest

    def _attend(self, store: "Store", job: "Job", process: Process) -> None:
        """Have a job computed, and see to it that it ends."""
        process.give(job.id)
        if not self._wait(store, job, process):
            process.end()
            if self._stopped.is_set():
                store.jobs.put_back(job)
            else:
                store.jobs.stopped(job)
        # Unless it told itself what became of it.
        store.jobs.lost(job)

    def _wait(self, store: "Store", job: "Job", process: Process) -> bool:
        """Whether the process came to the end of the job by itself."""
        limit = time.monotonic() + TIME_LIMIT_S
        tell = 0.0
        while not self._stopped.is_set():
            if process.wait(_LOOK_EVERY_S):
                return True
            now = time.monotonic()
            if now > limit:
                store.jobs.fail(job, _TOO_LONG)
                return False
            if now >= tell:
                tell = now + _ALIVE_EVERY_S
                store.jobs.alive(job)
            if store.jobs.stopping(job):
                return False
        return False


@contextmanager
def _leading(settings: Settings) -> Iterator[str | None]:
    """The name under which this process leads, or ``None`` if another one does."""
    settings.data_home.mkdir(parents=True, exist_ok=True)
    with (settings.data_home / "jobs.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield _name(lock)


def _name(lock: IO[str]) -> str:
    """The same name for every process that leads in this home, and for no other home's."""
    lock.seek(0)
    name = lock.read().strip()
    if not name:
        name = uuid.uuid4().hex
        lock.write(name)
        lock.flush()
    return name
