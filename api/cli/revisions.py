"""``yizhan revisions``, ``diff``, ``restore``: what was changed, by whom, and back again."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from geo.store import Difference, Revision

_SHOWN = 50
_Demo = Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(revisions)
    app.command()(diff)
    app.command()(restore)


def revisions(
    most: Annotated[int, typer.Option("--last", help="最近几个 / the newest", min=1)] = 20,
    demo: _Demo = False,
    as_json: _Json = False,
) -> None:
    """版本，新的在前 / The revisions, newest first."""
    from api.cli.stores import opened_store
    from api.plans import revision_json

    with opened_store(demo=demo) as (_, store):
        found = store.revisions(limit=most)
    if as_json:
        print_json([revision_json(each) for each in found])
        return
    columns = (
        "版本",
        "时间 UTC",
        "谁 who",
        "做了什么 what",
        "名录 list",
        "变化 counts",
        "备注 note",
    )
    print_table("版本 / revisions", columns, [_cells(each) for each in found])


def diff(
    before: Annotated[int, typer.Argument(help="旧版本 / the older one", min=0)],
    after: Annotated[int, typer.Argument(help="新版本 / the newer one", min=0)],
    demo: _Demo = False,
    as_json: _Json = False,
) -> None:
    """两个版本的差异 / What differs between two revisions."""
    from api.cli.stores import opened_store
    from api.plans import changed_json

    with opened_store(demo=demo) as (_, store):
        found = store.diff(before, after)
    if as_json:
        print_json(
            {
                "before": before,
                "after": after,
                "added": [{"id": each.id, "name": each.name} for each in found.added],
                "changed": [changed_json(each) for each in found.changed],
                "removed": [{"id": each.id, "name": each.name} for each in found.removed],
            }
        )
    else:
        _print_difference(found)


def restore(
    number: Annotated[int, typer.Argument(help="恢复到哪个版本 / the revision to restore", min=1)],
    note: Annotated[str, typer.Option(help="备注 / note")] = "",
    who: Annotated[str, typer.Option(help="操作者 / who", envvar="YIZHAN_WHO")] = "",
    demo: _Demo = False,
) -> None:
    """恢复旧版本，成为一个新版本 / Restore a revision, as a new one; nothing is lost."""
    from api.cli.stores import opened_store, user
    from api.current import publish_head

    with opened_store(demo=demo) as (settings, store):
        revision = store.restore(number, who=who or user(), note=note)
        publish_head(settings, store)
    console.print(
        f"已恢复版本 {number}，成为版本 {revision.number} / restored as {revision.number}"
    )


def _cells(revision: "Revision") -> tuple[str, ...]:
    counts = ", ".join(f"{name} {count}" for name, count in revision.counts.items() if count)
    return (
        str(revision.number),
        revision.created_at.strftime("%Y-%m-%d %H:%M"),
        revision.who,
        f"{revision.action} {revision.source_file or ''}".strip(),
        revision.list_key or "",
        counts,
        revision.note,
    )


def _print_difference(found: "Difference") -> None:
    from api.plans import told_change

    rows = [("新增 added", each.id, each.name, "") for each in found.added[:_SHOWN]]
    rows += [
        ("变更 changed", each.after.id, each.after.name, ", ".join(told_change(each)))
        for each in found.changed[:_SHOWN]
    ]
    rows += [("移除 removed", each.id, each.name, "") for each in found.removed[:_SHOWN]]
    columns = ("", "编号 id", "名称 name", "字段 fields")
    if not rows:
        console.print("没有差异 / no difference")
        return
    print_table("差异 / difference", columns, rows[:_SHOWN])
    more = len(found.added) + len(found.changed) + len(found.removed) - len(rows[:_SHOWN])
    if more:
        console.print(f"…… 另有 {more} 项；全部见 --json / {more} more: see --json")
