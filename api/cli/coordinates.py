"""``yizhan convert`` and ``yizhan place``: a coordinate in another datum, and where it lies."""

import csv
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, errors, print_json, print_table

if TYPE_CHECKING:
    from geo.position import Position
    from geo.station import Datum

_LON = ("lon", "lng", "longitude", "经度", "published_lon", "x")
_LAT = ("lat", "latitude", "纬度", "published_lat", "y")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(convert)
    app.command()(place)


def convert(
    position: Annotated[
        str | None,
        typer.Argument(help="经度,纬度；不写则读标准输入的 CSV / lon,lat; else CSV on stdin"),
    ] = None,
    source: Annotated[str, typer.Option("--from", help="wgs84, gcj02, bd09")] = "gcj02",
    target: Annotated[str, typer.Option("--to", help="wgs84, gcj02, bd09")] = "wgs84",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """坐标换算：一个坐标，或标准输入的 CSV / Convert a coordinate, or a CSV on standard input."""
    from geo.datum import convert_position
    from geo.position import parse_position

    known_source, known_target = _datum("from", source), _datum("to", target)
    if position is None or position == "-":
        raise typer.Exit(code=_convert_csv(known_source, known_target))
    lon, lat = convert_position(*parse_position(position), source=known_source, target=known_target)
    if as_json:
        print_json({"lon": round(lon, 7), "lat": round(lat, 7), "datum": target})
    else:
        typer.echo(f"{lon:.7f},{lat:.7f}")


def place(
    position: Annotated[str, typer.Argument(help="经度,纬度 / lon,lat")],
    datum: Annotated[str, typer.Option(help="wgs84, gcj02, bd09")] = "wgs84",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """所在的省、市、区县 / The province, city and district of a point."""
    from geo.datum import convert_position
    from geo.places import load_places
    from geo.position import Position, parse_position

    lon, lat = convert_position(
        *parse_position(position), source=_datum("datum", datum), target="wgs84"
    )
    located = load_places().at(Position(lon, lat))
    if as_json:
        found = {
            level: each and {"adcode": each.adcode, "name": each.name, "name_en": each.name_en}
            for level, each in located._asdict().items()
        }
        print_json(found)
    elif located.province is None:
        console.print("不在中国的行政区划之内 / outside the divisions of China")
    else:
        levels = ("省 province", "市 city", "区县 district")
        rows = [
            (level, each.name, each.name_en, each.adcode)
            for level, each in zip(levels, located, strict=True)
            if each
        ]
        print_table("所在 / place", ("级别 level", "名称 name", "English", "代码 adcode"), rows)


def _datum(parameter: str, text: str) -> "Datum":
    from geo.errors import InputError
    from geo.station import DATUMS
    from geo.text import Text

    for datum in DATUMS:
        if text.casefold() == datum:
            return datum
    raise InputError(
        parameter,
        zh="没有这个坐标系",
        en="there is no such datum",
        value=text[:20],
        expected=Text("、".join(DATUMS), ", ".join(DATUMS)),
    )


def _convert_csv(source: "Datum", target: "Datum") -> int:
    """Copy the CSV with two columns more; a row that cannot be read keeps them empty."""
    from geo.datum import convert_position
    from geo.errors import InputError

    sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
    reader = csv.reader(sys.stdin)
    header = next(reader, [])
    lon_at, lat_at = _column(header, _LON, "lon"), _column(header, _LAT, "lat")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*header, f"lon_{target}", f"lat_{target}"])
    bad = 0
    for row in reader:
        try:
            origin = _position(row, lon_at, lat_at)
            lon, lat = convert_position(*origin, source=source, target=target)
            writer.writerow([*row, f"{lon:.7f}", f"{lat:.7f}"])
        except InputError as error:
            bad += 1
            writer.writerow([*row, "", ""])
            errors.print(f"第 {reader.line_num} 行 / line {reader.line_num}: {error}", markup=False)
    if bad:
        errors.print(f"{bad} 行未换算，原样保留 / {bad} rows kept without a conversion")
    return int(bad > 0)


def _column(header: Iterable[str], names: Iterable[str], parameter: str) -> int:
    from geo.errors import InputError
    from geo.text import Text

    folded = [name.strip().casefold() for name in header]
    for name in names:
        if name in folded:
            return folded.index(name)
    raise InputError(
        parameter,
        zh=f"CSV 首行没有 {parameter} 列",
        en=f"the first line of the CSV names no column for {parameter}",
        value=None,
        expected=Text("、".join(names), ", ".join(names)),
    )


def _position(row: list[str], lon_at: int, lat_at: int) -> "Position":
    from geo.position import parse_position

    cells = [row[at] if at < len(row) else "" for at in (lon_at, lat_at)]
    return parse_position(",".join(cells))
