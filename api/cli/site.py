"""``yizhan site`` and ``yizhan cover``: siting and coverage of plain points, without a city."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from types import FrameType

    from geo.plain import Answer, Cover, CoverOf
    from geo.siting import Progress
    from geo.text import Text

_STATUS = {
    "optimal": ("optimal", "已证明最优 / proven optimal"),
    "gap": ("gap", "已达到要求的间隙 / within the gap asked for"),
    "time": ("time_limit", "时间已到 / out of time"),
    "stopped": ("interrupted", "被中断 / interrupted"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(site)
    app.command()(cover)


def site(
    demand: Annotated[
        Path | None, typer.Option(help="需求点 / demand: CSV id, lon, lat | x, y, weight")
    ] = None,
    candidates: Annotated[
        Path | None,
        typer.Option(help="候选点；缺省为全部需求点 / candidates; all demand by default"),
    ] = None,
    existing: Annotated[
        Path | None, typer.Option(help="现有站点 / sites that stand already")
    ] = None,
    radius: Annotated[float | None, typer.Option(help="半径（米）/ radius, metres")] = None,
    next_sites: Annotated[
        int | None, typer.Option("--next", help="选几处（lscp 不需要）/ how many (not for lscp)")
    ] = None,
    model: Annotated[str, typer.Option(help="mclp, lscp, pmedian, pcenter")] = "mclp",
    crs: Annotated[
        str | None,
        typer.Option(help="planar（米）, lonlat；缺省看列名 / by column names by default"),
    ] = None,
    distances: Annotated[
        Path | None,
        typer.Option(help="代替坐标 / in place of coordinates: CSV from (demand), to (site), cost"),
    ] = None,
    capacity: Annotated[
        str | None, typer.Option(help="每站容量：数或 column / capacity: a number, or column")
    ] = None,
    min_per_district: Annotated[
        int, typer.Option(min=0, help="每区至少几处 / sites in each district at least")
    ] = 0,
    minimum_share: Annotated[
        float, typer.Option(help="每区最低覆盖率 / least share of each district: 0.5")
    ] = 0.0,
    time_limit: Annotated[float, typer.Option(help="最多几秒 / seconds at most")] = 60.0,
    gap: Annotated[
        float, typer.Option(help="够好的间隙 / gap that is good enough: 0.01 = 1 %")
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON / JSON alone")] = False,
) -> None:
    """在普通点表上选址，并给出证明 / Where sites should go among plain points, with a proof."""
    from geo.plain import Wish, asked, sited
    from geo.plain.points import checked_crs
    from geo.plain.wish import COVERING, check_wish, checked_capacity, checked_model
    from geo.siting import Effort

    wanted = checked_model(model)
    with _telling() as tell, _interruptible() as stopped:
        effort = Effort(time_limit_s=time_limit, gap=gap, progress=tell, cancel=stopped)
        wish = Wish(
            model=wanted,
            count=next_sites,
            radius=radius,
            capacity=checked_capacity(capacity),
            min_sites=min_per_district,
            min_share=minimum_share,
            effort=effort,
        )
        check_wish(wish)
        question = asked(
            demand,
            candidates,
            existing,
            distances,
            crs=checked_crs(crs),
            radius=radius,
            whole=wanted not in COVERING,
        )
        answer = sited(question, wish)
    _say(answer.notes)
    if as_json:
        print_json(_site_document(answer))
    else:
        _print_sites(answer)


def cover(
    stations: Annotated[Path, typer.Option(help="站点 / stations: CSV id, lon, lat | x, y")],
    demand: Annotated[Path, typer.Option(help="需求点 / demand: CSV id, lon, lat | x, y, weight")],
    radius: Annotated[float, typer.Option(help="半径（米）/ radius, metres")] = 500.0,
    area: Annotated[
        Path | None, typer.Option(help="范围：面 / polygons, GeoJSON or GeoPackage")
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="planar（米）, lonlat；缺省看列名 / by column names by default"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON / JSON alone")] = False,
) -> None:
    """普通点表的覆盖 / What stations reach of plain points."""
    from geo.plain import cover as covered
    from geo.plain import read_area, read_points
    from geo.plain.points import checked_crs

    wanted = checked_crs(crs)
    points = read_points(demand, "demand", crs=wanted)
    places = read_points(stations, "stations", crs=wanted)
    outline = read_area(area, points.crs) if area else None
    found = covered(places, points, radius, area=outline)
    _say(found.notes)
    if as_json:
        print_json(_cover_document(found))
    else:
        _print_cover(found)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks the search to end with what it has; a second one ends it at once."""
    asked = False

    def on_interrupt(_number: int, _frame: "FrameType | None") -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _telling() -> Iterator[Callable[["Progress"], None]]:
    """A bar with the best plan so far and the bound."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from api.cli.output import errors
    from geo.siting.model import relative_gap

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Bar(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("读取 / reading", total=None)

        def tell(at: "Progress") -> None:
            gap = relative_gap(at.objective, at.bound)
            bar.update(
                task,
                total=1.0,
                completed=1.0 - gap,
                description=f"最好 best {at.objective:,.6g} · 界 bound {at.bound:,.6g} · "
                f"间隙 gap {gap:.2%}",
            )

        yield tell


def _say(notes: "tuple[Text, ...]") -> None:
    from api.cli.output import errors

    for note in notes:
        errors.print(str(note), markup=False, highlight=False, soft_wrap=True)


def _site_document(answer: "Answer") -> dict[str, Any]:
    return {
        "model": answer.model,
        "sites": answer.sites,
        "gain": answer.gains,
        "covered": answer.covered,
        "total": answer.total,
        "covered_ratio": _ratio(answer.covered, answer.total),
        "objective": answer.objective,
        "bound": answer.bound,
        "optimality_gap": answer.gap,
        "seconds": round(answer.seconds, 3),
        "status": _STATUS[answer.status][0],
        "covered_before": answer.covered_before,
        "unreached": answer.unreached,
        **({"fairness_price": answer.fairness_price} if answer.fairness_price else {}),
    }


def _cover_document(found: "Cover") -> dict[str, Any]:
    return {
        "radius_m": found.radius_m,
        **_measures(found.whole),
        "by_district": [
            {"district": name, **_measures(each)} for name, each in found.by_district.items()
        ],
    }


def _measures(found: "CoverOf") -> dict[str, Any]:
    return {
        "covered": found.covered,
        "total": found.total,
        "covered_ratio": _ratio(found.covered, found.total),
        "backup_ratio": _ratio(found.backup, found.total),
        "area_m2": found.area_m2,
        "covered_area_m2": found.covered_area_m2,
    }


def _ratio(part: float | None, total: float) -> float | None:
    return None if part is None or not total else part / total


def _print_sites(answer: "Answer") -> None:
    print_table(
        f"选址 / sites · {answer.model}",
        ("次序 order", "编号 id", "增加 gain"),
        [
            (str(nth), name, "—" if gain is None else f"{gain:,.6g}")
            for nth, (name, gain) in enumerate(zip(answer.sites, answer.gains, strict=True), 1)
        ],
    )
    proof = _STATUS[answer.status][1]
    lines = [
        f"目标 objective {answer.objective:,.10g} · 界 bound {answer.bound:,.10g}",
        f"间隙 gap {answer.gap:.3%} · {proof} · {answer.seconds:.1f} s",
    ]
    if answer.covered is not None:
        share = (_ratio(answer.covered, answer.total) or 0.0) * 100
        lines.append(f"覆盖 covered {answer.covered:,.10g} / {answer.total:,.10g} ({share:.2f} %)")
    if answer.fairness_price:
        least, most = answer.fairness_price
        shown = f"{least:,.6g}" if least == most else f"{least:,.6g} – {most:,.6g}"
        lines.append(f"公平的代价 price of fairness: {shown}")
    if answer.unreached:
        listed = ", ".join(answer.unreached)
        lines.append(f"够不到 out of reach ({len(answer.unreached)}): {listed}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_cover(found: "Cover") -> None:
    def cells(name: str, each: "CoverOf") -> tuple[str, ...]:
        shares = (_ratio(part, each.total) for part in (each.covered, each.backup))
        areas = (each.covered_area_m2, each.area_m2)
        return (
            name,
            f"{each.covered:,.6g}",
            f"{each.total:,.6g}",
            *("—" if share is None else f"{share:.2%}" for share in shares),
            *("—" if size is None else f"{size / 1e6:,.3f}" for size in areas),
        )

    print_table(
        f"覆盖 / coverage · {found.radius_m:g} m",
        (
            "范围 where",
            "覆盖 covered",
            "总数 total",
            "覆盖率 ratio",
            "交叉 backup",
            "覆盖 km²",
            "面积 km²",
        ),
        [
            cells("全部 all", found.whole),
            *(cells(name, each) for name, each in found.by_district.items()),
        ],
    )
