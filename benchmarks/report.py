"""How measurements are printed."""

import platform
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

console = Console(width=110)


def machine() -> None:
    """What it was measured on: ratios travel, absolute times do not."""
    console.print(
        f"Python {platform.python_version()} · {platform.machine()} · {platform.system()}"
    )


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of figures."""
    drawn = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        drawn.add_column(column, justify="right" if number else "left")
    for row in rows:
        drawn.add_row(*(f"{cell:,.3g}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(drawn)
