"""``yizhan map``: pages that open straight from disk."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import console


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map")(draw)


def draw(
    city: Annotated[str | None, typer.Argument(help="城市 / city: 郑州, Zhengzhou, 410100")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="输出文件夹 / folder to write")
    ] = Path("out"),
    province: Annotated[
        str | None, typer.Option(help="全省各市 / all cities of a province")
    ] = None,
    tiles: Annotated[
        str | None, typer.Option(help="在线底图 / tiles: gaode, tencent, tianditu, osm")
    ] = None,
    base_map: Annotated[
        Path | None, typer.Option(help="本地底图文件夹 / folder of rivers, lakes, towns")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
) -> None:
    """画城市地图 / Draw the map of a city, or of every city of a province."""
    from rich.progress import Progress

    from api.cities import city_of
    from api.cli.output import errors
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.drawing import options_of
    from api.settings import Settings
    from geo.errors import InputError
    from geo.places import load_places
    from maps.gallery import write_maps

    if (city is None) == (province is None):
        raise InputError(
            "city",
            zh="请写一个城市，或 --province 省份，二者选一",
            en="give either a city or --province",
            value=city,
        )
    places = load_places()
    if province is not None:
        cities = places.cities_of(places.find(province, level="province"))
    else:
        cities = (city_of(places, city or ""),)
    chosen = {"tiles": tiles, "base_map": base_map, "demo": demo or None}
    settings = Settings().model_copy(update={n: v for n, v in chosen.items() if v is not None})
    options = options_of(settings)
    with import_progress() as progress:
        snapshot = current_snapshot(settings, progress)
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task("画图 / drawing", total=len(cities))
        written = write_maps(
            output,
            places,
            snapshot,
            cities,
            options,
            progress=lambda name, done, _: bar.update(task, completed=done, description=name),
        )
    for path in written:
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)
