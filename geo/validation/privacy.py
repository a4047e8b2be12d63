"""Staff names and mobile numbers that come along with lists: nobody needs them here."""

import re
from collections.abc import Sequence
from typing import Final

from geo.validation.columns import COLUMNS, TEXT_COLUMNS

MOBILE_NUMBER: Final = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.]?\d)", flags=re.ASCII
)
_PERSONAL_COLUMNS: Final = frozenset(
    {"联系人", "负责人", "管理员", "站长", "手机", "手机号", "手机号码", "联系方式", "联系电话"}
    | {"身份证", "身份证号", "contact", "contact_name", "manager", "mobile"}
)


def personal_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The columns that are left out as a whole."""
    return tuple(column for column in header if _is_personal(column))


def without_mobile_numbers(
    header: Sequence[str], cells: list[str]
) -> tuple[list[str], tuple[str, ...]]:
    """The cells with mobile numbers cut out of their texts, and the columns that had one."""
    if not MOBILE_NUMBER.search(",".join(cells)):
        return cells, ()
    cleaned = [
        MOBILE_NUMBER.sub("", cell).strip() if _is_text(column) else cell
        for column, cell in zip(header, cells, strict=True)
    ]
    pairs = zip(header, cells, cleaned, strict=True)
    return cleaned, tuple(column for column, before, after in pairs if before != after)


def _is_text(column: str) -> bool:
    return column in TEXT_COLUMNS or not (column in COLUMNS or _is_personal(column))


def _is_personal(column: str) -> bool:
    return column.casefold() in _PERSONAL_COLUMNS
