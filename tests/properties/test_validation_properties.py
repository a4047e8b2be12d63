"""The door under random and hostile input, against brute force."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.apportion import apportioned
from geo.places import Places, load_places
from geo.sources.csv_rows import read_csv
from geo.validation import read_catalogue, rules
from geo.validation.columns import COLUMNS, MARKET_COLUMNS
from geo.validation.duplicates import DUPLICATE_M
from geo.validation.findings import Report
from geo.validation.nearest_other import nearest_other_m
from geo.validation.outlines import distances_outside_m
from geo.validation.privacy import MOBILE_NUMBER

GEOD = pyproj.Geod(ellps="WGS84")
CATALOG = """provinces = ["410000"]
[[file]]
path = "list.csv"
area = "410100"
content = "stations"
datum = "gcj02"
source = "tests"
licence = "x"
"""
relaxed = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places()


def write(folder: Path, content: bytes) -> Path:
    (folder / "catalog.toml").write_text(CATALOG)
    (folder / "list.csv").write_bytes(content)
    return folder


plausible = st.sampled_from(
    [
        *("", "410102-0001", "410102", "410100", "rest_station", "工会驿站", "高新区", "gcj02"),
        *("wgs84", "113.62", "34.75", "-1", "1e9", "NaN", "inf", "2026-07-27", "2026-02-30"),
        *("open", "无", "13800138000", "饮水机;wifi", '"', "\x00", "=1+1", "\u202e", "false"),
    ]
)
cells = st.one_of(plausible, st.text(max_size=12))
columns = st.lists(st.sampled_from([*COLUMNS, *MARKET_COLUMNS, "别的"]), unique=True)


@relaxed
@given(header=columns, rows=st.lists(st.lists(cells, max_size=12), max_size=6))
def test_any_table_is_stations_plus_rejected_rows(
    tmp_path: Path, places: Places, header: list[str], rows: list[list[str]]
) -> None:
    header = list(dict.fromkeys([*header, "id", "name", "kind", "district", "lon", "lat"]))
    header = [column for column in header if column != "synthetic"]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    padded = [(row + [""] * len(header))[: len(header)] for row in rows]
    writer.writerows([header, *padded])
    folder = write(tmp_path, buffer.getvalue().encode("utf-8", "surrogatepass"))
    catalogue = read_catalogue(folder, places)
    assert catalogue.rows_in == len(catalogue.stations) + catalogue.rejected_rows
    if not catalogue.unread_files:
        rejected = {f.row for f in catalogue.findings if rules()[f.code].effect == "row_rejected"}
        assert len(rejected) == catalogue.rejected_rows
        assert catalogue.rows_in == sum(any(map(str.strip, row)) for row in padded)


@relaxed
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path: Path, places: Places, content: bytes
) -> None:
    head = b"id,name,kind,district,lon,lat\n"
    catalogue = read_catalogue(write(tmp_path, head + content), places)
    assert catalogue.rows_in == len(catalogue.stations) + catalogue.rejected_rows


@relaxed
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2),
        max_size=8,
    )
)
def test_what_a_writer_writes_is_what_is_read(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["a", "b"], *rows])
    expected = [row for row in rows if any(map(str.strip, row))]
    assert [raw.cells for raw in read_csv(path).rows] == expected


@relaxed
@given(
    centre=st.tuples(st.floats(75, 130), st.floats(20, 52)),
    bearing=st.floats(0, 360),
    distance_m=st.floats(0, 300_000),
    corners=st.lists(st.floats(0.05, 0.4), min_size=5, max_size=12),
)
def test_distance_to_an_outline_agrees_with_walking_along_it(
    centre: tuple[float, float], bearing: float, distance_m: float, corners: list[float]
) -> None:
    angles = np.linspace(0, 2 * math.pi, len(corners), endpoint=False)
    ring = [
        (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
        for radius, angle in zip(corners, angles, strict=True)
    ]
    outline = shapely.segmentize(shapely.Polygon(ring), 0.005)
    lon, lat, _ = GEOD.fwd(*centre, bearing, distance_m)
    (found,) = distances_outside_m(outline, np.array([lon]), np.array([lat]))
    if outline.intersects(shapely.Point(lon, lat)):
        assert found == 0
        return
    walked = shapely.get_coordinates(shapely.segmentize(outline.exterior, 0.0002))
    own = np.full((2, len(walked)), [[lon], [lat]])
    nearest_m = GEOD.inv(*own, *walked.T)[2].min()
    # Steps of 22 m: 3 m at 20 m from the outline, nothing worth naming farther off.
    assert nearest_m - 12 <= found <= nearest_m + 1.5


@relaxed
@given(
    points=st.lists(st.tuples(st.floats(113, 115), st.floats(34, 35)), max_size=12),
    trusted=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_nearest_other_agrees_with_trying_all(
    points: list[tuple[float, float]], trusted: list[bool]
) -> None:
    lon, lat = np.array(points).reshape(-1, 2).T
    flags = np.array(trusted[: len(points)], dtype=bool)
    found = nearest_other_m(lon, lat, flags)
    for at, point in enumerate(points):
        others = [
            GEOD.inv(*point, *points[n])[2] for n in np.flatnonzero(flags).tolist() if n != at
        ]
        # The plane may prefer another one that is as near to a few metres.
        assert found[at] == pytest.approx(min(others, default=math.inf), rel=1e-3, abs=0.01)


@relaxed
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.integers(-3, 3), st.integers(-3, 3)), max_size=10
    )
)
def test_duplicates_are_those_that_comparing_all_pairs_finds(
    tmp_path: Path, places: Places, steps: list[tuple[int, int, int]]
) -> None:
    lines = ["id,name,kind,district,address,lon,lat"]
    points = []
    for serial, (name, east, north) in enumerate(steps):
        lon, lat = round(113.6 + east * 0.0005, 7), round(34.75 + north * 0.0005, 7)
        points.append((name, lon, lat))
        lines.append(f"410102-{serial},名{name},rest_station,410102,路,{lon},{lat}")
    catalogue = read_catalogue(write(tmp_path, "\n".join(lines).encode()), places)
    found = {f.row for f in catalogue.findings if f.code == "probable_duplicate"}
    twins = [
        (first, second)
        for second in range(len(points))
        for first in range(second)
        if points[first][0] == points[second][0]
        and GEOD.inv(*points[first][1:], *points[second][1:])[2] <= DUPLICATE_M
    ]
    assert found <= {second + 2 for _, second in twins}
    # Whoever has a twin is named, as the one found or as the one it was found to repeat.
    named = {finding.message.en for finding in catalogue.findings}
    for first, second in twins:
        assert any(
            row + 2 in found or any(f"row {row + 2}," in text for text in named)
            for row in (first, second)
        )


@given(
    weights=st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda w: sum(w) > 0),
    total=st.integers(0, 10_000),
)
def test_apportionment_sums_exactly_and_stays_within_one_of_the_quota(
    weights: list[float], total: int
) -> None:
    shares = np.array(weights)
    counts = apportioned(shares, total)
    assert counts.sum() == total
    assert np.all(np.abs(counts - shares / shares.sum() * total) < 1 + 1e-6)


@given(
    before=st.text(max_size=5),
    groups=st.sampled_from(["13800138000", "138-0013-8000", "+86 199 0000 1111", "8615612345678"]),
)
def test_no_mobile_number_gets_into_a_message(before: str, groups: str) -> None:
    report = Report()
    report.add("unknown_zone", source="x.csv", value=f"{before} {groups} 号")
    said = "".join(report.findings[0].message)
    assert not MOBILE_NUMBER.search(said)
    assert groups not in said


@given(st.floats(70, 140), st.integers(3, 12))
def test_no_fine_position_gets_into_a_message(degrees: float, decimals: int) -> None:
    report = Report()
    written = f"{degrees:.{decimals}f}"
    report.add("unknown_kind", source="x.csv", value=f"({written})", known=0)
    assert written not in report.findings[0].message.en
    assert written[: written.index(".") + 3] in report.findings[0].message.en
