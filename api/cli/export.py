"""``yizhan export``: the catalogue as a file for Excel or a GIS, in any datum."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import console


class DatumChoice(StrEnum):
    """The datum of positions in the file."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    file: Annotated[Path, typer.Argument(help=".csv .xlsx .geojson .gpkg .parquet")],
    revision: Annotated[
        int | None, typer.Option(help="版本；默认最新 / revision, newest by default", min=1)
    ] = None,
    city: Annotated[str | None, typer.Option(help="只要一个市 / one city alone")] = None,
    datum: Annotated[
        DatumChoice, typer.Option(help="lon、lat 与几何的坐标系 / datum of lon, lat, geometry")
    ] = DatumChoice.WGS84,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
) -> None:
    """导出名录；公布的坐标照原样在 published_* 列 / Write the catalogue to a file."""
    from api.cities import city_of
    from api.cli.progress import import_progress
    from api.cli.stores import opened_store
    from geo.export.files import write
    from geo.places import load_places

    with opened_store(demo=demo) as (_, store):
        number = store.head() if revision is None else revision
        stations = [each.station for each in store.stations(number)]
        info = store.info(number)
    if city:
        adcode = city_of(load_places(), city).adcode
        stations = [station for station in stations if station.city == adcode]
    with import_progress() as progress:
        write(
            file,
            stations,
            info,
            datum=datum.value,
            progress=lambda share: progress("导出 / exporting", share),
        )
    console.print(f"{len(stations)} 个站点 stations · 版本 revision {number} → {file.name}")
