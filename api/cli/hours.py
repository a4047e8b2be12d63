"""``yizhan hours``: what a text about opening hours says, and whether it is open at a moment."""

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from api.cli.output import print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(hours)


def hours(
    text: Annotated[
        str | None, typer.Argument(help="开放时间；省略则逐行读标准输入 / or lines on stdin")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="时刻，默认现在；北京时间 / a time, now by default")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """读开放时间，说明此刻是否开放 / Read opening hours, and say whether it is open."""
    import orjson

    from api.params import moment
    from geo.hours import SHANGHAI

    when = moment("at", at) if at else datetime.now(SHANGHAI)
    if text is None:
        for line in sys.stdin:
            typer.echo(orjson.dumps(_answer(line.rstrip("\r\n"), when)))
    elif as_json:
        typer.echo(orjson.dumps(_answer(text, when), option=orjson.OPT_INDENT_2))
    else:
        _print(_answer(text, when))


def _answer(text: str, when: datetime) -> dict[str, Any]:
    from geo.hours import read_hours, state_at

    reading = read_hours(text)
    state = state_at(reading, when)
    return {
        "text": text,
        "specification": reading.hours.spec if reading.hours else None,
        "unknown_because": reading.reason and reading.reason._asdict(),
        "assumption": reading.assumption and reading.assumption._asdict(),
        "state": state.state,
        "opens_at": _rfc3339(state.opens_at),
        "closes_at": _rfc3339(state.closes_at),
        "closes_in_min": state.closes_in_min,
        "reason": state.reason._asdict(),
        "as_of": _rfc3339(state.as_of),
    }


def _print(answer: dict[str, Any]) -> None:
    labels = {
        "text": "原文 as written",
        "specification": "读作 read as",
        "unknown_because": "未知的原因 unknown because",
        "assumption": "假定 assumption",
        "state": "状态 state",
        "opens_at": "开门 opens at",
        "closes_at": "关门 closes at",
        "closes_in_min": "还有几分钟关门 closes in min",
        "reason": "原因 reason",
        "as_of": "时刻 as of",
    }
    rows = [(labels[name], _shown(value)) for name, value in answer.items() if value is not None]
    print_table("开放时间 / opening hours", ("", ""), rows)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['zh']} / {value['en']}"
    return str(value)


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None
