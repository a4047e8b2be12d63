"""``yizhan import``: a list that is handed in, looked at before it is taken."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from geo.importing.options import ImportOptions
    from geo.importing.plan import Plan
    from geo.store import Store

_SHOWN = 20
_UNKNOWN = ("— 照原样保留 kept as written", "— 行的顺序，略去 counts rows, left out")


class OnError(StrEnum):
    """What becomes of a row in error, or of the file."""

    REJECT_ROW = "reject-row"
    ABORT = "abort"
    ACCEPT_WITH_FLAG = "accept-with-flag"


class Missing(StrEnum):
    """What becomes of stations that the file no longer has."""

    CLOSE = "close"
    KEEP = "keep"


class DatumChoice(StrEnum):
    """The datum of the file's coordinates."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    AUTO = "auto"


class Content(StrEnum):
    """What the file lists."""

    STATIONS = "stations"
    MARKETS = "markets"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV、XLSX、GeoJSON、GPKG、OSM PBF", exists=True, dir_okay=False, readable=True
        ),
    ],
    city: Annotated[
        str | None,
        typer.Option("--city", "--area", help="名录所属的市或地区代码 / city or area code"),
    ] = None,
    area_name: Annotated[
        str | None,
        typer.Option(
            "--area-name", help="境外地区的名称，中文|英文 / name of an area abroad: zh|en"
        ),
    ] = None,
    content: Annotated[
        Content, typer.Option(help="站点或市场 / stations or markets")
    ] = Content.STATIONS,
    list_key: Annotated[
        str | None, typer.Option("--list", help="是哪一份名录的新版 / the list it renews")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表 / sheet of a workbook")] = None,
    column_map: Annotated[
        list[str] | None, typer.Option("--map", help="列名=字段 / header=column, e.g. 站名=name")
    ] = None,
    kind_map: Annotated[
        list[str] | None, typer.Option(help="写法=类别 / word=kind, e.g. 公厕=rest_station")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="未写类别者 / kind of rows that name none")
    ] = None,
    datum: Annotated[
        DatumChoice | None, typer.Option(help="坐标系；auto 接受明确的证据 / datum")
    ] = None,
    on_error: Annotated[
        OnError, typer.Option(help="有误的行 / rows in error")
    ] = OnError.REJECT_ROW,
    missing: Annotated[
        Missing, typer.Option(help="文件中不再有的站点 / stations the file no longer has")
    ] = Missing.CLOSE,
    accept_large_change: Annotated[
        bool, typer.Option("--accept-large-change", help="变动虽大，确认无误 / yes, so large")
    ] = False,
    source: Annotated[str | None, typer.Option(help="来源 / source")] = None,
    licence: Annotated[str | None, typer.Option(help="许可 / licence")] = None,
    listed_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="名录日期 / date of the list")
    ] = None,
    who: Annotated[str, typer.Option(help="提交者 / who hands it in", envvar="YIZHAN_WHO")] = "",
    note: Annotated[str, typer.Option(help="备注 / note")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不收 / look, take nothing")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="把问题标在原表里（XLSX）/ the file with problems marked")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """导入名录：读、查、比、收 / Read a list, judge it, compare it, take it.

    有行被拒收时退出码为 1 / exit code 1 if rows were rejected or nothing was taken.
    """
    import gc

    from api.cli.progress import import_progress
    from api.cli.stores import opened_store, user
    from api.current import publish_aside
    from geo.importing import options
    from geo.importing.plan import keep
    from geo.importing.report import write_report
    from geo.places import load_places

    # Nothing here makes cycles; looking for them takes half the time of a large file.
    gc.disable()
    name = options.area_name(area_name)
    given = options.ImportOptions(
        area=options.area_code(city, name, load_places()),
        area_name=name,
        content=content.value,
        list_key=list_key,
        sheet=sheet,
        columns=options.pairs("--map", column_map or ()),
        kinds=options.pairs("--kind-map", kind_map or ()),
        default_kind=kind,
        datum=datum.value if datum else None,
        on_error=on_error.value,
        missing=missing.value,
        accept_large_change=accept_large_change,
        source=source,
        licence=licence,
        listed_on=listed_on.date() if listed_on else None,
        who=who or user(),
        note=note,
    )
    with opened_store(demo=demo) as (settings, store):
        with import_progress() as progress:
            plan = _planned(file, store, given, progress)
            if report:
                progress("写报告 / writing the report", 0.0)
                write_report(report, file, plan, given)
        revision = None
        if not dry_run and not plan.blocked:
            with import_progress() as progress:
                progress("保存 / keeping", 0.0)
                revision = keep(plan, store)
        (_print_json if as_json else _print)(plan, revision, dry_run=dry_run)
        code = int(bool(plan.blocked or plan.counts.rejected))
        del plan  # a large one would stand in memory beside the snapshot
        if revision:
            publish_aside(settings)
    raise typer.Exit(code=code)


def _planned(
    file: Path, store: "Store", options: "ImportOptions", progress: Callable[[str, float], None]
) -> "Plan":
    """The plan; where the datum is not clear, the person at the terminal is asked."""
    import dataclasses
    import sys

    from geo.importing.datum_evidence import DatumUndecidedError
    from geo.importing.plan import plan_import
    from geo.places import load_places

    try:
        return plan_import(file, store, options, load_places(), progress=progress)
    except DatumUndecidedError as error:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise
        for line in error.evidence.lines():
            console.print(f"  {line}", markup=False, highlight=False)
        chosen = typer.prompt(
            "坐标系 / datum (wgs84, gcj02, bd09)", default=error.evidence.verdict or ""
        )
        chosen_options = dataclasses.replace(options, datum=DatumChoice(chosen).value)
        return plan_import(file, store, chosen_options, load_places(), progress=progress)


def _print(plan: "Plan", revision: int | None, *, dry_run: bool) -> None:
    console.print(f"{plan.source}：" + "；".join(map(str, plan.taken)), markup=False)
    _print_columns(plan)
    said = plan.datum
    console.print(f"坐标系 datum: {said.datum or '—'}（{said.because}）", markup=False)
    for line in said.evidence.lines() if said.evidence else ():
        console.print(f"  {line}", markup=False, highlight=False)
    _print_difference(plan)
    _print_findings(plan)
    _print_counts(plan)
    if plan.blocked:
        console.print(f"没有收下 / nothing was taken: {plan.blocked}", style="red", markup=False)
    elif dry_run:
        console.print("试运行：没有收下任何内容 / a dry run: nothing was taken")
    else:
        console.print(f"已收下，版本 {revision} / taken as revision {revision}")


def _print_columns(plan: "Plan") -> None:
    from geo.importing.canonical import is_count

    columns = plan.columns
    rows = [(header, canonical) for canonical, header in columns.by_column.items()]
    rows += [(header, _UNKNOWN[is_count(header)]) for header in columns.unknown]
    rows += [(header, "— 个人信息，略去 personal, left out") for header in columns.personal]
    print_table("列的读法 / columns", ("列名 header", "字段 column"), rows)


def _print_difference(plan: "Plan") -> None:
    from api.plans import told_change

    rows = [("新增 added", each.id, each.name, "") for each in plan.added[:_SHOWN]]
    for changed in plan.changed[:_SHOWN]:
        fields = ", ".join(told_change(changed))
        rows.append(("变更 changed", changed.after.id, changed.after.name, fields))
    rows += [("关闭 closed", each.id, each.name, "") for each in plan.closed[:_SHOWN]]
    if rows:
        columns = ("", "编号 id", "名称 name", "字段 fields")
        print_table("差异 / difference", columns, rows)
    total = len(plan.added) + len(plan.changed) + len(plan.closed)
    if total > len(rows):
        console.print(f"…… 另有 {total - len(rows)} 项 / and {total - len(rows)} more")


def _print_findings(plan: "Plan") -> None:
    shown: Counter[str] = Counter()
    rows = []
    for finding in plan.findings:
        shown[finding.code] += 1
        if shown[finding.code] <= _SHOWN:
            row = "" if finding.row is None else str(finding.row)
            rows.append((finding.severity, finding.code, row, str(finding.message)))
    if rows:
        print_table("发现 / findings", ("", "代码 code", "行 row", "内容 message"), rows)
    for code, count in shown.items():
        if count > _SHOWN:
            console.print(f"{code}：另有 {count - _SHOWN} 处 / {count - _SHOWN} more")


def _print_counts(plan: "Plan") -> None:
    c = plan.counts
    console.print(
        f"行 {c.rows} = 新增 {c.added} + 变更 {c.changed} + 不变 {c.unchanged}"
        f" + 拒收 {c.rejected} + 待定位 {c.pending}；文件中不再有而关闭 {c.closed}",
        highlight=False,
    )
    console.print(
        f"rows {c.rows} = added {c.added} + changed {c.changed} + unchanged {c.unchanged}"
        f" + rejected {c.rejected} + pending {c.pending}; closed {c.closed}",
        highlight=False,
    )
    if c.personal_cells:
        console.print(f"略去个人信息 {c.personal_cells} 格 / personal cells left out")


def _print_json(plan: "Plan", revision: int | None, *, dry_run: bool) -> None:
    from api.plans import plan_json

    print_json(plan_json(plan) | {"revision": revision, "dry_run": dry_run})
