"""A TOML table whose values are asked for by type, and whose errors say where they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from geo.errors import CatalogError
from geo.text import Text

T = TypeVar("T")


class Table:
    """One table. ``where`` names it in errors; keys that nobody asked for are errors too."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = values
        self._asked: set[str] = set()
        self.where = where

    def error(self, key: str, zh: str, en: str) -> CatalogError:
        """The error that something is wrong with a key."""
        return CatalogError(f"{self.where}：{key} {zh}", f"{self.where}: {key} {en}")

    def text(self, key: str) -> str:
        """A text that must be there and not be blank."""
        value = self._of_type(key, str, Text("文本", "a text"))
        if value is None or not value.strip():
            raise self.error(key, "不能缺少", "is missing")
        return value.strip()

    def texts(self, key: str) -> Sequence[str]:
        """A list of texts that must be there."""
        value = self._of_type(key, list, Text("文本列表", "a list of texts"))
        if not value or not all(isinstance(item, str) for item in value):
            raise self.error(key, "应为文本列表", "should be a list of texts")
        return value

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """One of the words, which must be there."""
        value = self.choice_or_none(key, choices)
        if value is None:
            raise self.error(key, "不能缺少", "is missing")
        return value

    def choice_or_none(self, key: str, choices: Iterable[str]) -> str | None:
        """One of the words, or nothing."""
        value = self._of_type(key, str, Text("文本", "a text"))
        if value is not None and value not in choices:
            listed = "、".join(choices), ", ".join(choices)
            raise self.error(
                key, f"“{value}”应为其一：{listed[0]}", f"{value!r} should be one of {listed[1]}"
            )
        return value

    def date_or_none(self, key: str) -> date | None:
        """A date without a time, or nothing."""
        value = self._of_type(key, date, Text("日期，如 2026-07-27", "a date such as 2026-07-27"))
        if isinstance(value, datetime):
            raise self.error(key, "应为日期，不带时刻", "should be a date without a time")
        return value

    def count(self, key: str) -> int:
        """A whole number that is not negative and must be there."""
        value = self._of_type(key, int, Text("整数", "a whole number"))
        if value is None or isinstance(value, bool) or value < 0:
            raise self.error(key, "应为不小于 0 的整数", "should be a whole number of 0 or more")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false if it is not there."""
        return bool(self._of_type(key, bool, Text("true 或 false", "true or false")))

    def note(self) -> Text | None:
        """The key ``note`` in both languages, or nothing."""
        return self.text_pair("note")

    def text_pair(self, key: str) -> Text | None:
        """A key in both languages, or nothing."""
        table = self.table_or_none(key)
        if table is None:
            return None
        pair = Text(table.text("zh"), table.text("en"))
        table.finish()
        return pair

    def table_or_none(self, key: str) -> "Table | None":
        """A table inside this one, or nothing."""
        value = self._of_type(key, dict, Text("表", "a table"))
        return None if value is None else Table(value, f"{self.where}, {key}")

    def tables(self, key: str) -> Sequence["Table"]:
        """The entries ``[[key]]``, at least one."""
        value = self._of_type(key, list, Text(f"[[{key}]] 条目", f"entries [[{key}]]"))
        if not value or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"缺少 [[{key}]] 条目", f"needs entries [[{key}]]")
        return [Table(item, f"{self.where}, [[{key}]] {n}") for n, item in enumerate(value, 1)]

    def finish(self) -> None:
        """Raise for a key that was never asked for: most likely it is misspelt."""
        for key in sorted(self._values.keys() - self._asked):
            known = sorted(self._asked)
            raise self.error(
                key,
                f"不是已知的键；可用：{'、'.join(known)}",
                f"is not a known key; known: {', '.join(known)}",
            )

    def _of_type(self, key: str, kind: type[T], named: Text) -> T | None:
        self._asked.add(key)
        value = self._values.get(key)
        if value is not None and not isinstance(value, kind):
            raise self.error(key, f"应为{named.zh}", f"should be {named.en}")
        return value
