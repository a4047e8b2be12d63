"""What a courier's visit costs: static cells against the route that answers a position.

``scripts/bench cells [--quick]`` · the synthetic province, 1 worker, wrk on the same cores.
"""

import gzip
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import httpx
import numpy as np

from api.site import assets
from benchmarks.data import PROVINCE
from benchmarks.http import load, running, script_of
from benchmarks.report import console, machine, table
from geo.cells import CellFolder, StationCells, tile_of
from geo.places import load_places
from geo.snapshot import Snapshot, SnapshotFolder
from geo.synth import write_catalogue
from geo.validation import read_catalogue

_VISITS = 5_000
_BIN = Path(sys.executable).parent
_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
  fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ application/json json; }} gzip on; gzip_types application/json; gzip_min_length 1000;
  server {{ listen 127.0.0.1:{port}; root {folder}; location /ready {{ return 200; }} }}
}}
"""


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    rounds, seconds = (2, 2) if quick else (5, 5)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        snapshot = _province(home)
        visits = _visits(snapshot)
        scripts = _scripts(home, snapshot, visits)
        env = {"YIZHAN_HOME": scratch, "YIZHAN_STATIONS_DIR": str(home / "stations")}
        serve = [str(_BIN / "yizhan"), "serve", "--no-access-log", "--port"]
        with running(serve, env, home) as ours:
            _bytes(ours, visits)
            with running([sys.executable, "-c", _START_NGINX, str(home)], {}, home) as static:
                _compare(ours, static, scripts, rounds=rounds, seconds=seconds)


_START_NGINX = f"""
import os, pathlib, sys
folder, port = pathlib.Path(sys.argv[1]), sys.argv[2]
user = "user root;" if os.geteuid() == 0 else ""
path = folder / "nginx.conf"
path.write_text({_NGINX!r}.format(user=user, folder=folder, port=port))
os.execv("/usr/sbin/nginx", ["nginx", "-c", str(path)])
"""


def _province(home: Path) -> Snapshot:
    places = load_places()
    stations = home / "stations"
    write_catalogue(
        stations / "province.csv", places, provinces=["410000"], stations=PROVINCE, seed=1
    )
    catalogue = read_catalogue(stations, places)
    return SnapshotFolder(home / "snapshots").publish(catalogue.stations, catalogue.info)


def _visits(snapshot: Snapshot) -> list[tuple[float, float]]:
    """Couriers within a kilometre or so of stations."""
    rng = np.random.default_rng(5)
    rows = rng.integers(0, len(snapshot), _VISITS)
    lon = snapshot.lon[rows] + rng.normal(0, 0.01, _VISITS)
    lat = snapshot.lat[rows] + rng.normal(0, 0.01, _VISITS)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def _scripts(home: Path, snapshot: Snapshot, visits: list[tuple[float, float]]) -> dict[str, Path]:
    """The questions, and the cells by their addresses, which lie in ``cells`` of the home."""
    cells, folder = StationCells(snapshot), CellFolder(home / "cells")
    digests: dict[str, str] = {}
    for city in snapshot.by_city:
        digests |= folder.keep(cells, city, date(2026, 1, 1))
    keys = [tile_of(*each).key for each in visits]
    static = [f"/cells/13/{key}.{digests[key]}.json" for key in keys if key in digests]
    asked = [f"/api/v1/nearest?lon={lon:.6f}&lat={lat:.6f}" for lon, lat in visits]
    return {
        "nearest": script_of(asked, home, "nearest", gzip=True),
        "cells": script_of(static, home, "cells", gzip=True),
    }


def _compare(
    ours: str, static: str, scripts: dict[str, Path], *, rounds: int, seconds: int
) -> None:
    cases = {
        "nearest, 1 worker": (ours, scripts["nearest"]),
        "a cell, the same worker": (ours, scripts["cells"]),
        "a cell, nginx, 1 process": (static, scripts["cells"]),
    }
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (address, script) in cases.items():
            measured[name].append(load(address, script, seconds))
    medians = {name: np.median(np.array(each), axis=0) for name, each in measured.items()}
    base = float(medians["nearest, 1 worker"][0])
    table(
        f"{rounds} rounds of {seconds} s, interleaved, gzip",
        ("asked for", "requests/s", "p99 ms", "of nearest"),
        [(name, float(m[0]), float(m[1]), float(m[0]) / base) for name, m in medians.items()],
    )


def _bytes(ours: str, visits: list[tuple[float, float]]) -> None:
    """What a visit takes over the air, gzip."""

    def size(path: str) -> int:
        answer = httpx.get(ours + path, headers={"Accept-Encoding": ""}).raise_for_status()
        return len(gzip.compress(answer.content, 6, mtime=0))

    shell = size("/") + size(f"/{assets.url('courier.css')}") + size(f"/{assets.url('courier.js')}")
    sample = visits[:100]
    cell = [size(f"/cells/here/{tile_of(*each).key}.json") for each in sample]
    answer = [size(f"/api/v1/nearest?lon={lon:.6f}&lat={lat:.6f}&k=10") for lon, lat in sample]
    console.print(
        f"bytes of a visit: page, styles and script {shell:,} once; "
        f"own cell {np.median(cell):,.0f} (median; at most {max(cell):,}); "
        f"an answer of the nearest route with ten stations {np.median(answer):,.0f}"
    )


if __name__ == "__main__":
    os.environ.setdefault("YIZHAN_ACCESS_LOG", "false")
    main(quick="--quick" in sys.argv)
