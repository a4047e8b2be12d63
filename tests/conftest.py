"""Fixtures that every room shares: real servers on loopback, a real browser, a real snapshot."""

import functools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from geo.places import Places, load_places
from geo.snapshot import Snapshot, SnapshotFolder
from geo.validation import read_catalogue

# Tables in the terminal are as wide in every process, whoever imports them first.
os.environ["COLUMNS"] = "200"

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
STREET = ROOT / "tests" / "fixtures" / "catalogues" / "street"
_CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--in-process-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; a test that asks for it is marked ``shared``."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def places() -> Places:
    """All places."""
    return load_places()


@pytest.fixture(scope="session")
def shipped(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The shipped stations as a snapshot."""
    return _published(ROOT / "data" / "stations", places, tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="session")
def street(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A made-up street: known and unknown facilities, names that attack a page."""
    return _published(STREET, places, tmp_path_factory.mktemp("street"))


@pytest.fixture(scope="session")
def sample_plan(places: Places) -> Callable[..., object]:
    """Makes made-up plans of a city, for tests of what shows them: ``tests/plan_fixture.py``."""
    sys.path.insert(0, str(ROOT / "tests"))
    from plan_fixture import sample_plan

    return functools.partial(sample_plan, places)


def _published(folder: Path, places: Places, home: Path) -> Snapshot:
    catalogue = read_catalogue(folder, places)
    return SnapshotFolder(home).publish(catalogue.stations, catalogue.info)


@dataclass(frozen=True)
class Server:
    """A running service."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, **kwargs: object) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60, **kwargs)


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Server]]:
    """Starts ``yizhan serve`` on a free port of loopback; all are ended with the session."""
    running: list[Server] = []

    def start(
        stations: Path, *options: str, home: Path | None = None, plan_ahead: bool = False
    ) -> Server:
        home = home or tmp_path_factory.mktemp("home")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = os.environ | {
            "YIZHAN_HOME": str(home),
            "YIZHAN_STATIONS_DIR": str(stations),
            "YIZHAN_PLAN_AHEAD": str(plan_ahead),
        }
        log = home / "serve.log"
        command = [Path(sys.executable).with_name("yizhan"), "serve", "--port", str(port), *options]
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)
        server = Server(f"http://127.0.0.1:{port}", home, log, process)
        running.append(server)
        _wait(server)
        return server

    yield start
    for server in running:
        server.process.terminate()
    for server in running:
        server.process.wait(timeout=20)


def _wait(server: Server) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{server.url}/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            assert server.process.poll() is None, server.log.read_text()
            time.sleep(0.05)
    raise AssertionError(server.log.read_text())


@pytest.fixture(scope="session")
def street_server(start_server: Callable[..., Server]) -> Server:
    """Serves the made-up street."""
    return start_server(STREET)


@pytest.fixture(scope="session")
def shipped_server(start_server: Callable[..., Server]) -> Server:
    """Serves the shipped stations."""
    return start_server(ROOT / "data" / "stations")


@pytest.fixture(scope="session")
def demo_server(start_server: Callable[..., Server]) -> Server:
    """Serves the synthetic province of 11,500 stations."""
    return start_server(ROOT / "data" / "stations", "--demo")


@pytest.fixture(scope="session")
def postgres() -> Iterator[object]:
    """A real PostgreSQL with PostGIS, stopped and removed with the session."""
    sys.path.insert(0, str(ROOT / "tests"))
    import postgres as private

    server = private.create()
    server.start()
    yield server
    server.stop("immediate")
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, which can reach nothing but this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_CHROMIUM_FLAGS
        )
        yield launched
        launched.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs the shared folder where there is none, and say so."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "shared_data" in names:
            item.add_marker("shared")
        if "browser" in names:
            item.add_marker("browser")
    if SHARED_DATA.is_dir():
        return
    kept = [item for item in items if not item.get_closest_marker("shared")]
    dropped = [item for item in items if item.get_closest_marker("shared")]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
