"""When to stop, and whom to tell."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from geo.siting.model import Effort, Progress, Status


class Watch:
    """The clock of one call: a time limit shared out between its plans, and a stop."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self._began = time.perf_counter()
        self._deadline = self._end()
        self.stopped = False

    def _end(self) -> float:
        limit = self.effort.time_limit_s
        return float("inf") if limit is None else self._began + limit

    @property
    def seconds(self) -> float:
        """Since the call began."""
        return time.perf_counter() - self._began

    @property
    def remaining_s(self) -> float:
        """Until the part of the time that is now running is over; may be infinite."""
        return max(0.0, self._deadline - time.perf_counter())

    def share(self, parts: int) -> None:
        """Allow the next part an equal share of the time that is left for ``parts`` parts."""
        now = time.perf_counter()
        self._deadline = now + max(0.0, self._end() - now) / parts

    def over(self) -> bool:
        """Whether to stop now."""
        if not self.stopped and self.effort.cancel is not None and self.effort.cancel():
            self.stopped = True
        return self.stopped or time.perf_counter() >= self._deadline

    @property
    def status(self) -> Status:
        """Why a search without a proof ended."""
        if self.stopped:
            return "stopped"
        return "time" if self.remaining_s == 0.0 else "gap"

    def tell(self, count: int, objective: float, bound: float) -> None:
        """Report where the search stands."""
        if self.effort.progress is not None:
            self.effort.progress(Progress(count, objective, bound, self.seconds))

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Ctrl-C ends what runs inside, and the search as a whole; nothing else is lost."""
        try:
            yield
        except KeyboardInterrupt:
            self.stopped = True
