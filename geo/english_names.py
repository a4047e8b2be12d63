"""English names of places, by the rules and exceptions of ``english_names.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("english_names.toml")


class _Rules(NamedTuple):
    suffixes: dict[str, str]
    peoples: dict[str, str]
    names: dict[str, str]
    stems: dict[str, str]


@cache
def _rules() -> _Rules:
    return _Rules(**tomllib.loads(_FILE.read_text(encoding="utf-8")))


def english_name(name: str) -> str:
    """The English name of a province, city or district, by its full Chinese name.

    >>> english_name("郑州市"), english_name("管城回族区"), english_name("浚县")
    ('Zhengzhou', 'Guancheng Hui District', 'Xun County')
    """
    rules = _rules()
    if name in rules.names:
        return rules.names[name]
    stem, suffix = _split(name)
    stem, peoples = _without_peoples(stem)
    return rules.stems.get(stem, _pinyin(stem)) + "".join(f" {p}" for p in peoples) + suffix


def _split(name: str) -> tuple[str, str]:
    for suffix, english in _rules().suffixes.items():
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], english
    return name, ""


def _without_peoples(stem: str) -> tuple[str, list[str]]:
    """Cut the names of peoples off the end: 湘西土家族苗族 → 湘西, [Tujia, Miao]."""
    found: list[str] = []
    cut = True
    while cut:
        cut = False
        for people, english in _rules().peoples.items():
            if stem.endswith(people) and len(stem) > len(people):
                stem, cut = stem[: -len(people)], True
                found.insert(0, english)
    return stem, found


def _pinyin(stem: str) -> str:
    from pypinyin import Style, pinyin  # noqa: PLC0415  a large table, needed only at set-up

    syllables = [readings[0] for readings in pinyin(stem, style=Style.NORMAL, v_to_u=True)]
    joined = syllables[0] + "".join(f"'{s}" if s[0] in "aoe" else s for s in syllables[1:])
    return joined[:1].upper() + joined[1:]
