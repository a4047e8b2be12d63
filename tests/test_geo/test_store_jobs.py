"""The queue of plans on SQLite and on a real PostgreSQL: the same tests for both."""

import dataclasses
import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geo.errors import BusyError, NotFoundError
from geo.importing.folder import folder_proposal
from geo.store import Job, MadePlan, Part, PlanRecord, Store, Wanted, open_store
from geo.store import jobs as queue
from geo.store import plans as kept
from geo.store.engine import make_engine, writing
from geo.store.tables import JOB, METADATA, PLAN, PLAN_PART
from geo.text import Text
from geo.validation import read_catalogue


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    return request.getfixturevalue("postgres").url()


@pytest.fixture
def store(url: str, root: Path, places) -> Iterator[Store]:
    opened = open_store(url)
    catalogue = read_catalogue(root / "tests/fixtures/catalogues/street", places)
    opened.commit(folder_proposal(catalogue, opened))
    yield opened
    opened.close()


@pytest.fixture
def owners(store: Store) -> list[int]:
    return [store.keys.add(name, cities=["*"], scopes=["plan"])[1].id for name in "abcdefgh"]


def wanted(key: str, owner: int | None = None, city: str = "410100") -> Wanted:
    return Wanted(
        key=key, city=city, revision=1, snapshot="s1", request={"radii_m": [500.0]}, owner=owner
    )


def plan(key: str, *, standard: bool = False, city: str = "410100", size: int = 100) -> MadePlan:
    record = PlanRecord(
        key=key,
        city=city,
        revision=1,
        snapshot="s1",
        standard=standard,
        summary={"people": 1},
        made_at=datetime.now(UTC),
    )
    page = Part(name="index.html", media_type="text/html", content=b"x" * size, policy="self")
    document = Part(name="plan.json", media_type="application/json", content=gzip.compress(b"{}"))
    return MadePlan(record=record, parts=[page, document])


def test_a_job_goes_its_way(store: Store, owners: list[int]):
    asked = store.jobs.submit(wanted("k", owners[0]))
    assert (asked.state, asked.share, asked.request) == ("queued", 0.0, {"radii_m": [500.0]})
    begun = store.jobs.claim("here")
    assert begun is not None
    assert (begun.id, begun.state, begun.attempts) == (asked.id, "running", 1)
    store.jobs.progress(begun, 0.4, Text("盲区", "gaps"))
    told = store.jobs.get(asked.id)
    assert (told.share, told.stage) == (0.4, Text("盲区", "gaps"))
    assert store.jobs.alive(begun)
    assert store.jobs.done(begun, plan("k"))
    over = store.jobs.get(asked.id)
    assert (over.state, over.share, over.stage, over.ended) == ("done", 1.0, None, True)
    assert over.created_at <= over.started_at <= over.ended_at
    assert store.plans.parts("k") == ["index.html", "plan.json"]
    page = store.plans.part("k", "index.html")
    assert (page.content, page.policy) == (b"x" * 100, "self")


def test_what_is_there_is_done_at_once(store: Store, owners: list[int]):
    store.plans.put(plan("k"))
    assert store.jobs.submit(wanted("k", owners[0])).state == "done"
    assert store.jobs.claim("here") is None


def test_asked_twice_is_one_job_and_of_two_keys_two(store: Store, owners: list[int]):
    first = store.jobs.submit(wanted("k", owners[0]))
    assert store.jobs.submit(wanted("k", owners[0])).id == first.id
    assert store.jobs.submit(wanted("k", owners[1])).id != first.id
    # One that is being stopped is as good as over.
    store.jobs.claim("here")
    store.jobs.cancel(first.id)
    assert store.jobs.submit(wanted("k", owners[0])).id != first.id


def test_the_queue_is_bounded_for_each_and_for_all(store: Store, owners: list[int]):
    for nth in range(queue.MOST_WAITING):
        store.jobs.submit(wanted(f"k{nth}", owners[nth // queue.MOST_WAITING_OF_ONE]))
    with pytest.raises(BusyError) as one:
        store.jobs.submit(wanted("more", owners[0]))
    with pytest.raises(BusyError) as all_of_them:
        store.jobs.submit(wanted("more", owners[-1]))
    assert one.value.text != all_of_them.value.text
    assert one.value.retry_after_s > 0
    # What is computed ahead takes nobody's place, and waits for everybody.
    store.jobs.ahead([wanted("standard")])
    first = store.jobs.claim("here")
    assert first is not None
    assert first.key == "k0"
    store.jobs.submit(wanted("more", owners[0]))


def test_no_key_has_two_running(store: Store, owners: list[int]):
    for key, owner in (("a", owners[0]), ("b", owners[0]), ("c", owners[1]), ("d", None)):
        store.jobs.submit(wanted(key, owner))
    assert [job.key for job in iter(lambda: store.jobs.claim("here"), None)] == ["a", "c", "d"]
    running = next(job for job in store.jobs.list() if job.key == "a")
    assert store.jobs.done(running, plan("a"))
    assert store.jobs.claim("here").key == "b"


def test_of_many_runners_one_gets_a_job(store: Store, owners: list[int], url: str):
    count = 6
    for nth in range(count):
        store.jobs.submit(wanted(f"k{nth}", owners[nth]))
    claimed: list[str] = []

    def run(name: str) -> None:
        own = open_store(url)
        claimed.extend(job.key for job in iter(lambda: own.jobs.claim(name), None))
        own.close()

    threads = [threading.Thread(target=run, args=(f"r{nth}",)) for nth in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(claimed) == [f"k{nth}" for nth in range(count)]


def test_cancelled_while_it_waits_and_while_it_runs(store: Store, owners: list[int]):
    running = store.jobs.submit(wanted("a", owners[0]))
    waiting = store.jobs.submit(wanted("b", owners[0]))
    begun = store.jobs.claim("here")
    assert begun is not None
    assert store.jobs.cancel(waiting.id).state == "cancelled"
    stopping = store.jobs.cancel(running.id)
    assert (stopping.state, stopping.stopping) == ("running", True)
    assert store.jobs.stopping(begun)
    assert not store.jobs.alive(begun)
    store.jobs.stopped(begun)
    assert store.jobs.get(running.id).state == "cancelled"
    # What is over stays as it is.
    assert not store.jobs.done(begun, plan("a"))
    assert store.plans.get("a") is None
    assert store.jobs.cancel(running.id).state == "cancelled"


def begun(store: Store, key: str, owner: int | None, runner: str = "here") -> Job:
    store.jobs.submit(wanted(key, owner))
    job = store.jobs.claim(runner)
    assert job is not None
    assert job.key == key
    return job


def test_a_lost_runner_fails_what_was_asked_and_tries_the_rest_once_more(
    store: Store, owners: list[int]
):
    asked = begun(store, "a", owners[0])
    other = begun(store, "b", owners[1], "elsewhere")
    standard = begun(store, "c", None)
    store.jobs.lost_by("here")
    failed = store.jobs.get(asked.id)
    assert (failed.state, failed.problem) == ("failed", queue.LOST)
    assert store.jobs.get(other.id).state == "running"
    assert store.jobs.claim("here").id == standard.id
    # Its earlier life has no say any more.
    assert not store.jobs.done(standard, plan("c", standard=True))
    store.jobs.lost_by("here")
    assert store.jobs.get(standard.id).state == "failed"
    assert store.jobs.submit(wanted("a", owners[0])).id != asked.id


def test_silence_is_noticed_by_whoever_asks(store: Store, owners: list[int], url: str):
    job = begun(store, "a", owners[0])
    engine = make_engine(url)
    long_ago = datetime.now(UTC) - timedelta(seconds=queue.SILENT_S + 1)
    with writing(engine) as connection:
        connection.execute(sa.update(JOB).values(seen_at=long_ago))
    engine.dispose()
    assert store.jobs.get(job.id).state == "failed"


def test_put_back_keeps_its_place(store: Store, owners: list[int]):
    job = begun(store, "a", owners[0])
    store.jobs.submit(wanted("b", owners[1]))
    store.jobs.put_back(job)
    again = store.jobs.claim("here")
    assert (again.id, again.attempts) == (job.id, 2)


def test_ahead_follows_the_revision(store: Store):
    store.jobs.ahead([wanted("a1"), wanted("b1", city="410200")])
    store.jobs.ahead([wanted("a1"), wanted("b1", city="410200")])
    assert sorted(job.key for job in store.jobs.list()) == ["a1", "b1"]
    done = store.jobs.claim("here")
    store.jobs.done(done, plan(done.key, standard=True))
    store.jobs.ahead([wanted("a1"), wanted("b2", city="410200")])
    assert sorted(job.key for job in store.jobs.list()) == ["a1", "b2"]
    # What failed for this very key is not tried for ever.
    failing = store.jobs.claim("here")
    store.jobs.fail(failing, Text("不行", "no"))
    store.jobs.ahead([wanted("a1"), wanted("b2", city="410200")])
    assert store.jobs.claim("here") is None


def test_a_city_has_one_standard_plan(store: Store):
    store.plans.put(plan("old", standard=True))
    store.plans.put(plan("other", standard=True, city="410200"))
    store.plans.put(plan("new", standard=True))
    assert store.plans.standard("410100").key == "new"
    assert [each.city for each in store.plans.standards()] == ["410100", "410200"]
    assert store.plans.get("old") is None
    with pytest.raises(NotFoundError):
        store.plans.part("old", "plan.json")
    assert store.plans.standard("410300") is None


def test_results_are_bounded_by_number_and_bytes(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(kept, "MOST_ASKED", 3)
    monkeypatch.setattr(kept, "MOST_ASKED_BYTES", 1_000)
    store.plans.put(plan("standard", standard=True, size=5_000))
    for key in "abcde":
        store.plans.put(plan(key))
    assert [bool(store.plans.get(key)) for key in "abcde"] == [False, False, True, True, True]
    store.plans.put(plan("large", size=950))
    assert [bool(store.plans.get(key)) for key in "cde"] == [False] * 3
    # The newest stays whatever its size, or nothing could ever be answered.
    store.plans.put(plan("too large", size=2_000))
    assert store.plans.get("too large")
    assert store.plans.get("standard")
    engine = make_engine(url)
    with engine.connect() as connection:
        left = connection.scalar(sa.select(sa.func.count()).select_from(PLAN_PART))
    engine.dispose()
    assert left == 4


def test_a_store_of_the_first_schema_is_brought_up_to_date(url: str):
    from alembic import command
    from alembic.config import Config

    import geo.store

    engine = make_engine(url)
    config = Config()
    folder = Path(geo.store.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        assert not sa.inspect(connection).has_table("job")
    store = open_store(url)
    store.keys.add("k", cities=["*"], scopes=["plan"])
    assert store.jobs.list() == []
    store.close()
    # What the migrations made is what the code expects, down to the columns.
    found = sa.inspect(engine)
    for table in (JOB, PLAN, PLAN_PART):
        assert {each["name"] for each in found.get_columns(table.name)} == set(table.c.keys())
    assert set(METADATA.tables) <= set(found.get_table_names())
    engine.dispose()


def test_records_are_what_they_were(store: Store):
    made = plan("k", standard=True)
    store.plans.put(made)
    assert store.plans.get("k") == made.record
    assert dataclasses.replace(made.record, summary={}) != made.record
