"""Two machines, three workers, one PostgreSQL: all serve what one of them was told."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from geo.store import Store, open_store

STATION = "410102-0003"
Served = Callable[..., object]


@pytest.fixture(scope="module")
def url(postgres) -> str:
    return postgres.url()


@pytest.fixture(scope="module")
def machines(start_server: Served, root: Path, url: str) -> list:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIZHAN_DATABASE_URL", url)
        lists = root / "data" / "stations"
        return [start_server(lists, "--workers", workers) for workers in ("2", "1")]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def correct(machine, key: str, hours: str) -> httpx.Response:
    return httpx.patch(
        f"{machine.url}/api/v1/admin/stations/{STATION}",
        headers={"Authorization": f"Bearer {key}"},
        json={"hours_text": hours},
        timeout=60,
    )


def all_serve(machines: list, revision: int, hours: str) -> None:
    """Wait until every worker of every machine answers with a revision."""
    until = time.monotonic() + 30
    for machine in machines:
        seen = 0
        while seen < 10:
            answer = machine.get(f"/api/v1/stations/{STATION}")
            number = machine.get("/health").json()["revision_number"]
            new = answer.json()["properties"]["opening"]["specification"] == hours
            seen = seen + 1 if new and number == revision else 0
            assert time.monotonic() < until, answer.text


def test_every_worker_serves_what_one_was_told(machines: list, store: Store):
    key, _ = store.keys.add("办公室", cities=["*"], scopes=["manage"])
    answer = correct(machines[0], key, "周一至周五 9:00-17:00")
    assert answer.status_code == 200, answer.text
    all_serve(machines, answer.json()["revision"], "Mo-Fr 09:00-17:00")


def test_a_key_ends_on_every_machine_at_once(machines: list, store: Store):
    key, record = store.keys.add("临时", cities=["*"], scopes=["read"])
    path = "/api/v1/admin/reports"
    headers = {"Authorization": f"Bearer {key}"}
    assert {m.get(path, headers=headers).status_code for m in machines} == {200}
    store.keys.revoke(record.id)
    for machine in machines * 4:
        assert machine.get(path, headers=headers).status_code == 401


@pytest.mark.full
def test_the_database_goes_and_comes_back(machines: list, postgres, url: str):
    nearest = "/api/v1/nearest?lon=113.66&lat=34.75"
    postgres.kill()
    try:
        for machine in machines * 4:
            assert machine.get(nearest).status_code == 200
        asked = machines[0].get("/api/v1/changes?since=0")
        assert asked.status_code == 503
        assert asked.headers["content-type"] == "application/problem+json"
    finally:
        postgres.start()
    store = open_store(url)
    key, _ = store.keys.add("办公室", cities=["*"], scopes=["manage"])
    store.close()
    answer = correct(machines[1], key, "24小时")
    assert answer.status_code == 200, answer.text
    all_serve(machines, answer.json()["revision"], "24/7")
    for machine in machines:
        assert "Traceback" not in machine.log.read_text()
