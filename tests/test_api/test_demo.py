"""``yizhan serve --demo``: the synthetic province, and the service under load, crash and time."""

import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import psutil
import pytest
from pyproj import Geod

from geo.snapshot import SnapshotFolder
from geo.vocabulary import vocabulary

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def demo_snapshot(demo_server):
    return SnapshotFolder(demo_server.home / "demo" / "snapshots").current()


def test_every_page_and_answer_says_synthetic(demo_server):
    for path in ("/", "/maps/", "/maps/411300"):
        assert "示意数据，非真实站点" in demo_server.get(path).text
    assert demo_server.get("/api/v1/meta").json()["synthetic"] is True
    answer = demo_server.get("/api/v1/nearest?lon=113.66&lat=34.75&lang=en").json()
    assert answer["label"] == "Synthetic data, not real stations"
    assert all(feature["properties"]["synthetic"] for feature in answer["features"])


def test_all_18_cities_have_stations(demo_server):
    cities = demo_server.get("/api/v1/cities").json()["cities"]
    assert len(cities) == 18
    assert all(city["stations"] > 50 for city in cities)
    assert sum(city["stations"] for city in cities) == 11_500


def test_exact_over_http(demo_server, demo_snapshot):
    _exact(demo_server, demo_snapshot, questions=60, threads=4)


@pytest.mark.full
def test_exact_under_load(demo_server, demo_snapshot):
    _exact(demo_server, demo_snapshot, questions=4_000, threads=32)


def _exact(server, snapshot, *, questions, threads):
    rest = vocabulary().kinds_of_group("rest")
    stations = list(snapshot.stations())
    fitting = np.array([s.answerable and s.kind in rest for s in stations])
    ids = np.array([s.id for s in stations])[fitting]
    lon, lat = snapshot.lon[fitting], snapshot.lat[fitting]
    rng = np.random.default_rng(11)

    def ask(origin):
        x, y = origin
        answer = client.get("/api/v1/nearest", params={"lon": x, "lat": y, "k": 5}).json()
        _, _, distances = GEOD.inv(np.full(len(lon), x), np.full(len(lat), y), lon, lat)
        order = np.argsort(distances, kind="stable")[:5]
        found = [feature["id"] for feature in answer["features"]]
        shown = [feature["properties"]["distance_m"] for feature in answer["features"]]
        assert shown == pytest.approx(distances[order].tolist(), abs=0.051)
        assert found == ids[order].tolist()

    origins = np.round(rng.uniform((110.4, 31.4), (116.6, 36.4), (questions, 2)), 6).tolist()
    limits = httpx.Limits(max_connections=threads)
    with (
        httpx.Client(base_url=server.url, timeout=60, limits=limits) as client,
        ThreadPoolExecutor(threads) as pool,
    ):
        list(pool.map(ask, origins))


@pytest.mark.full
def test_memory_stays_bounded_over_time(demo_server):
    rng = random.Random(5)
    words = vocabulary()
    process = psutil.Process(demo_server.process.pid)

    def ask(client):
        query = {
            "lon": rng.uniform(-180, 180) if rng.random() < 0.2 else rng.uniform(110, 116),
            "lat": rng.uniform(-90, 90) if rng.random() < 0.2 else rng.uniform(31, 36),
            "k": rng.choice([1, 5, 100]),
            "kind": ",".join(rng.sample(list(words.kinds), rng.randint(1, 4))),
            "facility": ",".join(rng.sample(list(words.facilities), rng.randint(0, 2))) or "wifi",
            "lang": rng.choice(["zh", "en"]),
            "geometry_datum": rng.choice(["wgs84", "gcj02", "bd09"]),
        }
        assert client.get("/api/v1/nearest", params=query).status_code in {200, 400}

    with httpx.Client(base_url=demo_server.url, timeout=60) as client:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            ask(client)
        before = process.memory_info().rss
        end = time.monotonic() + 45
        while time.monotonic() < end:
            ask(client)
    assert process.memory_info().rss - before < 40e6


@pytest.mark.full
def test_killed_service_comes_back_with_the_same_revision(start_server, root):
    first = start_server(root / "data" / "stations")
    revision = first.get("/health").json()["revision"]
    for _ in range(3):
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        first = start_server(root / "data" / "stations", home=first.home)
        health = first.get("/health").json()
        assert (health["revision"], health["status"]) == (revision, "ok")
