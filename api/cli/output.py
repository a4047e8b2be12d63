"""What the terminal shows: tables and progress for people, JSON for programs."""

from collections.abc import Iterable, Sequence

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from geo.errors import InputError, NotFoundError, YizhanError

console = Console()
errors = Console(stderr=True)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on standard output; texts from data are never read as markup."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    console.print(table)


def fail(error: YizhanError) -> None:
    """Say on standard error what is wrong and what would be right."""
    errors.print(_plain(f"错误 / error: {error}"), style="red", highlight=False, soft_wrap=True)
    if isinstance(error, InputError) and error.expected:
        errors.print(_plain(f"应为 / expected: {error.expected}"), highlight=False, soft_wrap=True)
    if isinstance(error, NotFoundError) and error.suggestions:
        suggestions = "、".join(error.suggestions)
        errors.print(_plain(f"是否要找 / did you mean: {suggestions}"), highlight=False)


def _plain(text: str) -> str:
    """The text with rich's markup escaped and control characters made visible."""
    return escape("".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text))
