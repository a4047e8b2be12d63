"""A real PostgreSQL with PostGIS from Debian's packages, on loopback, for the tests."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg


@dataclass
class Postgres:
    """A server of our own. ``url`` gives a fresh database."""

    folder: Path
    port: int
    binaries: Path
    databases: int = 0

    def start(self) -> None:
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port}"
            f" -c unix_socket_directories={self.folder}"
        )
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-m", mode, "stop", check=False)

    def kill(self) -> None:
        """End the server as a power cut would."""
        pid = (self.folder / "data" / "postmaster.pid").read_text().split()[0]
        os.kill(int(pid), signal.SIGKILL)
        # Its children notice, and the lock of its port must be gone before it starts again.
        self._control("-m", "immediate", "stop", check=False)
        subprocess.run(["sleep", "0.5"], check=True)

    def url(self) -> str:
        self.databases += 1
        name = f"yizhan_{self.databases}"
        with psycopg.connect(self.plain("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.plain(name).replace("postgresql://", "postgresql+psycopg://")

    def plain(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def _control(self, *arguments: str, check: bool = True) -> None:
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-s"]
        subprocess.run(
            [*as_user(), *command, *arguments],
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def create() -> Postgres:
    """Make a server, not started yet."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "scripts/test installs postgresql-15-postgis-3"
    folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    initdb = [str(binaries[-1] / "initdb"), "-D", str(folder / "data"), "-A", "trust"]
    subprocess.run([*as_user(), *initdb, "-U", "postgres"], check=True, stdout=subprocess.DEVNULL)
    return Postgres(folder, port, binaries[-1])
