"""``yizhan keys``, ``duplicates`` and ``reports``: what the office decides."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from geo.store import KeyRecord

_Demo = Annotated[bool, typer.Option("--demo", help="示意数据 / synthetic data")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]
_Who = Annotated[str, typer.Option(help="操作者 / who", envvar="YIZHAN_WHO")]


def register(app: typer.Typer) -> None:
    """Add the groups of commands."""
    keys = typer.Typer(help="管理接口的密钥 / keys of the admin API", no_args_is_help=True)
    keys.command("add")(keys_add)
    keys.command("list")(keys_list)
    keys.command("revoke")(keys_revoke)
    app.add_typer(keys, name="keys")
    app.command()(duplicates)
    app.command()(reports)


def keys_add(
    label: Annotated[str, typer.Argument(help="给谁用 / whose it is")],
    scope: Annotated[
        list[str] | None, typer.Option(help="read、import、manage，可多次 / may be repeated")
    ] = None,
    city: Annotated[
        list[str] | None, typer.Option(help="区划代码，可多次；默认全部 / adcodes; all by default")
    ] = None,
    demo: _Demo = False,
) -> None:
    """新密钥，只显示这一次 / A new key, shown this once."""
    from api.cli.stores import opened_store
    from geo.importing.options import area_code
    from geo.places import load_places
    from geo.text import Text

    cities = [area_code(each, Text(each, each), load_places()) for each in city or ()] or ["*"]
    with opened_store(demo=demo) as (_, store):
        text, record = store.keys.add(label, cities=cities, scopes=scope or ["read"])
    console.print(
        f"密钥 {record.prefix}… 只显示这一次，请妥善保存 / shown this once, keep it safe:"
    )
    typer.echo(text)


def keys_list(demo: _Demo = False, as_json: _Json = False) -> None:
    """所有密钥（只见开头）/ All keys, by their beginning."""
    from api.cli.stores import opened_store

    with opened_store(demo=demo) as (_, store):
        found = store.keys.list()
    if as_json:
        print_json([_key_json(each) for each in found])
        return
    columns = ("编号 id", "开头 prefix", "给谁 label", "城市 cities", "权限 scopes", "状态 state")
    print_table("密钥 / keys", columns, [_key_cells(each) for each in found])


def keys_revoke(
    key: Annotated[int, typer.Argument(help="编号 / id")],
    demo: _Demo = False,
) -> None:
    """作废一个密钥，立即生效 / Revoke a key, at once."""
    from api.cli.stores import opened_store

    with opened_store(demo=demo) as (_, store):
        store.keys.revoke(key)
    console.print(f"密钥 {key} 已作废 / key {key} is revoked")


def duplicates(
    decide: Annotated[
        int | None, typer.Option(help="要判断的一对（编号）/ the pair to decide, by id")
    ] = None,
    verdict: Annotated[
        str | None, typer.Option("--as", help="same（关闭后者）或 different / same or different")
    ] = None,
    who: _Who = "",
    demo: _Demo = False,
    as_json: _Json = False,
) -> None:
    """可能重复的站点，待人判断 / Possible duplicates, for people to decide."""
    from api.cli.stores import opened_store, user
    from api.current import publish_head
    from api.office import decide_duplicate, duplicate_json

    with opened_store(demo=demo) as (settings, store):
        if decide is not None:
            revision = decide_duplicate(store, decide, verdict or "", who=who or user())
            publish_head(settings, store)
            console.print(f"已判断；版本 {revision} / decided; revision {revision}")
            return
        found = store.duplicates.open()
        listed = [duplicate_json(store, each) for each in found]
    if as_json:
        print_json(listed)
        return
    rows = [
        (
            str(each["id"]),
            f"{each['first']['id']} {each['first']['name']}",
            f"{each['second']['id']} {each['second']['name']}",
            ", ".join(f"{name} {value}" for name, value in each["evidence"].items() if value),
        )
        for each in listed
    ]
    columns = ("编号 id", "甲 first", "乙 second", "证据 evidence")
    print_table("可能重复 / possible duplicates", columns, rows)


def reports(
    decide: Annotated[int | None, typer.Option(help="要处理的报告 / the report, by id")] = None,
    verdict: Annotated[
        str | None, typer.Option("--as", help="accepted 或 rejected / accepted or rejected")
    ] = None,
    who: _Who = "",
    demo: _Demo = False,
    as_json: _Json = False,
) -> None:
    """公众报告的问题，待处理 / What people reported, to be decided."""
    from api.cli.stores import opened_store, user
    from api.office import decide_report, report_json

    with opened_store(demo=demo) as (_, store):
        if decide is not None:
            decide_report(store, decide, verdict or "", who=who or user())
            console.print(f"已处理 / decided: {decide} {verdict}")
            return
        found = [report_json(each) for each in store.reports.list(state="pending")]
    if as_json:
        print_json(found)
        return
    columns = ("编号 id", "站点 station", "内容 what", "收到 received")
    rows = [(str(r["id"]), r["station_id"], r["what"], r["received_at"]) for r in found]
    print_table("报告 / reports", columns, rows)


def _key_json(key: "KeyRecord") -> dict[str, object]:
    return {
        "id": key.id,
        "prefix": key.prefix,
        "label": key.label,
        "cities": list(key.cities),
        "scopes": list(key.scopes),
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(timespec="seconds"),
    }


def _key_cells(key: "KeyRecord") -> tuple[str, ...]:
    return (
        str(key.id),
        f"{key.prefix}…",
        key.label,
        ", ".join(key.cities),
        ", ".join(key.scopes),
        "已作废 revoked" if key.revoked_at else "有效 valid",
    )
