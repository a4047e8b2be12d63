"""A private PostgreSQL with PostGIS on a Unix socket, where Debian's packages are installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

Floats = NDArray[np.float64]

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def postgis() -> Iterator[Connection | None]:
    """A connection, or ``None`` where PostgreSQL with PostGIS is not installed."""
    extension = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    if not _BINARIES or not any(extension):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    control = [*as_user, str(_BINARIES[-1] / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s"]
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c shared_buffers=512MB"
    try:
        initdb = [
            *as_user,
            str(_BINARIES[-1] / "initdb"),
            "-D",
            str(folder / "data"),
            "-A",
            "trust",
        ]
        subprocess.run([*initdb, "-U", "postgres"], check=True, stdout=subprocess.DEVNULL)
        start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL)
        with Connection.connect(host=str(folder), user="postgres", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION postgis")
            yield connection
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


def fill(connection: Connection, lon: Floats, lat: Floats) -> None:
    """The table ``stations`` with a GiST index on geography."""
    connection.execute("DROP TABLE IF EXISTS stations")
    connection.execute("CREATE TABLE stations (row int, at geography(Point, 4326))")
    with connection.cursor().copy("COPY stations FROM STDIN") as copy:
        for row, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
            copy.write_row((row, f"SRID=4326;POINT({x!r} {y!r})"))
    connection.execute("CREATE INDEX ON stations USING gist (at)")
    connection.execute("VACUUM ANALYZE stations")


def nearest(connection: Connection, lon: float, lat: float, k: int) -> list[int]:
    """Rows by PostGIS's own order, which is spherical."""
    rows = connection.execute(
        "SELECT row FROM stations ORDER BY at <-> ST_Point(%s, %s)::geography LIMIT %s",
        (lon, lat, k),
        prepare=True,
    )
    return [row for (row,) in rows.fetchall()]
