"""The province asks at once: exact answers over HTTP against a route that returns a constant.

``scripts/bench http [--quick]`` · 186,100 stations, 2 workers, wrk on the same cores.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import psutil

from benchmarks.data import nation
from benchmarks.report import console, machine, table
from geo.snapshot import Snapshot

_CONNECTIONS = 60
_QUESTIONS = 20_000
_BIN = Path(sys.executable).parent
_LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local nth = 0
request = function() nth = nth %% #paths + 1; return wrk.format("GET", paths[nth]) end
"""
_CONSTANT = """
from fastapi import FastAPI
from fastapi.responses import Response
app = FastAPI()
BODY = b"x" * %d
@app.get("/api/v1/nearest")
async def nearest() -> Response:
    return Response(BODY, media_type="application/geo+json")
"""


def main(*, quick: bool) -> None:
    """Measure and print."""
    machine()
    rounds, seconds = (2, 3) if quick else (5, 8)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        snapshot = nation(home)
        paths, script = _questions(snapshot, home)
        _start_up(home, paths[0])
        env = {"YIZHAN_HOME": scratch, "YIZHAN_STATIONS_DIR": str(home / "stations")}
        serve = [str(_BIN / "yizhan"), "serve", "--workers", "2", "--no-access-log", "--port"]
        with running(serve, env, home) as ours:
            size = len(httpx.get(ours + paths[0], headers={"Accept-Encoding": ""}).content)
            (home / "constant.py").write_text(_CONSTANT % size)
            with running([*_uvicorn("constant:app", 2), "--port"], {}, home) as peer:
                _compare(ours, peer, script, rounds=rounds, seconds=seconds)


def _compare(ours: str, peer: str, script: Path, *, rounds: int, seconds: int) -> None:
    results: dict[str, list[tuple[float, float]]] = {ours: [], peer: []}
    for _ in range(rounds):
        for address, measured in results.items():
            measured.append(load(address, script, seconds))
    medians = {name: np.median(np.array(measured), axis=0) for name, measured in results.items()}
    rows = [
        ("yizhan nearest, exact, k = 5", float(medians[ours][0]), float(medians[ours][1])),
        ("FastAPI route, constant of that size", float(medians[peer][0]), float(medians[peer][1])),
    ]
    table(
        f"2 workers, {_CONNECTIONS} connections, {rounds} rounds of {seconds} s, interleaved",
        ("service", "requests/s", "p99 ms", "of the constant"),
        [(*row, row[1] / rows[1][1]) for row in rows],
    )


def _start_up(home: Path, path: str) -> None:
    """From nothing to the first answer, and what one worker then holds."""
    env = {"YIZHAN_HOME": str(home), "YIZHAN_ACCESS_LOG": "false"}
    start = time.perf_counter()
    with running([*_uvicorn("api.app:create_app", 1), "--factory", "--port"], env, home) as address:
        httpx.get(address + path).raise_for_status()
        taken = time.perf_counter() - start
        workers = [
            p
            for p in psutil.process_iter(["cmdline"])
            if "api.app:create_app" in (p.info["cmdline"] or [])
        ]
        resident = max(process.memory_info().rss for process in workers) / 1e6
    console.print(f"start to first answer: {taken:.2f} s · resident: {resident:.0f} MB")


def _uvicorn(app: str, workers: int) -> list[str]:
    quiet = ["--no-access-log", "--no-proxy-headers", "--no-server-header", "--log-level", "error"]
    return [str(_BIN / "uvicorn"), app, "--workers", str(workers), *quiet]


@contextmanager
def running(command: list[str], env: dict[str, str], folder: Path) -> Iterator[str]:
    """A server on a free port of loopback, given as the command's last word, until it is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(port)], env=os.environ | env, cwd=folder, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(6_000):
        try:
            httpx.get(f"{address}/ready")
        except httpx.TransportError:
            if process.poll() is not None:
                raise
            time.sleep(0.01)
        else:
            return


def _questions(snapshot: Snapshot, folder: Path) -> tuple[list[str], Path]:
    """Positions within a kilometre or so of stations anywhere in the nation."""
    rng = np.random.default_rng(3)
    rows = rng.integers(0, len(snapshot), _QUESTIONS)
    lon = snapshot.lon[rows] + rng.normal(0, 0.01, _QUESTIONS)
    lat = snapshot.lat[rows] + rng.normal(0, 0.01, _QUESTIONS)
    paths = [
        f"/api/v1/nearest?lon={x:.6f}&lat={y:.6f}"
        for x, y in zip(lon.tolist(), lat.tolist(), strict=True)
    ]
    return paths, script_of(paths, folder, "questions")


def script_of(paths: list[str], folder: Path, name: str, *, gzip: bool = False) -> Path:
    """A script for wrk that asks for paths, one after the other."""
    listed, script = folder / f"{name}.txt", folder / f"{name}.lua"
    listed.write_text("\n".join(paths))
    headers = 'wrk.headers["Accept-Encoding"] = "gzip"' if gzip else ""
    script.write_text(headers + _LUA % listed)
    return script


def load(address: str, script: Path, seconds: int) -> tuple[float, float]:
    """Requests a second and the 99th percentile in ms, as wrk tells them."""
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    out = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", out)[0])
    value, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", out)[0]
    return rate, float(value) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
