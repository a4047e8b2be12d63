"""Staff names and mobile numbers that come along with lists: nobody needs them here."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from geo.validation.columns import COLUMNS, TEXT_COLUMNS

MOBILE_NUMBER: Final = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.]?\d)", flags=re.ASCII
)
# GB 11643: district, day of birth, serial, check character.
_ID_NUMBER: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)",
    flags=re.ASCII,
)
# A name is recognised by the word that stands before it.
_STAFF: Final = re.compile(r"(?:联系人|负责人|管理员|站长|驿站长)\s*[:：]\s*[一-鿿·]{2,5}")
_PERSONAL: Final = (MOBILE_NUMBER, _ID_NUMBER, _STAFF)
# What every one of these contains: quick to look for in rows that have none of them.
_DIGITS: Final = re.compile(
    r"1[3-9]\d(?:[- ]?\d{4}){2}|(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx]", flags=re.ASCII
)
_STAFF_WORDS: Final = ("联系人", "负责人", "管理员", "站长")
_PERSONAL_COLUMNS: Final = frozenset(
    {"联系人", "负责人", "管理员", "站长", "手机", "手机号", "手机号码", "联系方式", "联系电话"}
    | {"身份证", "身份证号", "contact", "contact_name", "manager", "mobile"}
)
# Whose person or private number a header names, with what may stand before and behind it:
# 驿站负责人及电话, 联系人手机, 身份证号码; not 手机充电, nor a public 电话 or 座机.
_PERSON: Final = re.compile(
    r".*(?:联系人|负责人|管理员|站长|联络员|联络人|经办人|填报人|姓名|手机|手机号|移动电话"
    r"|身份证|身份证号|证件号|联系方式|联系电话|微信号?)"
    r"(?:姓名|名单|号|码|号码|及|和|与|电话|手机|联系|方式)*"
    r"|contact(?:person|name|mobile)*|(?:manager|owner|staff)s?(?:name|phone|tel|mobile)+"
    r"|(?:mobile|cell)(?:phone|number|no)+|idcard(?:no|number)?"
)
# Columns that hold public landlines as often as somebody's mobile.
_EITHER: Final = frozenset({"联系电话", "联系方式"})
_LANDLINE: Final = re.compile(
    r"(?:\(?0\d{2,3}\)?[- ]?)?[2-8]\d{6,7}(?:(?:转|-| )\d{1,6})?|400(?:[- ]?\d{3,4}){2}|12\d{3}",
    flags=re.ASCII,
)
# What may stand beside a number; any other word is whose number it is.
_CHINESE: Final = re.compile(r"[一-鿿·]+")
_OF_OFFICES: Final = re.compile(r"(?:转|分机|总机|座机|电话|热线|办公室|值班室|服务台|前台)+")
_SIGNS_AND_REMARKS: Final = re.compile(r"\([^)]*\)|[\W_]+")


def personal_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The columns that are left out as a whole."""
    return tuple(column for column in header if _is_personal(column))


def without_personal_data(
    header: Sequence[str], cells: list[str]
) -> tuple[list[str], tuple[str, ...]]:
    """The cells without what is personal in their texts, and the columns that had such.

    That is mobile numbers, identity numbers, and names after 联系人 and the like.
    """
    joined = ",".join(cells)
    maybe = _DIGITS.search(joined) or any(word in joined for word in _STAFF_WORDS)
    found = maybe and any(personal.search(joined) for personal in _PERSONAL)
    if not found and not ("phone" in header and _CHINESE.search(cells[header.index("phone")])):
        return cells, ()
    cleaned = [
        _cleaned(column, cell) if _is_text(column) else cell
        for column, cell in zip(header, cells, strict=True)
    ]
    pairs = zip(header, cells, cleaned, strict=True)
    return cleaned, tuple(column for column, before, after in pairs if before != after)


def holds_landlines(column: str, cells: Sequence[str]) -> bool:
    """Whether a column that may be of persons is rather one of public landlines."""
    if _SIGNS_AND_REMARKS.sub("", unicodedata.normalize("NFKC", column)) not in _EITHER:
        return False
    written = [unicodedata.normalize("NFKC", cell).strip() for cell in cells if cell.strip()]
    landlines = sum(bool(_LANDLINE.fullmatch(cell)) for cell in written)
    return bool(written) and 2 * landlines >= len(written)


def _cleaned(column: str, cell: str) -> str:
    for personal in _PERSONAL:
        cell = personal.sub("", cell).strip()
    if column != "phone":
        return cell
    number = _CHINESE.sub(lambda word: word[0] if _OF_OFFICES.fullmatch(word[0]) else "", cell)
    return number.replace("()", "").replace("（）", "").strip(" ,;:、，；：")


def _is_text(column: str) -> bool:
    return column in TEXT_COLUMNS or not (column in COLUMNS or _is_personal(column))


def _is_personal(column: str) -> bool:
    if column.casefold() in _PERSONAL_COLUMNS:
        return True
    written = unicodedata.normalize("NFKC", column).casefold()
    return bool(_PERSON.fullmatch(_SIGNS_AND_REMARKS.sub("", written)))
