"""``python -m api.jobs.work``: compute the jobs that were claimed, below everything else.

They are named on standard input, one a line; each line of standard output is the end of one. It
ends with the process that began it, which holds the other end of its standard input.
"""

import os
import sys
import threading
import time
import traceback
from queue import SimpleQueue
from typing import IO

from api.current import open_store_of
from api.jobs.computing import compute
from api.settings import Settings
from geo.errors import YizhanError
from geo.store import Job, Store
from geo.text import Text

_LOWEST_PRIORITY = 19
_TELL_EVERY_S = 0.5
_BROKEN = Text("计算时出现意外错误", "the computation met an unexpected error")


def main() -> None:
    """Compute one after another; what became of each is in the store."""
    wanted: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen, args=(wanted,), daemon=True).start()
    os.nice(_LOWEST_PRIORITY)
    settings = Settings()
    store = open_store_of(settings)
    with _apart() as told:
        while True:
            job = store.jobs.get(wanted.get())
            if job.state == "running":
                _compute(settings, store, job)
            print(job.id, file=told, flush=True)


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


def _apart() -> IO[str]:
    """Standard output for us alone: what libraries print is no end of a job."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return told


def _listen(wanted: SimpleQueue[str]) -> None:
    """Hear of jobs until the one that names them is no more; then this is over, too."""
    for line in sys.stdin:
        wanted.put(line.strip())
    os._exit(1)


if __name__ == "__main__":
    main()
