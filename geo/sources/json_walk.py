"""A large JSON object member by member: only the text and one value are held in memory."""

import json
import re
from collections.abc import Iterator
from typing import Final

from geo.errors import SourceError
from geo.sources.raw_table import damaged

_DECODER: Final = json.JSONDecoder()
_WHITESPACE: Final = re.compile(r"[ \t\n\r]*")


def walk(text: str, array_key: str) -> Iterator[tuple[str, object]]:
    """The members of the outermost object as ``key, value``, in order.

    Those of an array under ``array_key`` come one by one under that key. Raises
    :class:`SourceError` with the line where it is no JSON, or where it is nested too deeply.
    """
    try:
        yield from _members(_Cursor(text), array_key)
    except RecursionError:
        raise SourceError(
            "JSON 嵌套过深：列表的属性不应超过几层",
            "the JSON is nested too deeply: the properties of a list are a few levels at most",
            reason="limit",
        ) from None
    except json.JSONDecodeError as error:
        raise damaged(
            f"第 {error.lineno} 行第 {error.colno} 列起不是完整的 JSON：请重新导出",
            f"from line {error.lineno}, column {error.colno} on this is no JSON: export it again",
        ) from None
    except ValueError:
        # Python reads no whole number of thousands of digits.
        raise damaged("JSON 中有过长的数", "a number in the JSON is too long") from None


def _members(cursor: "_Cursor", array_key: str) -> Iterator[tuple[str, object]]:
    for _ in cursor.items("{", "}"):
        key = cursor.value()
        cursor.take(":")
        if key == array_key and cursor.sees("["):
            for _ in cursor.items("[", "]"):
                yield array_key, cursor.value()
        else:
            yield str(key), cursor.value()
    cursor.finish()


class _Cursor:
    """A place in a JSON text; whatever is not as it should be raises ``JSONDecodeError``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def sees(self, character: str) -> bool:
        """Whether the character is next."""
        found = _WHITESPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text.startswith(character, self._at)

    def take(self, character: str) -> None:
        """Pass the character."""
        if not self.sees(character):
            raise json.JSONDecodeError(f"expected {character}", self._text, self._at)
        self._at += 1

    def value(self) -> object:
        """Pass a whole value and give it."""
        self.sees("")
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        return value

    def items(self, opening: str, closing: str) -> Iterator[None]:
        """Stop before each item between the brackets, which the caller then passes."""
        self.take(opening)
        if not self.sees(closing):
            yield
            while self.sees(","):
                self.take(",")
                yield
        self.take(closing)

    def finish(self) -> None:
        """Nothing may follow."""
        if not self.sees("") or self._at < len(self._text):
            raise json.JSONDecodeError("expected the end", self._text, self._at)
