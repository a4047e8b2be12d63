"""kill -9 at any moment: no acknowledged revision is lost, none is half there."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo.importing.folder import folder_proposal
from geo.store import Store, open_store
from geo.validation import read_catalogue

# Changes every station in each revision, and says so once it is acknowledged.
_CHILD = """
import dataclasses, sys
sys.path.insert(0, {folder!r})
from test_store_crash import digest
from geo.store import *
store = open_store({url!r})
print("ready", flush=True)
while True:
    base, info = store.head(), store.info()
    put = [
        Listed(key, dataclasses.replace(station, phone=f"0371-{{base + 1}}"))
        for key, station in store.stations()
    ]
    number = store.commit(Proposal(
        base=base, who="", action="crash", note="", list_key=None, source_file=None,
        source_sha256=None, put=put, remove=(), put_lists=(), remove_lists=(), pending={{}},
        provinces=info.provinces, synthetic=info.synthetic, sources_digest="", counts={{}},
    )).number
    print(number, flush=True)
"""


def digest(store: Store, number: int) -> str:
    text = "\n".join(repr(each) for each in store.stations(number))
    return hashlib.sha256(text.encode()).hexdigest()


def crash(url: str, rng: random.Random, *, kill_server=None) -> list[int]:
    """The revisions that were acknowledged before the blow."""
    code = _CHILD.format(url=url, folder=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.0, 0.4))
        if kill_server:
            kill_server()
        child.kill()
        return [int(line) for line in child.stdout.read().splitlines()]


def check(url: str, acknowledged: list[int]) -> None:
    store = open_store(url)
    try:
        head = store.head()
        assert head >= max(acknowledged, default=1)
        for number in {*acknowledged, head} - {1}:
            stations = [each.station for each in store.stations(number)]
            # Every station was changed in every revision: one that was not would be a half.
            assert {each.phone for each in stations} == {f"0371-{number}"}
            assert len(stations) == 82
    finally:
        store.close()


def fill(url: str, root: Path, places) -> None:
    store = open_store(url)
    store.commit(folder_proposal(read_catalogue(root / "data" / "stations", places), store))
    store.close()


def sqlite_crashes(tmp_path: Path, root: Path, places, times: int) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    fill(url, root, places)
    rng = random.Random(times)
    acknowledged: list[int] = []
    for _ in range(times):
        acknowledged += crash(url, rng)
        check(url, acknowledged[-20:])
    assert acknowledged
    check(url, acknowledged)
    import sqlite3

    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def postgres_crashes(postgres, root: Path, places, times: int) -> None:
    url = postgres.url()
    fill(url, root, places)
    rng = random.Random(times)
    acknowledged: list[int] = []
    for nth in range(times):
        server_too = nth % 2 == 1
        acknowledged += crash(url, rng, kill_server=postgres.kill if server_too else None)
        if server_too:
            postgres.start()
        check(url, acknowledged[-20:])
    assert acknowledged
    check(url, acknowledged)


def test_sqlite_survives(tmp_path: Path, root: Path, places):
    sqlite_crashes(tmp_path, root, places, 4)


def test_postgresql_survives(postgres, root: Path, places):
    postgres_crashes(postgres, root, places, 2)


@pytest.mark.full
def test_sqlite_survives_fifty(tmp_path: Path, root: Path, places):
    sqlite_crashes(tmp_path, root, places, 50)


@pytest.mark.full
def test_postgresql_survives_twenty(postgres, root: Path, places):
    postgres_crashes(postgres, root, places, 20)
