"""``yizhan nation``: what stations reach in every city of China, on Dask."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from geo.batch.figures import CityRows
    from geo.batch.totals import Total
    from geo.places import Places
    from geo.snapshot import Snapshot


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(nation)


def nation(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="输出文件夹 / folder to write")
    ] = Path("out/nation"),
    stations: Annotated[
        Path | None,
        typer.Option(
            help="有 catalog.toml 的文件夹；默认服务所用的名录 / "
            "folder of catalog.toml; by default the lists that are served"
        ),
    ] = None,
    radius: Annotated[float, typer.Option(help="半径（米）/ radius, metres")] = 1000.0,
    workers: Annotated[
        int, typer.Option(help="本机进程数 / processes of this machine", min=1, max=64)
    ] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="已有的 Dask 调度器，不在本机起进程 / a Dask scheduler: tcp://HOST:8786",
            metavar="ADDRESS",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """全国各市够得到的人口与面积 / What stations reach in every city of China.

    用 Dask 每市一个任务；结果写成按省分区的 GeoParquet。
    One task a city on Dask; the figures are written as GeoParquet, a part for each province.
    """
    from rich.progress import Progress

    from api.cli.output import errors
    from geo.batch.dataset import write_dataset
    from geo.batch.nation import all_cities, cluster, measure_nation
    from geo.batch.totals import nation_document
    from geo.export.folder import require_ours
    from geo.places import load_places
    from geo.planning.parameters import Parameters

    require_ours(output)
    # Before lists are read and processes begun: a radius that is none is refused at once.
    Parameters(radii_m=(radius,))
    places = load_places()
    cities = all_cities(places)
    with (
        _snapshot(stations) as snapshot,
        cluster(scheduler=scheduler, workers=workers) as client,
        Progress(console=errors, transient=True) as bar,
    ):
        task = bar.add_task("全国 / the nation", total=len(cities))
        found = measure_nation(
            client,
            snapshot,
            cities,
            radius_m=radius,
            progress=lambda name, done, of: bar.update(
                task, completed=done, description=f"{done}/{of} {name}"
            ),
        )
        document = nation_document(found, places, snapshot, radius_m=radius)
    write_dataset(output, found, places, document)
    if as_json:
        print_json(document | {"cities": [each.city for each in found]})
        return
    _print(found, places, snapshot, radius_m=radius)
    console.print(str(output), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _snapshot(folder: Path | None) -> "Iterator[Snapshot]":
    """The stations that are served, or those of a folder of lists, taken in for this once."""
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.settings import Settings

    settings = Settings()
    with tempfile.TemporaryDirectory(prefix="yizhan-nation-") as home:
        if folder is not None:
            apart = {"home": Path(home), "stations_dir": folder, "database_url": None}
            settings = settings.model_copy(update={**apart, "demo": False})
        with import_progress() as progress:
            snapshot = current_snapshot(settings, progress)
        yield snapshot


def _print(
    found: "Sequence[CityRows]", places: "Places", snapshot: "Snapshot", *, radius_m: float
) -> None:
    from geo.batch.totals import by_province, notes, total
    from geo.catalogue import SYNTHETIC
    from geo.coverage.model import Threshold

    if snapshot.info.synthetic:
        console.print(str(SYNTHETIC), style="bold red")
    whole = total(each.city for each in found)
    provinces = by_province(found).items()
    rows = [_row(places.get(code, "province").name, of) for code, of in provinces if of.measured]
    print_table(
        f"全国 / the nation · {Threshold(radius_m=radius_m).label}",
        (
            *("省 province", "有名录的市 listed", "站点 stations"),
            *("够得到的人口 people reached", "占比 share", "面积 km² area", "占比 share"),
        ),
        [*rows, _row("合计 total", whole)],
    )
    for note in notes(found):
        console.print(str(note), markup=False, highlight=False)


def _row(name: str, of: "Total") -> tuple[str, ...]:
    """A line of the table; where a list is not whole, what is reached is at least that."""
    from geo.planning.shown import shown_area, shown_people, shown_share

    least = "≥ " if of.at_least else ""
    return (
        name,
        f"{of.measured}/{of.cities}",
        "–" if of.stations is None else f"{of.stations:,}",
        least + shown_people(of.people_covered, "district"),
        least + shown_share(of.people_ratio),
        least + shown_area(of.area_covered_km2),
        least + shown_share(of.area_ratio),
    )
