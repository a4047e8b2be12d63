"""Whether the values of a column can be what its header says: looked at, not judged."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from geo.sources.header_words import datum_of_word
from geo.text import Text

_NUMBERS = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DATE = re.compile(r"\d{4}\D{1,3}\d{1,2}(\D{1,3}\d{1,2})?.*|\d{8}", flags=re.DOTALL)
_LAT_FIRST = re.compile(r"^\D*(北纬|纬度|lat|n)", flags=re.IGNORECASE)
_MOST: Final = 0.5
_RUNNING_FROM: Final = 3


class Rule(NamedTuple):
    """What a cell of a column looks like, and what is said where most do not."""

    fits: Callable[[str], bool]
    otherwise: Text


def doubts(by_column: Mapping[str, str], samples: Mapping[str, Sequence[str]]) -> list[Text]:
    """One sentence for each column, ``canonical -> header``, whose samples do not fit it."""
    found = []
    for column, header in by_column.items():
        cells = [cell.strip() for cell in samples[header] if cell.strip()]
        said = _doubt(column, cells)
        if said:
            name = header[:40]
            found.append(
                Text(
                    f"列“{name}”按列名应为 {column}，但{said.zh}",
                    f"the column {name!r} should be {column} by its name, but {said.en}",
                )
            )
    return found


def is_lat_first(cells: Sequence[str]) -> bool:
    """Whether cells such as ``34.7,113.6`` only make sense with the latitude first."""
    pairs = [(cell, _NUMBERS.findall(cell)) for cell in cells]
    read = [(cell, float(pair[0]), float(pair[1])) for cell, pair in pairs if len(pair) == 2]
    backward = sum(
        bool(_LAT_FIRST.match(cell)) or (abs(second) > 90 >= abs(first))
        for cell, first, second in read
    )
    return backward > len(read) * _MOST


def _doubt(column: str, cells: Sequence[str]) -> Text | None:
    if not cells:
        return None
    if column == "id" and _is_running(cells):
        return Text(
            "它的值是依次的序号，不能作为编号",
            "its values are running numbers, which identify nothing",
        )
    rule = _RULES.get(column)
    if rule is None or sum(map(rule.fits, cells)) > len(cells) * _MOST:
        return None
    if column in _LIMITS and sum(map(_is_metres, cells)) > len(cells) * _MOST:
        return Text(
            "它的值像投影坐标（米），不是经纬度",
            "its values look like projected metres, not degrees",
        )
    return rule.otherwise


def _is_running(cells: Sequence[str]) -> bool:
    if len(cells) < _RUNNING_FROM or not all(cell.isdecimal() for cell in cells):
        return False
    numbers = list(map(int, cells))
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in {0, 1}


def _number(cell: str) -> float | None:
    return float(cell) if _NUMBERS.fullmatch(cell) else None


def _is_metres(cell: str) -> bool:
    value = _number(cell)
    return value is not None and abs(value) > 1_000


def _at_most(limit: float) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        value = _number(cell)
        return value is not None and abs(value) <= limit

    return fits


def _is_amount(cell: str) -> bool:
    value = _number(cell)
    return value is not None and value >= 0


def _is_words(cell: str) -> bool:
    return _number(cell) is None


def _is_division(cell: str) -> bool:
    return _number(cell) is None or (cell.isdecimal() and len(cell) >= 6)


_LIMITS: Final = {"published_lon": 180.0, "lon": 180.0, "published_lat": 90.0, "lat": 90.0}
_NO_DEGREES: Final = Text(
    "它的值多数不是合理的经纬度（度）", "most of its values are no coordinate in degrees"
)
_NO_WORDS: Final = Text("它的值多数只是数字", "most of its values are mere numbers")
_NO_DATE: Final = Text("它的值多数不是日期", "most of its values are no date")
_RULES: Final[Mapping[str, Rule]] = {
    **{column: Rule(_at_most(limit), _NO_DEGREES) for column, limit in _LIMITS.items()},
    "position": Rule(
        lambda cell: len(_NUMBERS.findall(cell)) == 2,
        Text("它的值多数不是两个数", "most of its values are not two numbers"),
    ),
    **{column: Rule(_is_words, _NO_WORDS) for column in ("name", "address", "facilities")},
    **{column: Rule(_is_division, _NO_WORDS) for column in ("city", "district")},
    **{
        column: Rule(lambda cell: bool(_DATE.fullmatch(cell)), _NO_DATE)
        for column in ("listed_on", "verified_on")
    },
    "area_m2": Rule(_is_amount, Text("它的值多数不是数", "most of its values are no number")),
    "published_datum": Rule(
        lambda cell: datum_of_word(cell) is not None,
        Text("它的值多数不是已知的坐标系", "most of its values are no datum that is known"),
    ),
}
