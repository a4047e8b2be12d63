"""What the door finds: each finding says what, where, and what would be right."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from geo.text import LANGS, Lang, Text
from geo.validation.privacy import MOBILE_NUMBER

Severity = Literal["error", "warning", "info"]
Effect = Literal["file_not_read", "row_rejected", "row_pending", "row_kept"]
# A Text or a number is ours; a str is what somebody wrote, and is made harmless.
Detail = str | int | Text

_FILE = Path(__file__).with_name("findings.toml")
_SHOWN_CHARACTERS = 40
_FINE_DECIMALS = re.compile(r"(\d\.\d{2})\d+")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means: how grave it is, what becomes of the row, and what is said."""

    code: str
    severity: Severity
    effect: Effect
    title: Text
    message: Text
    fix: Text | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``row`` is a spreadsheet's row (the header is 1); ``None``: the file.

    The texts hold no position finer than 0.01° and no phone number. They are written when they
    are asked for: of a large file nobody reads them all.
    """

    source: str
    row: int | None
    field: str | None
    code: str
    severity: Severity
    details: tuple[tuple[str, Detail], ...] = dataclass_field(repr=False)

    @property
    def message(self) -> Text:
        """What is wrong, and where."""
        return _filled(rules()[self.code].message, self.details)

    @property
    def fix(self) -> Text | None:
        """What would be right, where that can be said."""
        fix = rules()[self.code].fix
        return fix and _filled(fix, self.details)


@cache
def rules() -> Mapping[str, Rule]:
    """Every code with its severity, effect and texts, in the order of the documents."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({code: _rule(code, table) for code, table in tables.items()})


class Report:
    """Collects the findings of a catalogue; ``rejections`` counts those that cost a row."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.rejections = 0

    def add(
        self,
        code: str,
        *,
        source: str,
        row: int | None = None,
        field: str | None = None,
        **details: Detail,
    ) -> None:
        """Note a finding; ``details`` fill the templates of the rule."""
        rule = rules()[code]
        self.rejections += rule.effect == "row_rejected"
        if field is not None:
            details["field"] = field
        self.findings.append(
            Finding(source, row, field, code, rule.severity, tuple(details.items()))
        )


def _rule(code: str, table: Mapping[str, Any]) -> Rule:
    return Rule(
        code=code,
        severity=table["severity"],
        effect=table["effect"],
        title=Text(**table["title"]),
        message=Text(**table["message"]),
        fix=Text(**table["fix"]) if "fix" in table else None,
    )


# One fault often runs through a whole file: it is said once, and kept once.
@lru_cache(maxsize=1 << 12)
def _filled(template: Text, details: tuple[tuple[str, Detail], ...]) -> Text:
    in_zh, in_en = (
        template.get(lang).format_map({name: _shown(value, lang) for name, value in details})
        for lang in LANGS
    )
    return Text(in_zh, in_en)


def _shown(value: Detail, lang: Lang) -> str:
    if isinstance(value, Text):
        return value.get(lang)
    return str(value) if isinstance(value, int) else _harmless(value)


@lru_cache(maxsize=1 << 12)
def _harmless(written: str) -> str:
    """What somebody wrote, without a fine position or a phone number, and not at length."""
    shown = _FINE_DECIMALS.sub(r"\1…", MOBILE_NUMBER.sub("***", written))
    return shown if len(shown) <= _SHOWN_CHARACTERS else shown[:_SHOWN_CHARACTERS] + "…"
