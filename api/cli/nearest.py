"""``yizhan nearest``: the question of a courier, asked in the terminal."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from api.cli.output import console, print_table

_POINTS = ("北 N", "东北 NE", "东 E", "东南 SE", "南 S", "西南 SW", "西 W", "西北 NW")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(nearest)


def nearest(
    position: Annotated[str, typer.Argument(help="经度,纬度 / lon,lat: 113.665,34.757")],
    datum: Annotated[str, typer.Option(help="坐标系 / datum: wgs84, gcj02, bd09")] = "wgs84",
    k: Annotated[int, typer.Option("-k", help="站点数 / how many")] = 5,
    within_m: Annotated[float | None, typer.Option(help="最远（米）/ at most, metres")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="类别，任一 / kinds, any")] = None,
    group: Annotated[str | None, typer.Option(help="类别组 / group: rest, work, all …")] = None,
    facility: Annotated[
        list[str] | None, typer.Option(help="设施，须全有 / facilities, all")
    ] = None,
    unknown_facilities: Annotated[
        str, typer.Option(help="设施未知者 / of unknown facilities: include, exclude")
    ] = "include",
    open_at: Annotated[
        str | None, typer.Option("--open", help="now、arrival 或时刻 / now, arrival or a time")
    ] = None,
    unknown_hours: Annotated[
        str, typer.Option(help="时间未知者 / of unknown hours: include, exclude")
    ] = "include",
    mode: Annotated[str, typer.Option(help="怎么去 / how: walk, ride")] = "walk",
    lang: Annotated[str, typer.Option(help="标签语言 / labels: zh, en")] = "zh",
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="GeoJSON")] = False,
) -> None:
    """最近的站点 / The nearest stations."""
    import orjson
    from starlette.datastructures import QueryParams

    from api import params
    from api.answers import Answers
    from api.cli.progress import import_progress
    from api.current import current_snapshot
    from api.settings import Settings
    from geo.position import parse_position

    given = {
        "k": [str(k)],
        "within_m": [str(within_m)] if within_m is not None else [],
        "kind": kind or [],
        "group": [group] if group else [],
        "facility": facility or [],
        "unknown_facilities": [unknown_facilities],
        "open": [open_at] if open_at else [],
        "unknown_hours": [unknown_hours],
        "mode": [mode],
        "datum": [datum],
        "lang": [lang],
    }
    origin = parse_position(position)
    question = params.question(QueryParams([(n, v) for n, vs in given.items() for v in vs]))
    settings = Settings()
    with import_progress() as progress:
        snapshot = current_snapshot(settings.for_demo() if demo else settings, progress)
    answer = Answers(snapshot).asked(question).collection(origin)
    if as_json:
        typer.echo(answer)
    else:
        _print(orjson.loads(answer))


def _print(answer: Mapping[str, Any]) -> None:
    rows = [_cells(feature["properties"]) for feature in answer["features"]]
    title = "最近的站点 / nearest stations"
    columns = ("距离 distance", "方向 bearing", "名称 name", "类别 kind", "开放时间 hours")
    if answer["label"]:
        console.print(answer["label"], style="bold red", markup=False)
    print_table(title, (*columns, "设施 facilities", "地址 address"), rows)
    notes = [answer["notice"], *(each["note"] for each in answer["completeness"])]
    for note in filter(None, notes):
        console.print(note, markup=False, highlight=False)


_STATES = {"open": "开放 open", "closed": "未开放 closed", "unknown": "未知 unknown"}


def _opening(station: Mapping[str, Any]) -> str:
    opening = station["opening"]
    change = opening["closes_at"] or opening["opens_at"]
    when = f" → {change[5:16].replace('T', ' ')}" if change else ""
    written = f"\n{station['hours_text']}" if station["hours_text"] else ""
    return f"{_STATES[opening['state']]}{when}{written}"


def _cells(station: Mapping[str, Any]) -> tuple[str, ...]:
    facilities = station["facilities"]
    offered = "、".join(each["label"] for each in facilities or ()) or "无 none"
    return (
        f"{station['distance_m']:,.0f} m",
        _POINTS[round(station["bearing_deg"] / 45) % 8],
        station["name"],
        station["kind_label"],
        _opening(station),
        offered if station["facilities_known"] else "未知 unknown",
        station["address"],
    )
