"""Where a table begins: titles above the header, headers of two rows."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from geo.sources.header_words import JOINT, is_known_header
from geo.text import Text

_LOOKED_AT: Final = 10
_KNOWN_AT_LEAST: Final = 2


class Merged(NamedTuple):
    """A merged range of cells, all bounds included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Heading(NamedTuple):
    """The headers, the row at which they start (from 0) and how many rows they take."""

    columns: tuple[str, ...]
    first: int
    depth: int

    def notes(self) -> tuple[Text, ...]:
        """What was taken for titles, and for a header of two rows."""
        titles = Text(
            f"表头以上的 {self.first} 行是标题，不作数据",
            f"{self.first} row(s) above the header are titles, no data",
        )
        joined = Text("两行表头已合并", "a header of two rows was joined")
        return ((titles,) if self.first else ()) + ((joined,) if self.depth == 2 else ())


def find_heading(rows: Sequence[Sequence[str]], merged: Iterable[Merged] = ()) -> Heading | None:
    """The row, or the two, that hold the most headers that are known; ``None`` if none does.

    Two rows are one header only where that tells more columns apart than either alone.
    """
    rows = [[cell.strip() for cell in row] for row in rows[: _LOOKED_AT + 1]]
    spans = list(merged)
    candidates = [Heading(tuple(row), at, 1) for at, row in enumerate(rows[:_LOOKED_AT])]
    for at in range(len(rows) - 1):
        joined = _joined(rows[at], rows[at + 1], [span for span in spans if span.top == at], at)
        if joined:
            candidates.append(Heading(joined, at, 2))
    best = max(
        candidates, key=lambda each: (_known(each.columns), -each.depth, -each.first), default=None
    )
    return best if best and _known(best.columns) >= _KNOWN_AT_LEAST else None


def first_full_row(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is about as full as the fullest: titles are narrow."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_LOOKED_AT]]
    enough = max(1, max(filled, default=0) / 2)
    return next((at for at, count in enumerate(filled) if count >= enough), 0)


def _known(columns: Iterable[str]) -> int:
    return len({column for column in columns if column and is_known_header(column)})


def _joined(
    upper: Sequence[str], lower: Sequence[str], spans: Sequence[Merged], at: int
) -> tuple[str, ...] | None:
    """One header of two rows, or ``None`` if these are not two rows of one."""
    width = max(len(upper), len(lower))
    above, below = (list(row) + [""] * (width - len(row)) for row in (upper, lower))
    if spans:
        if not any(span.bottom <= at + 1 for span in spans) or _holds_number(below):
            return None
    elif not _is_lower_half(above, below):
        return None
    names, group = [], ""
    for over, under in zip(above, below, strict=True):
        group = over or (group if under else "")
        names.append(JOINT.join(dict.fromkeys(filter(None, (group, under)))))
    return tuple(names)


def _is_lower_half(above: Sequence[str], below: Sequence[str]) -> bool:
    """Without merged cells to tell: all words of the lower row are headers, under blanks too."""
    words = [cell for cell in below if cell]
    under_blank = any(under and not over for over, under in zip(above, below, strict=True))
    return under_blank and len(words) >= 2 and all(map(is_known_header, words))


def _holds_number(cells: Iterable[str]) -> bool:
    return any(cell.replace(".", "", 1).isdecimal() for cell in cells)
