"""Exports read back by others: field by field, in every datum, with names that attack."""

import csv
import io
import json
from pathlib import Path

import geopandas
import openpyxl
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.datum import convert_position
from geo.errors import InputError, SetupError
from geo.export import compressed, csv_chunks, deneutralised, geojson_chunks, neutralised
from geo.export.files import FORMATS, write
from geo.export.rows import cells_of
from geo.snapshot import Snapshot
from geo.station import DATUMS

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝１＋１",
    "'=x",
    "''=x",
    "  =1",
]


@settings(max_examples=500, deadline=None)
@given(text=st.text())
def test_what_is_neutralised_comes_back(text: str):
    assert deneutralised(neutralised(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_are_kept_texts(text: str):
    assert neutralised(text).startswith("'")
    assert deneutralised(neutralised(text)) == text


@pytest.mark.parametrize(
    "text", ["-0.33", "+86", "工会驿站", "", "a=b", "'quoted'", "0371-66666666"]
)
def test_what_is_harmless_stays(text: str):
    assert neutralised(text) == text


@pytest.fixture(params=["street", "shipped"])
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    return request.getfixturevalue(request.param)


def rows_of(path: Path) -> list[dict[str, str]]:
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
        case ".xlsx":
            sheet = openpyxl.load_workbook(path).worksheets[0]
            assert all(cell.data_type != "f" for row in sheet for cell in row)
            header, *rest = sheet.iter_rows(values_only=True)
            return [dict(zip(header, row, strict=True)) for row in rest]
        case ".geojson":
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            return [{**f["properties"], "_at": f["geometry"]["coordinates"]} for f in features]
        case ".parquet":
            frame = geopandas.read_parquet(path)
        case _:
            assert pyogrio.read_info(path)["geometry_type"] == "Point"
            frame = geopandas.read_file(path)
    points = list(zip(frame.geometry.x, frame.geometry.y, strict=True))
    rows = frame.drop(columns="geometry").astype(object).where(frame.notna(), None)
    return [
        {**row, "_at": point} for row, point in zip(rows.to_dict("records"), points, strict=True)
    ]


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_reads_back(snapshot: Snapshot, tmp_path: Path, form: str, datum: str):
    stations = list(snapshot.stations())
    path = tmp_path / f"out.{form}"
    write(path, stations, snapshot.info, datum=datum)
    rows = rows_of(path)
    assert len(rows) == len(stations)
    for row, station in zip(rows, stations, strict=True):
        cells = cells_of(station)
        for name in ("id", "name", "address", "kind", "hours_text", "source", "district"):
            written = row[name] or ""
            assert (deneutralised(written) if form == "csv" else written) == cells[name]
        at = convert_position(*station.position, source="wgs84", target=datum)
        suffix = "" if datum == "wgs84" else f"_{datum}"
        found = row["_at"] if "_at" in row else (row[f"lon{suffix}"], row[f"lat{suffix}"])
        assert [float(each) for each in found] == pytest.approx(at, abs=1e-6)
        assert float(row["published_lon"]) == station.published.lon


def test_unknown_and_none_are_not_the_same(street: Snapshot):
    rows = list(csv.DictReader(io.StringIO(
        b"".join(csv_chunks(street.stations(), datum="wgs84")).decode("utf-8-sig")
    )))  # fmt: skip
    said = {station.id: station for station in street.stations()}
    for row in rows:
        station = said[row["id"]]
        assert (row["facilities"] == "") == (not station.facilities_known)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_the_same_stations_are_the_same_bytes(shipped: Snapshot, coding: str):
    once, again = (
        b"".join(compressed(geojson_chunks(shipped.stations(), shipped.info, datum="bd09"), coding))
        for _ in range(2)
    )
    assert once == again


def test_what_cannot_be_written_is_said(shipped: Snapshot, tmp_path: Path):
    stations = list(shipped.stations())
    with pytest.raises(InputError):
        write(tmp_path / "a.doc", stations, shipped.info)
    with pytest.raises(SetupError):
        write(tmp_path / "no" / "a.csv", stations, shipped.info)
    assert list(tmp_path.iterdir()) == []
