"""``yizhan plan``: who is not reached, and where the next stations should go."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from api.cli.output import print_json

if TYPE_CHECKING:
    from api.cli.planned import Asked
    from api.settings import Settings
    from geo.places import Place, Places

_Word = TypeVar("_Word", bound=str)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(
    city: Annotated[
        str | None, typer.Argument(help="市或省 / a city or a province: 郑州, 410100, 河南")
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="输出文件夹 / folder to write")
    ] = Path("out"),
    province: Annotated[
        str | None, typer.Option(help="全省各市 / all cities of a province")
    ] = None,
    radius: Annotated[str, typer.Option(help="半径（米）/ radii, metres")] = "500,1000",
    minutes: Annotated[str, typer.Option(help="分钟 / minutes: 10,15")] = "",
    mode: Annotated[str, typer.Option(help="怎么去 / how: walk, ride")] = "walk",
    next_sites: Annotated[int, typer.Option("--next", help="下一批几个 / how many sites")] = 10,
    model: Annotated[str, typer.Option(help="mclp, lscp, pmedian, pcenter")] = "mclp",
    kind: Annotated[str | None, typer.Option(help="选址的类别 / kind that is sited")] = None,
    candidates: Annotated[
        Path | None, typer.Option(help="候选点文件 / file of candidate sites")
    ] = None,
    demand: Annotated[
        Path | None, typer.Option(help="需求文件：网格或点 / grid or points of people")
    ] = None,
    weight: Annotated[
        str | None, typer.Option(help="需求文件中人数的列 / its column of people")
    ] = None,
    to_census: Annotated[
        bool, typer.Option(help="按普查调整到各区县人数 / scale it to the census")
    ] = False,
    group: Annotated[
        str | None, typer.Option(help="人群 / residents: urban, transport, catering")
    ] = None,
    built_up: Annotated[
        Path | None, typer.Option(help="建成区范围 / polygons of built-up land")
    ] = None,
    cell: Annotated[
        int | None, typer.Option(help="网格边长（米）/ side of the cells, metres")
    ] = None,
    datum: Annotated[
        str | None, typer.Option(help="上述文件的坐标系 / datum of these files")
    ] = None,
    capacity: Annotated[float | None, typer.Option(help="每站容量（人）/ people a site")] = None,
    min_per_district: Annotated[int, typer.Option(help="每区县至少 / at least a district")] = 0,
    map_paper: Annotated[str, typer.Option(help="报告中地图的纸 / paper of maps: a4, a3")] = "a4",
    compare: Annotated[int | None, typer.Option(help="与哪个版本比较 / a revision")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="同时规划几个市 / cities side by side")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON / JSON alone")] = False,
) -> None:
    """覆盖、盲区与选址：一个市或全省 / Coverage, gaps and sites of a city or a province."""
    from api.cli.planned import Asked
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.drawing import options_of
    from api.people import People
    from api.settings import Settings
    from geo.census import WORKER_GROUPS
    from geo.places import load_places
    from geo.planning.candidates import read_candidates
    from geo.planning.parameters import Parameters
    from geo.station import DATUMS
    from maps.options import PAPER_SIZES
    from maps.plan_folder import require_writable

    settings = Settings()
    settings = settings.for_demo() if demo else settings
    place = _place(load_places(), city, province)
    if not as_json:
        require_writable(output)
    declared = _one_of("datum", datum, DATUMS)
    paper = _one_of("map-paper", map_paper, PAPER_SIZES) or "a4"
    sites = read_candidates(candidates, datum=declared) if candidates else ()
    given: dict[str, Any] = {
        "radii_m": _numbers("radius", radius),
        "minutes": _numbers("minutes", minutes),
        "mode": mode,
        "kind": kind,
        "next_sites": next_sites,
        "model": model,
        "candidates": sites,
        "candidate_source": "list" if sites else "cells",
        "capacity": capacity,
        "minimum_per_district": min_per_district,
    }
    parameters = Parameters(**given)
    people = People(
        file=demand,
        weight=weight,
        to_census=to_census,
        built_up=built_up,
        datum=declared,
        group=_one_of("group", group, WORKER_GROUPS),
        cell_m=cell,
    )
    with import_progress() as progress:
        snapshot = current_snapshot(settings, progress)
    with _compared(settings, compare) as before:
        asked = Asked(
            snapshot=snapshot.path,
            before=before,
            parameters=parameters,
            people=people,
            options=replace(options_of(settings), map_paper=paper),
        )
        folder = None if as_json else output
        if place.level == "city":
            _plan_city(asked, place, folder)
        else:
            _plan_province(asked, place, folder, processes)


def _plan_city(asked: "Asked", place: "Place", folder: Path | None) -> None:
    from rich.progress import Progress

    from api.cli.output import errors
    from api.cli.plan_tables import print_city, print_path
    from api.cli.planned import plan_one, write_city
    from geo.planning.document import plan_document
    from maps.plan_folder import PAGE

    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(place.name, total=1.0)
        found = plan_one(
            asked,
            place.adcode,
            lambda share, what: bar.update(task, completed=share, description=str(what)),
        )
        if folder is not None:
            write_city(asked, found, folder)
    if folder is None:
        print_json(plan_document(found))
        return
    print_city(found)
    print_path(folder / PAGE)


def _plan_province(
    asked: "Asked", place: "Place", folder: Path | None, processes: int | None
) -> None:
    from rich.progress import Progress

    from api.cli.output import errors
    from api.cli.plan_tables import print_path, print_ranking
    from api.cli.planned import default_processes, plan_many, write_province
    from geo.places import load_places
    from geo.planning.document import plan_document
    from maps.plan_folder import PAGE

    cities = load_places().cities_of(place)
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(place.name, total=len(cities))
        side_by_side = processes or default_processes()

        def told(done: int, name: str) -> None:
            bar.update(task, completed=done, description=name)

        if folder is None:
            plans = plan_many(asked, cities, processes=side_by_side, told=told)
        else:
            plans = write_province(asked, place, folder, processes=side_by_side, told=told)
    if folder is None:
        print_json({"province": place.adcode, "plans": [plan_document(plan) for plan in plans]})
        return
    print_ranking(place, plans)
    print_path(folder / PAGE)


def _place(places: "Places", city: str | None, province: str | None) -> "Place":
    """The city or the province that is meant; of a name that both have, the city."""
    from geo.errors import InputError, NotFoundError

    if (city is None) == (province is None):
        raise InputError(
            "city",
            zh="请写一个市，或 --province 省份，二者选一",
            en="give either a city or --province",
            value=city,
        )
    if province is not None:
        return places.find(province, "province")
    for level in ("city", "province"):
        with suppress(NotFoundError):
            return places.find(city or "", level)
    place = places.find(city or "")
    raise InputError(
        "city",
        zh=f"{place.name}（{place.adcode}）不是市，也不是省",
        en=f"{place.name_en} ({place.adcode}) is neither a city nor a province",
        value=place.adcode,
    )


@contextmanager
def _compared(settings: "Settings", revision: int | None) -> Iterator[Path | None]:
    """The snapshot of an earlier revision, for as long as it is needed."""
    from api.current import open_store_of
    from geo.snapshot import SnapshotFolder

    if revision is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="yizhan-compared-") as folder:
        store = open_store_of(settings)
        try:
            snapshot = SnapshotFolder(Path(folder)).publish_columns(
                store.columns(revision), store.info(revision)
            )
        finally:
            store.close()
        yield snapshot.path


def _one_of(name: str, text: str | None, allowed: tuple[_Word, ...]) -> _Word | None:
    from geo.errors import InputError
    from geo.text import Text

    if text is None:
        return None
    for word in allowed:
        if text == word:
            return word
    raise InputError(
        name,
        zh=f"{name} 没有这个选择",
        en=f"{name} cannot be that",
        value=text[:20],
        expected=Text("、".join(allowed), ", ".join(allowed)),
    )


def _numbers(name: str, text: str) -> tuple[float, ...]:
    from geo.errors import InputError
    from geo.text import Text

    try:
        return tuple(float(part) for part in text.replace("，", ",").split(",") if part.strip())
    except ValueError:
        raise InputError(
            name,
            zh=f"{name} 应为数，用逗号隔开",
            en=f"{name} should be numbers, separated by commas",
            value=text[:40],
            expected=Text("如 500,1000", "such as 500,1000"),
        ) from None
