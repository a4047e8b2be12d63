"""What the store takes and gives of jobs and of the plans that they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from geo.text import Text

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
# A job in one of these never changes again.
ENDED: Final[frozenset[JobState]] = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A plan to be computed: ``request`` is what was asked, ``key`` what makes it that plan.

    ``revision`` and ``snapshot`` say of which stations. ``owner`` is the id of the key that
    asked; ``None`` if the service computes it ahead, when nobody else wants anything.
    """

    key: str
    city: str
    revision: int
    snapshot: str
    request: Mapping[str, Any]
    owner: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Wanted):
    """A plan's way through the queue.

    ``share`` is how much is done, ``stage`` what is being done, ``stopping`` that it runs and
    was asked to stop, ``problem`` why it failed. ``attempts`` counts how often it was begun.
    """

    id: str
    state: JobState
    stopping: bool
    attempts: int
    share: float
    stage: Text | None
    problem: Text | None
    runner: str | None
    created_at: datetime
    started_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether it will never change again."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a plan. ``content`` is compressed with gzip; ``policy`` is that of a page."""

    name: str
    media_type: str
    content: bytes
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """A plan that was computed, without its files. ``summary`` is its line in a ranking.

    ``standard`` marks what the service answers without being asked for anything special.
    """

    key: str
    city: str
    revision: int
    snapshot: str
    standard: bool
    summary: Mapping[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePlan:
    """A plan to be kept, with all its files."""

    record: PlanRecord
    parts: Sequence[Part]
