"""The letters of a report: one Chinese font, how wide they are, where lines break."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

from geo.errors import SetupError

FAMILY: Final = "Noto Sans CJK SC"
_MM_PER_POINT: Final = 25.4 / 72
# No line begins with the first or ends with the second (GB/T 15834-2011, 5.1.10).
_CLOSING: Final = frozenset("，。、；：？！）》〉」』】”’…%‰℃·)]},.;:?!")
_OPENING: Final = frozenset("（《〈「『【“‘([{")
_MISSING: Final = "□"


def has_font() -> bool:
    """Whether the Chinese font is here."""
    if not _is_known():
        # A font that was installed since matplotlib listed the fonts of this machine.
        for path in font_manager.findSystemFonts():
            if "NotoSansCJK" in path:
                fontManager.addfont(path)
    return _is_known()


def require_font() -> None:
    """Raises :class:`SetupError` with the package to install if the font is not here."""
    if not has_font():
        raise SetupError(
            f"缺少中文字体 {FAMILY}；请安装：sudo apt-get install fonts-noto-cjk",
            f"the Chinese font {FAMILY} is missing: sudo apt-get install fonts-noto-cjk",
        )


def printable(text: str) -> str:
    """A text in one line, with a box for each letter that the font does not have."""
    return "".join(map(_shown, text))


def width_mm(text: str, size_pt: float, *, bold: bool = False) -> float:
    """How wide a line is."""
    return width_pt(text, size_pt, bold=bold) * _MM_PER_POINT


def width_pt(text: str, size_pt: float, *, bold: bool = False) -> float:
    """How wide a line is, in points."""
    return sum(_advance_em(_shown(letter), bold=bold) for letter in text) * size_pt


def height_mm(size_pt: float, *, spacing: float = 1.35) -> float:
    """From one line to the next."""
    return size_pt * spacing * _MM_PER_POINT


def wrapped(text: str, room_mm: float, size_pt: float, *, bold: bool = False) -> list[str]:
    """The lines of a text that is to fit a width."""
    lines, line = [], ""
    for piece in _pieces(printable(text)):
        longer = line + piece
        if line and width_mm(longer.rstrip(), size_pt, bold=bold) > room_mm:
            lines.append(line.rstrip())
            longer = piece.lstrip()
        while width_mm(longer.rstrip(), size_pt, bold=bold) > room_mm and len(longer) > 1:
            cut = _fitting(longer, room_mm, size_pt, bold=bold)
            lines.append(longer[:cut])
            longer = longer[cut:]
        line = longer
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    """What no line is broken within: a Chinese letter or a word, with its punctuation."""
    piece = ""
    for letter in text:
        if piece and _may_break(piece[-1], letter):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or after == " " or before in _OPENING:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(letter: str) -> bool:
    return ord(letter) >= 0x2E80 or letter in "“”‘’…—"


def _fitting(text: str, room_mm: float, size_pt: float, *, bold: bool) -> int:
    """How many letters fit, one at the least."""
    count = 1
    while count < len(text) and width_mm(text[: count + 1], size_pt, bold=bold) <= room_mm:
        count += 1
    return count


def _is_known() -> bool:
    return any(font.name == FAMILY for font in fontManager.ttflist)


@cache
def _face(*, bold: bool) -> FT2Font:
    wanted = FontProperties(family=FAMILY, weight="bold" if bold else "normal")
    face = font_manager.get_font(font_manager.findfont(wanted, fallback_to_default=False))
    face.set_size(_EM, 72)
    return face


_EM: Final = 100.0


@cache
def _shown(letter: str) -> str:
    if not letter.isprintable():
        return " "
    return letter if _face(bold=False).get_char_index(ord(letter)) else _MISSING


@cache
def _advance_em(letter: str, *, bold: bool) -> float:
    return _face(bold=bold).load_char(ord(letter)).linearHoriAdvance / 65_536 / _EM
