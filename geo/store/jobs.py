"""The queue of plans to be computed. Its state is here alone, so that any worker can tell it.

A job is queued, claimed by a runner (one for each machine), and ends done, failed or cancelled.
The runner says that it is alive while it works; a job whose runner has been silent is given up.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from geo.errors import BusyError, NotFoundError
from geo.store.engine import JOBS, reading, writing
from geo.store.jobs_model import ENDED, Job, MadePlan, Wanted
from geo.store.moments import now, with_moments
from geo.store.plans import keys_kept, put_plan
from geo.store.tables import JOB
from geo.text import Text

# So many jobs may wait, and so many of one key.
MOST_WAITING: Final = 16
MOST_WAITING_OF_ONE: Final = 4
RETRY_AFTER_S: Final = 30
# A runner says that it is alive every two seconds. It may have to wait for an import that writes.
SILENT_S: Final = 90.0
_ENDED_KEPT: Final = 500
# What nobody asked for is begun once more after a runner was lost, but not for ever.
_MOST_ATTEMPTS: Final = 2

LOST: Final = Text(
    "计算它的进程中途结束（服务停止或内存不足）；请再提交一次",
    "the process that computed it ended (the service stopped, or memory ran out): ask again",
)


class Jobs:
    """The queue."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def submit(self, wanted: Wanted) -> Job:
        """Queue what somebody asked for.

        If the plan is there, the job is done at once; if the same key asked for the same and
        it is not over yet, it is that job. Raises :class:`BusyError` if too many wait.
        """
        with writing(self._engine, JOBS) as connection:
            same = (
                (JOB.c.key == wanted.key)
                & (JOB.c.owner == wanted.owner)
                & JOB.c.state.not_in(ENDED)
                & ~JOB.c.stopping
            )
            found = connection.execute(sa.select(JOB).where(same)).first()
            if found:
                return _job(found)
            if keys_kept(connection, [wanted.key]):
                return self._insert(connection, wanted, state="done", share=1.0, ended_at=now())
            _require_room(connection, wanted.owner)
            _forget_old(connection)
            return self._insert(connection, wanted)

    def ahead(self, wanted: Sequence[Wanted]) -> None:
        """Queue what is computed ahead, and nothing else of that kind.

        What has a plan, or was tried for this very key, is left alone.
        """
        keys = [each.key for each in wanted]
        with writing(self._engine, JOBS) as connection:
            unwanted = JOB.c.owner.is_(None) & (JOB.c.state != "running") & JOB.c.key.not_in(keys)
            connection.execute(sa.delete(JOB).where(unwanted))
            tried = sa.select(JOB.c.key).where(JOB.c.owner.is_(None), JOB.c.key.in_(keys))
            known = keys_kept(connection, keys) | set(connection.scalars(tried))
            for each in wanted:
                if each.key not in known:
                    self._insert(connection, each)

    def get(self, job_id: str) -> Job:
        """One job. Raises :class:`NotFoundError`."""
        job = self._get(job_id)
        if job.state == "running" and job.seen_at and job.seen_at < now() - _silence():
            self.give_up(JOB.c.seen_at < now() - _silence())
            job = self._get(job_id)
        return job

    def list(self, *, limit: int = 50) -> list[Job]:
        """The newest jobs, the newest first."""
        wanted = sa.select(JOB).order_by(JOB.c.created_at.desc(), JOB.c.id).limit(limit)
        with reading(self._engine) as connection:
            return [_job(row) for row in connection.execute(wanted)]

    def before(self, job: Job) -> int:
        """How many jobs that somebody asked for come before a queued one."""
        earlier = _waiting() & (JOB.c.created_at < job.created_at)
        with reading(self._engine) as connection:
            return connection.scalar(_count(earlier)) or 0

    def cancel(self, job_id: str) -> Job:
        """Stop a job: at once if it waits, as soon as its runner hears of it if it runs."""
        with writing(self._engine, JOBS) as connection:
            one = sa.update(JOB).where(JOB.c.id == job_id)
            ended = one.where(JOB.c.state == "queued")
            connection.execute(ended.values(state="cancelled", ended_at=now()))
            connection.execute(one.where(JOB.c.state == "running").values(stopping=True))
        return self.get(job_id)

    def claim(self, runner: str) -> Job | None:
        """The job to be computed next, if there is one: first what somebody asked for.

        No key has two jobs running.
        """
        running = sa.select(JOB.c.owner).where(JOB.c.state == "running", JOB.c.owner.is_not(None))
        next_one = (
            sa.select(JOB)
            .where(JOB.c.state == "queued")
            .where(JOB.c.owner.is_(None) | JOB.c.owner.not_in(running))
            .order_by(JOB.c.owner.is_(None), JOB.c.created_at, JOB.c.id)
            .limit(1)
        )
        with reading(self._engine) as connection:
            if connection.execute(next_one).first() is None:
                return None
        with writing(self._engine, JOBS) as connection:
            row = connection.execute(next_one).first()
            if row is None:
                return None
            begun = (
                sa.update(JOB)
                .where(JOB.c.id == row.id)
                .values(
                    state="running",
                    runner=runner,
                    attempts=JOB.c.attempts + 1,
                    started_at=now(),
                    seen_at=now(),
                )
                .returning(JOB)
            )
            return _job(connection.execute(begun).one())

    def alive(self, job: Job) -> bool:
        """Say that a job is being computed; whether it is to go on."""
        going = _running(job) & ~JOB.c.stopping
        with writing(self._engine, JOBS) as connection:
            told = sa.update(JOB).where(going).values(seen_at=now())
            return bool(connection.execute(told).rowcount)

    def stopping(self, job: Job) -> bool:
        """Whether a job that was claimed is to be stopped."""
        going = _running(job) & ~JOB.c.stopping
        with reading(self._engine) as connection:
            return not connection.scalar(_count(going))

    def progress(self, job: Job, share: float, stage: Text) -> None:
        """Say how far a job is."""
        self._update(job, share=share, stage=list(stage))

    def done(self, job: Job, plan: MadePlan) -> bool:
        """Keep the plan and end the job, both or neither; neither if the job ended before."""
        with writing(self._engine, JOBS) as connection:
            ended = sa.update(JOB).where(_running(job))
            ended = ended.values(state="done", share=1.0, stage=None, ended_at=now())
            if not connection.execute(ended).rowcount:
                return False
            put_plan(connection, plan)
        return True

    def fail(self, job: Job, problem: Text) -> None:
        """End a job that cannot be done."""
        self._update(job, state="failed", problem=list(problem), ended_at=now())

    def stopped(self, job: Job) -> None:
        """End a job that was asked to stop."""
        self._update(job, state="cancelled", stage=None, ended_at=now())

    def put_back(self, job: Job) -> None:
        """Queue a job again that its runner leaves because it ends itself."""
        self._update(job, state="queued", share=0.0, stage=None, runner=None)

    def lost(self, job: Job) -> None:
        """Give up a job whose process ended without a word; one that is over stays as it is."""
        self.give_up(_running(job))

    def lost_by(self, runner: str) -> None:
        """Give up what an earlier life of a runner was computing."""
        self.give_up(JOB.c.runner == runner)

    def give_up(self, which: sa.ColumnElement[bool]) -> None:
        """Fail running jobs whose runner is gone; what nobody asked for is tried once more."""
        lost = sa.update(JOB).where(JOB.c.state == "running", which)
        again = JOB.c.owner.is_(None) & (JOB.c.attempts < _MOST_ATTEMPTS)
        with writing(self._engine, JOBS) as connection:
            connection.execute(lost.where(again).values(state="queued", share=0.0, stage=None))
            ended = {"ended_at": now(), "stage": None}
            halted = lost.where(JOB.c.stopping).values(state="cancelled", **ended)
            connection.execute(halted)
            connection.execute(lost.values(state="failed", problem=list(LOST), **ended))

    def _get(self, job_id: str) -> Job:
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(JOB).where(JOB.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFoundError(
                "没有这个任务，或已不再保存", "there is no such job, or it is kept no longer"
            )
        return _job(row)

    def _update(self, job: Job, **values: object) -> None:
        """Change a job that its runner still has."""
        with writing(self._engine, JOBS) as connection:
            connection.execute(sa.update(JOB).where(_running(job)).values(**values))

    def _insert(self, connection: sa.Connection, wanted: Wanted, **values: object) -> Job:
        given = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}
        fresh = {
            "id": secrets.token_urlsafe(16),
            "state": "queued",
            "stopping": False,
            "attempts": 0,
            "share": 0.0,
            "created_at": now(),
        }
        added = sa.insert(JOB).values(given | fresh | values).returning(JOB)
        return _job(connection.execute(added).one())


def _running(job: Job) -> sa.ColumnElement[bool]:
    """The job, as long as it is in the hands that claimed it."""
    return (
        (JOB.c.id == job.id)
        & (JOB.c.state == "running")
        & (JOB.c.runner == job.runner)
        & (JOB.c.attempts == job.attempts)
    )


def _waiting() -> sa.ColumnElement[bool]:
    return (JOB.c.state == "queued") & JOB.c.owner.is_not(None)


def _count(where: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(JOB).where(where)


def _silence() -> timedelta:
    return timedelta(seconds=SILENT_S)


def _require_room(connection: sa.Connection, owner: int | None) -> None:
    own = connection.scalar(_count(_waiting() & (JOB.c.owner == owner))) or 0
    if own >= MOST_WAITING_OF_ONE:
        raise BusyError(
            f"此密钥已有 {own} 个任务在排队，请等其中一个完成",
            f"{own} jobs of this key are waiting already: let one of them end",
            retry_after_s=RETRY_AFTER_S,
        )
    waiting = connection.scalar(_count(_waiting())) or 0
    if waiting >= MOST_WAITING:
        raise BusyError(
            f"已有 {waiting} 个任务在排队，请稍后再提交",
            f"{waiting} jobs are waiting already: try again later",
            retry_after_s=RETRY_AFTER_S,
        )


def _forget_old(connection: sa.Connection) -> None:
    """Of the jobs that are over, the newest stay."""
    over = sa.select(JOB.c.id).where(JOB.c.state.in_(ENDED), JOB.c.owner.is_not(None))
    old = over.order_by(JOB.c.created_at.desc()).offset(_ENDED_KEPT)
    gone = list(connection.scalars(old))
    if gone:
        connection.execute(sa.delete(JOB).where(JOB.c.id.in_(gone)))


def _job(row: sa.Row[Any]) -> Job:
    values: Mapping[str, Any] = with_moments(row)
    pairs = {name: Text(*values[name]) if values[name] else None for name in ("stage", "problem")}
    return Job(**{**values, **pairs})
