"""Names and addresses compared by what they say, not by how they are spaced."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from geo.vocabulary import vocabulary

_NO_LETTER = re.compile(r"[\W_]+")
_DOOR = re.compile(r"(\d+)\s*(?:号|號|弄|栋|幢)")
# Who runs the counter: two of these at one place are two stations, not one twice.
_BRAND: Final = re.compile(
    r"[一-鿿]{2,6}?(?:银行|药房|药店|大药房|邮政|移动|联通|电信|超市|便利店|医院|酒店|保险)"
)


@lru_cache(maxsize=1 << 16)
def letters(text: str) -> str:
    """Letters and digits alone, of one width and case."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=1 << 16)
def core(name: str) -> str:
    """A name without the words that every station of its kind has in its name."""
    rest = letters(name)
    for word in _common_words():
        rest = rest.replace(word, "")
    return rest


def door_number(address: str) -> str | None:
    """The door number of an address: 互助路28号楼 → 28."""
    found = _DOOR.search(unicodedata.normalize("NFKC", address))
    return found[1] if found else None


def brand(name: str) -> str | None:
    """The bank, pharmacy or shop that a name contains."""
    found = _BRAND.search(unicodedata.normalize("NFKC", name))
    return found[0] if found else None


@lru_cache(maxsize=1)
def _common_words() -> tuple[str, ...]:
    kinds = vocabulary().kinds.values()
    words = {letters(word) for term in kinds for word in (term.label.zh, *term.words)}
    words |= {"户外劳动者", "工会", "驿站", "服务站点"}
    return tuple(sorted(words, key=len, reverse=True))
