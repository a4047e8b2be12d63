"""What whoever hands a list in says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from geo.catalogue import NATION, is_abroad
from geo.errors import InputError
from geo.places import Places
from geo.sources.tables import Limits
from geo.station import Datum
from geo.text import Text
from geo.vocabulary import vocabulary

OnError = Literal["reject-row", "abort", "accept-with-flag"]
ON_ERROR: Final[tuple[OnError, ...]] = get_args(OnError)
Missing = Literal["close", "keep"]
MISSING: Final[tuple[Missing, ...]] = get_args(Missing)
Content = Literal["stations", "markets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How a file is to be read, judged and compared.

    ``area`` is the place that the list speaks of (adcode, or an ISO 3166 code abroad, then
    with ``area_name``); ``list_key`` the list that it is the new edition of, by default the
    only one of that area. ``columns`` maps a header to a column of ours, ``kinds`` a written
    kind to a code; ``default_kind`` is that of rows which say none. ``datum`` is declared,
    ``"auto"`` to accept clear evidence, or ``None``. ``missing`` says what becomes of
    stations of the list that the file no longer has.
    """

    area: str
    area_name: Text | None = None
    content: Content = "stations"
    list_key: str | None = None
    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    default_kind: str | None = None
    datum: Datum | Literal["auto"] | None = None
    on_error: OnError = "reject-row"
    missing: Missing = "close"
    accept_large_change: bool = False
    source: str | None = None
    licence: str | None = None
    listed_on: date | None = None
    who: str = ""
    note: str = ""
    limits: Limits | None = None

    def __post_init__(self) -> None:
        wanted = [*self.kinds.values(), *([self.default_kind] if self.default_kind else [])]
        for code in wanted:
            if code not in vocabulary().kinds:
                raise InputError(
                    "kind",
                    zh=f"没有类别 {code[:40]}",
                    en=f"there is no kind {code[:40]}",
                    value=code[:40],
                    expected=Text("、".join(vocabulary().kinds), ", ".join(vocabulary().kinds)),
                )


def pairs(parameter: str, written: Iterable[str]) -> Mapping[str, str]:
    """``甲=乙`` as it is typed. Raises :class:`InputError` for what is no pair."""
    found = {}
    for text in written:
        left, equals, right = text.rpartition("=")
        if not (equals and left.strip() and right.strip()):
            raise InputError(
                parameter,
                zh=f"{parameter} 应写成 甲=乙",
                en=f"{parameter} is written as a=b",
                value=text[:40],
                expected=Text("如 站名=name", "such as 站名=name"),
            )
        found[left.strip()] = right.strip()
    return found


def area_code(written: str | None, name: Text | None, places: Places) -> str:
    """The code of the place that a list speaks of, from a code or a name.

    Raises :class:`InputError` if none is given, or one abroad without its name, and
    :class:`~geo.errors.NotFoundError` for a place that there is not.
    """
    if not written:
        raise InputError(
            "city",
            zh="请说明是哪里的名录",
            en="say which place it is a list of",
            value=None,
            expected=Text("如 city=410100 或 city=郑州", "such as city=410100"),
        )
    if is_abroad(written) and name is None:
        raise InputError(
            "area_name",
            zh="境外名录须写明地区名称",
            en="a list of an area abroad needs its name",
            value=None,
            expected=Text("如 伦敦|London", "such as 伦敦|London"),
        )
    if written == NATION or is_abroad(written):
        return written
    return places.find(written).adcode


def area_name(written: str | None) -> Text | None:
    """``伦敦|London`` as it is typed."""
    zh, _, en = (written or "").partition("|")
    return Text(zh.strip(), (en or zh).strip()) if zh.strip() else None
