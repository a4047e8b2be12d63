"""Revisions on SQLite and on a real PostgreSQL: the same tests for both."""

import dataclasses
import hashlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from geo.catalogue import Declaration
from geo.errors import ConflictError, InputError, MixedDataError, NotFoundError, SetupError
from geo.importing.folder import folder_proposal
from geo.places import Places
from geo.snapshot import SnapshotFolder
from geo.station import Station
from geo.store import Listed, Pending, Proposal, Store, open_store
from geo.validation import Catalogue, read_catalogue


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    return request.getfixturevalue("postgres").url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shipped_lists(root: Path, places: Places) -> Catalogue:
    return read_catalogue(root / "data" / "stations", places)


@pytest.fixture
def filled(store: Store, shipped_lists: Catalogue) -> Store:
    store.commit(folder_proposal(shipped_lists, store))
    return store


def change(store: Store, *stations: Station, **given: object) -> Proposal:
    info = store.info()
    listed = {each.station.id: each.list_key for each in store.stations()}
    values = {
        "base": store.head(),
        "who": "办公室",
        "action": "correct",
        "note": "电话核实",
        "list_key": None,
        "source_file": None,
        "source_sha256": None,
        "put": [Listed(listed.get(s.id, "410100-zhengzhou.csv"), s) for s in stations],
        "remove": (),
        "put_lists": (),
        "remove_lists": (),
        "pending": {},
        "provinces": info.provinces,
        "synthetic": info.synthetic,
        "sources_digest": info.sources_digest,
        "counts": {"changed": len(stations)},
    }
    return Proposal(**values | given)


def first(store: Store) -> Station:
    return store.stations()[0].station


def test_what_is_put_comes_back(filled: Store, shipped_lists: Catalogue):
    stations = [each.station for each in filled.stations()]
    assert stations == sorted(shipped_lists.stations, key=lambda s: s.id.encode())
    info = filled.info()
    assert info.declarations == tuple(sorted(shipped_lists.info.declarations, key=lambda d: d.path))
    assert (info.provinces, info.revision) == (("410000",), 1)
    revision = filled.revision(1)
    assert (revision.parent, revision.action, revision.counts["added"]) == (None, "folder", 82)
    assert revision.created_at.tzinfo is not None


def test_columns_and_stations_make_the_same_snapshot(store: Store, root: Path, places: Places):
    """Markets that state when people gather, facilities that are known to be none, all of it."""
    street = read_catalogue(root / "tests" / "fixtures" / "catalogues" / "street", places)
    odd = [
        dataclasses.replace(each, facilities_known=True, facilities=frozenset(), hours_text=None)
        if nth % 3
        else dataclasses.replace(each, listed_on=None, extra={"gathers": "04:00-07:00", "a": "甲"})
        for nth, each in enumerate(street.stations)
    ]
    store.commit(folder_proposal(dataclasses.replace(street, stations=odd), store))
    with tempfile.TemporaryDirectory() as folder:
        kept = SnapshotFolder(Path(folder))
        stations = [each.station for each in store.stations()]
        assert {station.extra.get("gathers") for station in stations} > {"04:00-07:00"}
        wanted = kept.publish(stations, store.info()).digest
        assert kept.publish_columns(store.columns(1), store.info()).digest == wanted


def test_nothing_new_is_no_revision(filled: Store, shipped_lists: Catalogue):
    assert filled.commit(folder_proposal(shipped_lists, filled)).number == 1
    assert filled.commit(change(filled, first(filled))).number == 1
    assert filled.head() == 1


def test_a_change_is_told_field_by_field_and_undone(filled: Store):
    old = first(filled)
    new = dataclasses.replace(old, hours_text="24小时", facilities_known=True)
    revision = filled.commit(change(filled, new))
    assert (revision.number, revision.who, revision.note) == (2, "办公室", "电话核实")
    found = filled.diff(1, 2)
    assert [(c.before, c.after, c.fields) for c in found.changed] == [
        (old, new, ("hours_text", "facilities_known"))
    ]
    assert (found.added, found.removed) == ((), ())
    assert filled.stations(1)[0].station == old
    restored = filled.restore(1, who="主任", note="")
    assert (restored.number, restored.action) == (3, "restore")
    assert filled.stations(3) == filled.stations(1)
    assert filled.diff(1, 3) == filled.diff(1, 1)
    assert len(filled.diff(0, 3).added) == 82


def test_removed_and_back_with_lists_and_pending(filled: Store):
    gone = first(filled)
    declared = filled.info().declarations[0]
    other = dataclasses.replace(declared, path="b.csv", area="410300")
    waiting = Pending(key="b:2", list_key="b.csv", row=2, reason="no_position", fields={"a": "甲"})
    filled.commit(change(filled, remove=[gone.id], put_lists=[other], pending={"b.csv": [waiting]}))
    assert len(filled.stations()) == 81
    assert [each.id for each in filled.diff(1, 2).removed] == [gone.id]
    assert "b.csv" in [each.path for each in filled.info().declarations]
    assert filled.pending() == [waiting]
    filled.restore(1, who="x", note="")
    assert len(filled.stations()) == 82
    assert "b.csv" not in [each.path for each in filled.info().declarations]
    assert (filled.pending(), filled.pending(2)) == ([], [waiting])
    # An id is never given a second time.
    assert filled.next_serial(gone.district) > int(gone.id.rpartition("-")[2])


def test_serials_count_what_was_removed(filled: Store):
    district = "410102"
    last = filled.next_serial(district) - 1
    gone = f"{district}-{last:04d}"
    filled.commit(change(filled, remove=[gone]))
    assert filled.next_serial(district) == last + 1
    assert filled.next_serial("410999") == 1


def test_who_was_slower_is_told(filled: Store):
    stale = change(filled, dataclasses.replace(first(filled), phone="0371-1"))
    filled.commit(change(filled, dataclasses.replace(first(filled), phone="0371-2")))
    with pytest.raises(ConflictError):
        filled.commit(stale)
    assert first(filled).phone == "0371-2"


def test_of_many_at_once_exactly_one_wins(filled: Store, url: str):
    proposals = [
        change(filled, dataclasses.replace(first(filled), phone=f"0371-{n}")) for n in range(6)
    ]
    won: list[int] = []

    def commit(proposal: Proposal) -> None:
        own = open_store(url)
        try:
            won.append(own.commit(proposal).number)
        except ConflictError:
            pass
        finally:
            own.close()

    threads = [threading.Thread(target=commit, args=(p,)) for p in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [2]
    assert filled.head() == 2


def test_real_and_synthetic_never_meet(filled: Store):
    made_up = dataclasses.replace(first(filled), synthetic=True)
    for proposal in (change(filled, made_up), change(filled, made_up, synthetic=True)):
        with pytest.raises(MixedDataError):
            filled.commit(proposal)
    assert filled.head() == 1


def test_what_is_not_there(filled: Store):
    for ask in (filled.revision, filled.stations, lambda n: filled.restore(n, who="", note="")):
        if ask != filled.stations:
            with pytest.raises(NotFoundError):
                ask(9)
    with pytest.raises(NotFoundError):
        filled.station("410102-9999")
    with pytest.raises(NotFoundError):
        filled.diff(1, 9)


def test_keys_are_hashed_and_end_at_once(filled: Store, url: str):
    text, record = filled.keys.add("办公室", cities=["410100"], scopes=["import"])
    assert filled.keys.check(text) == record
    assert filled.keys.check(text + "x") is None
    assert (record.covers("410100"), record.covers("410300")) == (True, False)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = str(connection.execute(sa.text("SELECT * FROM api_key")).all())
    engine.dispose()
    assert text not in rows
    assert hashlib.sha256(text.encode()).hexdigest() in rows
    filled.keys.revoke(record.id)
    assert filled.keys.check(text) is None
    with pytest.raises(InputError):
        filled.keys.add("x", cities=["*"], scopes=["everything"])
    with pytest.raises(NotFoundError):
        filled.keys.revoke(99)


def test_queues_of_the_office(filled: Store):
    for _ in range(3):
        filled.reports.add("410102-0001", "closed")
    filled.reports.add("410102-0001", "moved")
    reports = filled.reports.list()
    assert [each.what for each in reports] == ["closed", "moved"]
    filled.reports.decide(reports[0].id, "rejected", who="x")
    assert [each.what for each in filled.reports.list()] == ["moved"]
    pair = ("410102-0001", "410102-0002", {"distance_m": 3.0})
    renamed = [dataclasses.replace(first(filled), name=name) for name in ("甲", "乙")]
    filled.commit(change(filled, renamed[0], duplicates=[pair]))
    assert [(each.first, each.found_in) for each in filled.duplicates.open()] == [(pair[0], 2)]
    filled.duplicates.decide(filled.duplicates.open()[0].id, "different", who="x")
    filled.commit(change(filled, renamed[1], duplicates=[pair]))
    assert filled.duplicates.open() == []
    token = filled.uploads.add(file_name="a.csv", content=b"\0\xff", options={"a": 1}, who="x")
    assert filled.uploads.get(token).content == b"\0\xff"
    filled.uploads.accept(token, 7)
    assert filled.uploads.get(token).revision == 7
    with pytest.raises(NotFoundError):
        filled.uploads.get("nothing")


def test_another_process_is_heard_within_two_seconds(filled: Store, url: str):
    code = f"""
import dataclasses, time
from geo.store import *
store = open_store({url!r})
key, station = store.stations()[0]
info = store.info()
time.sleep(0.5)
store.commit(Proposal(base=1, who="", action="", note="", list_key=None, source_file=None,
    source_sha256=None, put=[Listed(key, dataclasses.replace(station, phone="0371-9"))],
    remove=(), put_lists=(), remove_lists=(), pending={{}}, provinces=info.provinces,
    synthetic=False, sources_digest="", counts={{}}))
print(time.time(), flush=True)
store.close()
"""
    assert filled.wait(1, 0.2) == 1
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert filled.wait(1, 60.0) == 2
        heard = time.time()
        committed = float((other.stdout.readline() if other.stdout else "") or 0)
    assert heard - committed < 2.0


def test_a_gis_reads_postgis_directly(postgres, shipped_lists: Catalogue):
    url = postgres.url()
    store = open_store(url)
    store.commit(folder_proposal(shipped_lists, store))
    here = first(store).position
    store.close()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        near = connection.execute(
            "SELECT id FROM station WHERE ST_DWithin(position, ST_Point(%s, %s)::geography, 5)",
            here,
        ).fetchall()
        # With 82 rows the planner would rather sort; can it use the index at all?
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET enable_sort = off")
        plan = connection.execute(
            "EXPLAIN SELECT id FROM station"
            " ORDER BY position <-> ST_Point(113.6, 34.7)::geography LIMIT 5"
        ).fetchall()
        column = connection.execute(
            "SELECT type, srid FROM geography_columns WHERE f_table_name = 'station'"
        ).fetchone()
    assert ("410102-0001",) in near
    assert "ix_station_version_position" in str(plan)
    assert column == ("Point", 4326)


def test_sqlite_is_made_safe(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with store._engine.connect() as connection:
        said = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    store.close()
    assert said == ["wal", 2, 1]


def test_a_wrong_address_is_a_sentence_without_the_password(tmp_path: Path):
    for url in (
        "postgresql+psycopg://u:geheim@127.0.0.1:1/x",
        "mysql://u:geheim@127.0.0.1/x",
        "nonsense geheim",
        f"sqlite:///{tmp_path}/no/such/folder/a.sqlite",
    ):
        with pytest.raises(SetupError) as error:
            open_store(url)
        assert "geheim" not in str(error.value)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, shipped_lists: Catalogue):
    path = tmp_path / "a.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.commit(folder_proposal(shipped_lists, store))
    store.close()
    code = f"""
import dataclasses, sqlalchemy as sa
from geo.errors import SetupError
from geo.store import *
store = open_store("sqlite:///{path}")
pages = {{}}
@sa.event.listens_for(store._engine, "connect")
def limit(connection, _):
    connection.execute("PRAGMA max_page_count = 1").close()
store._engine.dispose()
info = store.info()
put = [Listed(k, dataclasses.replace(s, address="长" * 20_000)) for k, s in store.stations()]
try:
    store.commit(Proposal(base=1, who="", action="", note="", list_key=None, source_file=None,
        source_sha256=None, put=put, remove=(), put_lists=(), remove_lists=(), pending={{}},
        provinces=info.provinces, synthetic=False, sources_digest="", counts={{}}))
except SetupError as error:
    print(error.text.zh)
store.close()
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "磁盘已满" in run.stdout
    store = open_store(f"sqlite:///{path}")
    assert (store.head(), len(store.stations())) == (1, 82)
    store.close()


def test_declarations_of_other_countries_survive(filled: Store):
    declared: Declaration = filled.info().declarations[0]
    abroad = dataclasses.replace(
        declared, path="london", area="GB-LND", area_name=declared.note, completeness=None
    )
    filled.commit(change(filled, put_lists=[abroad]))
    assert abroad in filled.info().declarations
