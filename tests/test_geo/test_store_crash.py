"""kill -9 at any moment of an import: no acknowledged revision is lost, none is half there."""

import csv
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.importing.folder import folder_proposal
from geo.importing.options import ImportOptions
from geo.importing.plan import keep, plan_import
from geo.places import Places
from geo.store import Store, open_store
from geo.validation import read_catalogue

STATIONS = 120
# Imports edition after edition, and says so once each is acknowledged.
_CHILD = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
from test_store_crash import hand_in
from geo.places import load_places
from geo.store import open_store
store, places = open_store({url!r}), load_places()
print("ready", flush=True)
while True:
    print(hand_in(store, places, Path({work!r})), flush=True)
"""
OPTIONS = ImportOptions(area="410100", datum="wgs84", list_key="crash.csv", who="办公室")


def phone(number: int) -> str:
    return f"0371-{60_000_000 + number}"


def edition(path: Path, number: int) -> None:
    """A list of which every station, and one pair that may be one, is of this edition."""
    rows = [
        [f"第{n}小学旁驿站", "爱心驿站", f"建设路{n}号", 113.5 + 0.002 * n, 34.75, phone(number)]
        for n in range(STATIONS)
    ]
    rows.append([f"第{number}号新驿站", "爱心驿站", "", 113.55, 34.8, phone(number)])
    rows.append([f"第{number}号新驿站", "爱心驿站", "", 113.55, 34.8, phone(number)])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["名称", "类别", "地址", "经度", "纬度", "座机"], *rows])


def hand_in(store: Store, places: Places, work: Path) -> int:
    """Import the edition that comes after the newest revision; its number."""
    path = work / "edition.csv"
    edition(path, store.head() + 1)
    return keep(plan_import(path, store, OPTIONS, places), store)


def crash(url: str, work: Path, rng: random.Random, *, kill_server=None) -> list[int]:
    """The revisions that were acknowledged before the blow."""
    code = _CHILD.format(url=url, work=str(work), folder=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 0.6))
        if kill_server:
            kill_server()
        child.kill()
        return [int(line) for line in child.stdout.read().splitlines()]


def check(url: str, acknowledged: list[int]) -> None:
    store = open_store(url)
    try:
        head = store.head()
        assert head >= max(acknowledged, default=1)
        assert [each.number for each in store.revisions()] == list(range(head, 0, -1))
        queued = {each.found_in for each in store.duplicates.open()}
        for number in {*acknowledged, head} - {1}:
            listed = [e.station for e in store.stations(number) if e.list_key == "crash.csv"]
            present = [station for station in listed if station.status == "open"]
            # Every station is changed by every edition: one that was not would be a half.
            assert {station.phone for station in present} == {phone(number)}
            assert len(present) == STATIONS + 2
            assert number in queued
    finally:
        store.close()


def fill(url: str, root: Path, places: Places) -> None:
    store = open_store(url)
    store.commit(folder_proposal(read_catalogue(root / "data" / "stations", places), store))
    store.close()


def sqlite_crashes(tmp_path: Path, root: Path, places: Places, times: int) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    fill(url, root, places)
    rng = random.Random(times)
    acknowledged: list[int] = []
    for _ in crashes(times, acknowledged):
        acknowledged += crash(url, tmp_path, rng)
        check(url, acknowledged[-20:])
    assert acknowledged
    check(url, acknowledged)
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def crashes(times: int, acknowledged: list[int]) -> Iterator[int]:
    """So many, and more while nothing was acknowledged: a busy machine is slow to commit."""
    for nth in range(10 * times):
        if nth >= times and acknowledged:
            return
        yield nth


def postgres_crashes(postgres, tmp_path: Path, root: Path, places: Places, times: int) -> None:
    url = postgres.url()
    fill(url, root, places)
    rng = random.Random(times)
    acknowledged: list[int] = []
    for nth in crashes(times, acknowledged):
        server_too = nth % 2 == 1
        kill_server = postgres.kill if server_too else None
        acknowledged += crash(url, tmp_path, rng, kill_server=kill_server)
        if server_too:
            postgres.start()
        check(url, acknowledged[-20:])
    assert acknowledged
    check(url, acknowledged)


def test_sqlite_survives_one(tmp_path: Path, root: Path, places: Places):
    sqlite_crashes(tmp_path, root, places, 1)


@pytest.mark.full
def test_sqlite_survives_fifty(tmp_path: Path, root: Path, places: Places):
    sqlite_crashes(tmp_path, root, places, 50)


@pytest.mark.full
def test_postgresql_survives_twenty(postgres, tmp_path: Path, root: Path, places: Places):
    postgres_crashes(postgres, tmp_path, root, places, 20)
