"""``yizhan plan``: who is not reached, and where the next stations should go."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from geo.planning.model import CityPlan
    from geo.station import Datum


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(
    city: Annotated[str, typer.Argument(help="城市 / city: 郑州, Zhengzhou, 410100")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="输出文件夹 / folder to write")
    ] = Path("out"),
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
    built_up: Annotated[
        Path | None, typer.Option(help="建成区范围 / polygons of built-up land")
    ] = None,
    datum: Annotated[
        str | None, typer.Option(help="上述文件的坐标系 / datum of these files")
    ] = None,
    capacity: Annotated[float | None, typer.Option(help="每站容量（人）/ people a site")] = None,
    min_per_district: Annotated[int, typer.Option(help="每区县至少 / at least a district")] = 0,
    compare: Annotated[int | None, typer.Option(help="与哪个版本比较 / a revision")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON / JSON alone")] = False,
) -> None:
    """覆盖、盲区与选址 / Coverage, gaps and sites of one city: a page and its data."""
    from rich.progress import Progress

    from api.cities import city_of
    from api.cli.output import errors
    from api.cli.progress import import_progress
    from api.current import current_snapshot, open_store_of
    from api.drawing import options_of
    from api.settings import Settings
    from geo.demand import district_demand, read_built_up, read_demand
    from geo.export.folder import require_ours
    from geo.places import load_places
    from geo.planning.candidates import read_candidates
    from geo.planning.document import plan_document
    from geo.planning.parameters import Parameters
    from geo.planning.plan import plan_city
    from geo.snapshot import SnapshotFolder
    from maps.plan_folder import write_plan

    settings = Settings()
    settings = settings.for_demo() if demo else settings
    places = load_places()
    place = city_of(places, city)
    if not as_json:
        require_ours(output)
    declared = _datum(datum)
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
    with import_progress() as progress:
        snapshot = current_snapshot(settings, progress)
    before = None
    if compare is not None:
        store = open_store_of(settings)
        stations = [each.station for each in store.stations(compare)]
        folder = SnapshotFolder(settings.data_home / "compared")
        before = folder.publish(stations, store.info(compare))
        store.close()
    people = None
    if demand:
        people = read_demand(demand, places, place.adcode, datum=declared)
    elif built_up:
        rows = snapshot.rows_of_city(place.adcode)
        people = district_demand(
            places,
            place.adcode,
            built_up=read_built_up(built_up, datum=declared),
            near=(snapshot.lon[rows], snapshot.lat[rows]),
        )
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task(place.name, total=1.0)
        found = plan_city(
            snapshot,
            places,
            place.adcode,
            parameters=parameters,
            demand=people,
            compare=before,
            progress=lambda share, what: bar.update(task, completed=share, description=str(what)),
        )
    if as_json:
        print_json(plan_document(found))
        return
    write_plan(output, found, places, snapshot, options_of(settings))
    _print(found)
    console.print(str(output / "index.html"), markup=False, highlight=False, soft_wrap=True)


def _datum(text: str | None) -> "Datum | None":
    from geo.errors import InputError
    from geo.station import DATUMS
    from geo.text import Text

    if text is None:
        return None
    for datum in DATUMS:
        if text == datum:
            return datum
    raise InputError(
        "datum",
        zh="没有这种坐标系",
        en="there is no such datum",
        value=text[:20],
        expected=Text("、".join(DATUMS), ", ".join(DATUMS)),
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


def _print(found: "CityPlan") -> None:
    from geo.planning.shown import shown_people, shown_share

    if found.synthetic:
        from geo.catalogue import SYNTHETIC

        console.print(str(SYNTHETIC), style="bold red")
    for note in found.notes:
        console.print(str(note), markup=False, highlight=False)
    rows = [
        (
            str(each.threshold.label),
            str(shown_share(each.city.people_ratio)) if each.city.people_ratio else "—",
            str(shown_share(each.city.area_ratio)) if each.city.area_ratio else "—",
            f"{each.stations:,}",
        )
        for each in found.coverages
        if each.lens.code == "all"
    ]
    print_table(
        f"覆盖 / coverage · {found.place.name}",
        ("范围 reach", "人口 people", "面积 area", "站点 stations"),
        rows,
    )
    names = {district.adcode: district.name for district in found.districts}
    if found.proposals:
        print_table(
            "下一批 / next sites",
            ("次序 order", "区县 district", "增加 gain"),
            [
                (
                    str(each.order),
                    names.get(each.district, each.district),
                    shown_people(each.gain, found.demand_basis),
                )
                for each in found.proposals.nested
            ],
        )
