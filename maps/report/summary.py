"""The first page of a report: the figures that a committee asks for, and what must be known."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from geo.catalogue import SYNTHETIC
from geo.export.plan.colours import INK, SOFT
from geo.planning import words
from geo.planning.model import CityPlan
from geo.text import Text
from maps.plan.figures import Figure, figures
from maps.report.letters import height_mm, width_mm, wrapped
from maps.report.paper import Box, Paper

_COLUMNS: Final = 4
_GAP: Final = 5.0
_LINE, _NOTE = 7.2, 7.4
_NOTED, _NOTED_LINE = "#fff7dc", "#c9a227"


def draw_summary(plan: CityPlan, new_sheet: Callable[[], Paper]) -> list[Paper]:
    """Cards with figures, then every warning of the plan, on as many pages as it takes."""
    paper = new_sheet()
    body = paper.body
    known = words.known_line(plan)
    y = paper.both(body.left, body.top - 1, known, body.width, size=10, bold=True) + 2
    found = figures(plan)
    columns = min(_COLUMNS, len(found))
    wide = (body.width - (columns - 1) * _GAP) / columns
    for start in range(0, len(found), columns):
        row = found[start : start + columns]
        tall = max(_card_mm(each, wide) for each in row)
        for nth, each in enumerate(row):
            _card(paper, Box(body.left + nth * (wide + _GAP), y, wide, tall), each)
        y += tall + _GAP
    return [paper, *_notes(plan, paper, y, new_sheet)]


def _card_mm(figure: Figure, wide: float) -> float:
    qualified = wrapped(str(figure.qualifier), wide - 6, 6.8) if figure.qualifier else []
    said = height_mm(8.6) + height_mm(6.4) + len(qualified) * height_mm(6.8)
    return 17.5 + said + len(figure.lines) * (height_mm(_LINE) + 0.6)


def _card(paper: Paper, box: Box, figure: Figure) -> None:
    paper.box(box, fill="#fbfcfd", line="#c5ccd1")
    paper.box(Box(box.left, box.top, box.width, 1.2), fill=INK)
    left, room = box.left + 3, box.width - 6
    y = paper.lines(left, box.top + 2.4, figure.label.zh, room, size=8.6, bold=True)
    y = paper.lines(left, y, figure.label.en, room, size=6.4, colour=SOFT)
    size = 21.0
    while width_mm(figure.value, size, bold=True) > room and size > 9:
        size -= 1
    paper.text(left, y + 9, figure.value, size=size, bold=True)
    y += 11
    if figure.qualifier:
        y = paper.lines(left, y, str(figure.qualifier), room, size=6.8, colour=SOFT)
    y += 1
    for label, value in figure.lines:
        y += height_mm(_LINE) + 0.6
        paper.rule(y - height_mm(_LINE) - 0.2, left, box.right - 3, colour="#e3e7ea")
        paper.text(left, y - 0.8, str(label), size=6.4, colour=SOFT)
        paper.text(box.right - 3, y - 0.8, value, size=_LINE, align="right")


def _notes(
    plan: CityPlan, paper: Paper, y: float, new_sheet: Callable[[], Paper]
) -> Iterator[Paper]:
    """Every warning in two columns of equal height; what has no room goes to a page more."""
    notes = [each for each in plan.notes if each != SYNTHETIC]
    body = paper.body
    wide = (body.width - 14) / 2
    tall = [_note_mm(each, wide) for each in notes]
    while notes:
        ends = _columns(tall, body.bottom - y - 3)
        used = max(sum(tall[: ends[0]]), sum(tall[ends[0] : ends[1]]))
        paper.box(Box(body.left, y, body.width, used + 3), fill=_NOTED, line=_NOTED_LINE)
        for column, (start, end) in enumerate(zip((0, *ends), ends, strict=False)):
            at = y + 1.5
            for note in notes[start:end]:
                paper.both(body.left + 4 + column * (wide + 6), at, note, wide, size=_NOTE)
                at += _note_mm(note, wide)
        notes, tall = notes[ends[1] :], tall[ends[1] :]
        if notes:
            paper, y = new_sheet(), body.top
            yield paper


def _columns(tall: Sequence[float], room: float) -> tuple[int, int]:
    """Where two columns end that hold all, or as much as there is room for; one at the least."""
    halves = (end for end in range(1, len(tall)) if 2 * sum(tall[:end]) >= sum(tall))
    first = next(halves, len(tall))
    if sum(tall[:first]) <= room:
        return first, len(tall)
    first = max(_filled(tall, room), 1)
    return first, first + _filled(tall[first:], room)


def _filled(tall: Sequence[float], room: float) -> int:
    return sum(1 for end in accumulate(tall) if end <= room + 0.01)


def _note_mm(note: Text, wide: float) -> float:
    zh, en = len(wrapped(note.zh, wide, _NOTE)), len(wrapped(note.en, wide, 0.76 * _NOTE))
    return zh * height_mm(_NOTE) + en * height_mm(0.76 * _NOTE) + 1
