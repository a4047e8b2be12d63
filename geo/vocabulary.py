"""Kinds of places and what they offer, with labels: read once from ``vocabulary.toml``."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from geo.text import Text

_FILE = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """A code with its label, the group it belongs to and the ways it is written."""

    code: str
    label: Text
    group: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms, in the order of legends and lists. ``digest`` identifies this edition."""

    groups: Mapping[str, Text]
    kinds: Mapping[str, Term]
    facility_groups: Mapping[str, Text]
    facilities: Mapping[str, Term]
    digest: str

    def kind_of_word(self, word: str) -> Term | None:
        """The kind that a list means by ``word`` (a code, a label or a known way to write it)."""
        return _find(self.kinds, word)

    def facility_of_word(self, word: str) -> Term | None:
        """The facility that a list means by ``word``."""
        return _find(self.facilities, word)

    def kinds_of_group(self, group: str) -> frozenset[str]:
        """The codes of every kind in a group."""
        return frozenset(term.code for term in self.kinds.values() if term.group == group)


def _find(terms: Mapping[str, Term], word: str) -> Term | None:
    word = word.strip()
    if word in terms:
        return terms[word]
    folded = word.casefold()
    for term in terms.values():
        if folded == term.label.zh.casefold() or word in term.words:
            return term
    return None


def _texts(table: Mapping[str, Mapping[str, str]]) -> Mapping[str, Text]:
    return MappingProxyType({code: Text(row["zh"], row["en"]) for code, row in table.items()})


def _terms(table: Mapping[str, Mapping[str, str]]) -> Mapping[str, Term]:
    return MappingProxyType(
        {
            code: Term(code, Text(row["zh"], row["en"]), row["group"], tuple(row["words"]))
            for code, row in table.items()
        }
    )


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this version of the software."""
    content = _FILE.read_bytes()
    tables = tomllib.loads(content.decode())
    return Vocabulary(
        groups=_texts(tables["groups"]),
        kinds=_terms(tables["kinds"]),
        facility_groups=_texts(tables["facility_groups"]),
        facilities=_terms(tables["facilities"]),
        digest=hashlib.sha256(content).hexdigest(),
    )
