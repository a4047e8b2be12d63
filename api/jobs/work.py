"""``python -m api.jobs.work JOB``: compute a job that was claimed, below everything else.

It ends with the process that began it, which holds the other end of its standard input.
"""

import os
import sys
import threading
import time
import traceback

from api.current import open_store_of
from api.jobs.computing import compute
from api.settings import Settings
from geo.errors import YizhanError
from geo.store import Job, Store
from geo.text import Text

_LOWEST_PRIORITY = 19
_TELL_EVERY_S = 0.5
_BROKEN = Text("计算时出现意外错误", "the computation met an unexpected error")


def main(job_id: str) -> None:
    """Compute; what became of it is in the store."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(_LOWEST_PRIORITY)
    settings = Settings()
    store = open_store_of(settings)
    try:
        job = store.jobs.get(job_id)
        if job.state == "running":
            _compute(settings, store, job)
    finally:
        store.close()


def _compute(settings: Settings, store: Store, job: Job) -> None:
    try:
        plan = compute(settings, store, job, _Teller(store, job))
    except YizhanError as error:
        store.jobs.fail(job, error.text)
    except Exception as error:  # noqa: BLE001  whoever asked is told that it failed
        # The message may hold anything of the data: the log gets its kind and place alone.
        sys.stderr.writelines(
            [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"]
        )
        store.jobs.fail(job, _BROKEN)
    else:
        store.jobs.done(job, plan)


class _Teller:
    """Tells the store how far the job is: every stage, and within one not too often."""

    def __init__(self, store: Store, job: Job) -> None:
        self._store, self._job = store, job
        self._stage: Text | None = None
        self._next = 0.0

    def __call__(self, share: float, stage: Text) -> None:
        if stage != self._stage or time.monotonic() >= self._next:
            self._store.jobs.progress(self._job, share, stage)
            self._stage, self._next = stage, time.monotonic() + _TELL_EVERY_S


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
