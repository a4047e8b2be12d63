"""Cells that a spreadsheet would take for a formula, made harmless; and back again.

A cell that begins with = + - @ or a control character can run when Excel opens a CSV file
(OWASP, "CSV injection"). An apostrophe before it keeps it a text.
"""

import re
import unicodedata
from typing import Final

_APOSTROPHE: Final = "'"
_DANGEROUS: Final = frozenset("=+-@\t\r\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def neutralised(cell: str) -> str:
    """The cell, with an apostrophe before it if it could be a formula.

    So is one that begins with apostrophes before such a character, so that
    :func:`deneutralised` gives back exactly what was there.
    """
    if _is_dangerous(cell.lstrip(_APOSTROPHE)):
        return _APOSTROPHE + cell
    return cell


def deneutralised(cell: str) -> str:
    """The cell as it was before :func:`neutralised`."""
    if cell.startswith(_APOSTROPHE) and _is_dangerous(cell.lstrip(_APOSTROPHE)):
        return cell[1:]
    return cell


def _is_dangerous(cell: str) -> bool:
    """Whether it begins, after spaces and in any width, with what begins a formula."""
    start = cell.lstrip(" \u3000\u00a0")
    if not start or _NUMBER.fullmatch(start):
        return False
    return cell[0] in _DANGEROUS or unicodedata.normalize("NFKC", start[0]) in _DANGEROUS
