"""A snapshot is whole or refused; the folder always has a good one."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import geopandas
import numpy as np
import pytest

from geo.catalogue import CatalogueInfo
from geo.errors import MixedDataError, SetupError, SnapshotError
from geo.position import Position
from geo.snapshot import Snapshot, SnapshotFolder
from geo.snapshot.columns import table_of
from geo.snapshot.file import encode
from geo.station import PublishedPosition, Station

INFO = CatalogueInfo(
    provinces=("410000",), declarations=(), synthetic=False, sources_digest="0" * 64
)
BARE = Station(
    id="410102-0001",
    name='驿站 🏪 "引号"\t\\',
    kind="rest_station",
    position=Position(113.6, 34.7),
    position_quality="unknown",
    published=PublishedPosition(113.606, 34.699, "gcj02"),
    address="",
    city="410100",
    district="410102",
    source="tests",
)
FULL = replace(
    BARE,
    id="410102-0002",
    position_quality="surveyed",
    position_note="note",
    position_error_m=3.5,
    zone="高新区",
    hours_text="07:00-22:00",
    facilities=frozenset({"hot_water", "wifi"}),
    facilities_known=True,
    status="suspended",
    area_m2=12.0,
    phone="0371-1",
    listed_on=date(2026, 7, 27),
    verified_on=date(2026, 8, 1),
    extra={"trades": "木工", "b": "2"},
)
NONE = replace(BARE, id="410102-0003", facilities_known=True)
STATIONS = (FULL, NONE, BARE)


def published(tmp_path, stations=STATIONS) -> Snapshot:
    return SnapshotFolder(tmp_path).publish(stations, INFO)


def test_every_field_comes_back(tmp_path):
    snapshot = published(tmp_path)
    assert list(snapshot.stations()) == [BARE, FULL, NONE]
    assert [snapshot.station(row) for row in range(3)] == [BARE, FULL, NONE]
    assert snapshot.info == INFO
    assert snapshot.answerable.tolist() == [True, False, True]
    assert not snapshot.lon.flags.writeable
    assert not snapshot.answerable.flags.writeable
    assert snapshot.rows_of_city("410100").tolist() == [0, 1, 2]
    assert snapshot.rows_of_city("410200").tolist() == []
    assert snapshot.by_kind == {"rest_station": 3}


def test_shipped_declarations_come_back(shipped, places, root):
    from geo.validation import read_catalogue

    catalogue = read_catalogue(root / "data" / "stations", places)
    assert shipped.info == catalogue.info
    assert sorted(s.id for s in shipped.stations()) == sorted(s.id for s in catalogue.stations)


def test_empty_catalogue(tmp_path):
    snapshot = published(tmp_path, ())
    assert len(snapshot) == 0
    assert list(snapshot.stations()) == []
    assert snapshot.by_city == {}


def test_equal_stations_give_equal_bytes_and_the_digest_is_of_them(tmp_path):
    first, second = encode(table_of(STATIONS), INFO), encode(table_of(STATIONS[::-1]), INFO)
    assert first == second
    snapshot = published(tmp_path)
    assert snapshot.digest == hashlib.sha256(first).hexdigest()
    assert snapshot.revision == snapshot.digest[:12]
    assert snapshot.digest in snapshot.path.name


def test_real_and_synthetic_never_meet():
    with pytest.raises(MixedDataError):
        encode(table_of([BARE, replace(FULL, synthetic=True)]), INFO)


def test_geopandas_reads_it(shipped):
    frame = geopandas.read_parquet(shipped.path)
    assert frame.crs == "OGC:CRS84"
    assert len(frame) == 82
    assert np.allclose(frame.geometry.x, shipped.lon)
    assert np.allclose(frame.geometry.y, shipped.lat)
    assert frame.total_bounds.tolist() == pytest.approx(
        [shipped.lon.min(), shipped.lat.min(), shipped.lon.max(), shipped.lat.max()]
    )


def test_metadata_is_geoparquet_1_1(shipped):
    import pyarrow.parquet as pq

    metadata = json.loads(pq.read_schema(shipped.path).metadata[b"geo"])
    assert metadata["version"] == "1.1.0"
    assert metadata["columns"]["geometry"]["geometry_types"] == ["Point"]


def test_one_flipped_bit_is_refused(tmp_path):
    snapshot = published(tmp_path)
    good = snapshot.path.read_bytes()
    rng = np.random.default_rng(1)
    for place in rng.integers(0, len(good), 60).tolist():
        bad = bytearray(good)
        bad[place] ^= 1 << int(rng.integers(8))
        snapshot.path.write_bytes(bad)
        with pytest.raises(SnapshotError):
            Snapshot.open(snapshot.path)
    for length in (0, 1, 100, len(good) - 1):
        snapshot.path.write_bytes(good[:length])
        with pytest.raises(SnapshotError, match="SHA-256"):
            Snapshot.open(snapshot.path)


def test_another_files_content_or_name_is_refused(tmp_path):
    snapshot = published(tmp_path)
    renamed = tmp_path / "other.parquet"
    shutil.copy(snapshot.path, renamed)
    with pytest.raises(SnapshotError):
        Snapshot.open(renamed)
    content = b"PAR1 no parquet at all"
    named = tmp_path / f"stations-{hashlib.sha256(content).hexdigest()}.parquet"
    named.write_bytes(content)
    with pytest.raises(SnapshotError):
        Snapshot.open(named)
    with pytest.raises(SnapshotError):
        Snapshot.open(tmp_path / f"stations-{'0' * 64}.parquet")


def test_the_last_good_one_serves_and_the_problem_is_said(tmp_path):
    folder = SnapshotFolder(tmp_path)
    first = folder.publish([BARE], INFO)
    second = folder.publish(STATIONS, INFO)
    assert folder.current().digest == second.digest
    assert folder.problem is None
    second.path.write_bytes(second.path.read_bytes()[:-7])
    assert folder.current().digest == first.digest
    assert folder.problem
    assert "SHA-256" in folder.problem.zh
    # Publishing the same stations again mends the file.
    assert folder.publish(STATIONS, INFO).digest == second.digest
    assert folder.current().digest == second.digest
    (tmp_path / "current").write_bytes(b"\xff\xfe nonsense")
    assert folder.current().digest in {first.digest, second.digest}


def test_no_snapshot_at_all(tmp_path):
    with pytest.raises(SnapshotError):
        SnapshotFolder(tmp_path).current()


def test_old_snapshots_go(tmp_path):
    folder = SnapshotFolder(tmp_path)
    for number in range(6):
        folder.publish([replace(BARE, name=str(number))], INFO)
    assert len(list(tmp_path.glob("stations-*.parquet"))) == 3
    assert not list(tmp_path.glob("*.draft"))


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError):
        SnapshotFolder(tmp_path / "file" / "snapshots").publish([BARE], INFO)


@pytest.mark.full
def test_kill_9_while_publishing_leaves_a_whole_snapshot(tmp_path, root):
    code = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from dataclasses import replace
from test_snapshot import BARE, INFO
from geo.snapshot import SnapshotFolder
folder = SnapshotFolder(Path({folder!r}))
n = 0
while True:
    folder.publish([replace(BARE, id=f"410102-{{i:04d}}", name=str(n)) for i in range(300)], INFO)
    print(n, flush=True)
    n += 1
""".format(tests=str(root / "tests" / "test_geo"), folder=str(tmp_path))
    for trial in range(25):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        child.stdout.readline()
        time.sleep(0.005 * trial)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        folder = SnapshotFolder(tmp_path)
        assert len(folder.current()) == 300
        assert folder.problem is None
