"""The first page of a report: the figures that a committee asks for, and what must be known."""

from typing import Final

from geo.catalogue import SYNTHETIC
from geo.export.plan.colours import INK, LINE, SOFT
from geo.planning import words
from geo.planning.model import CityPlan
from maps.plan.figures import Figure, figures
from maps.report.letters import height_mm, width_mm
from maps.report.paper import Box, Paper

_COLUMNS: Final = 4
_GAP: Final = 5.0
_LINE: Final = 7.2
_NOTED, _NOTED_LINE = "#fff7dc", "#c9a227"


def draw_summary(plan: CityPlan, paper: Paper) -> None:
    """Cards with figures, then every warning of the plan."""
    body = paper.body
    y = (
        paper.both(body.left, body.top - 1, words.known_line(plan), body.width, size=10, bold=True)
        + 2
    )
    found = figures(plan)
    columns = min(_COLUMNS, len(found))
    wide = (body.width - (columns - 1) * _GAP) / columns
    for start in range(0, len(found), columns):
        row = found[start : start + columns]
        tall = max(_card_mm(each) for each in row)
        for nth, each in enumerate(row):
            _card(paper, Box(body.left + nth * (wide + _GAP), y, wide, tall), each)
        y += tall + _GAP
    _notes(plan, paper, y)


def _card_mm(figure: Figure) -> float:
    return 29 + (5 if figure.qualifier else 0) + len(figure.lines) * (height_mm(_LINE) + 0.6)


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


def _notes(plan: CityPlan, paper: Paper, y: float) -> None:
    """Every warning; smaller where there are many, so that none falls off the page."""
    notes = [each for each in plan.notes if each != SYNTHETIC]
    if not notes:
        return
    body = paper.body
    columns = 2 if len(notes) > 2 else 1
    wide = (body.width - 8 - (columns - 1) * 6) / columns
    half = -(-len(notes) // columns)
    top = y
    paper.box(Box(body.left, top, body.width, body.bottom - top), fill=_NOTED, line=_NOTED_LINE)
    paper.rule(top, body.left, body.right, colour=LINE)
    for column in range(columns):
        left, y = body.left + 4 + column * (wide + 6), top + 1.5
        for note in notes[column * half : (column + 1) * half]:
            y = paper.both(left, y, note, wide, size=7.4) + 1
