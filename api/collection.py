"""The frame around the answers to a query for the nearest: what they are made from."""

from typing import Any

import orjson

from api.cities import known_of
from api.params import Question
from geo.catalogue import SYNTHETIC
from geo.snapshot import Snapshot
from geo.text import Lang, Text
from geo.vocabulary import vocabulary

HEAD = b'{"type":"FeatureCollection","features":['
_NO_LIST = Text(
    "尚未有公布的名录，所以没有站点可答：这不等于没有站点",
    "no list of these has been published, so none can be named: that does not mean there is none",
)


def tail(snapshot: Snapshot, question: Question) -> bytes:
    """The collection's own members, the same for every position."""
    members = {
        "geometry_datum": question.geometry_datum,
        "lang": question.lang,
        "revision": snapshot.revision,
        "synthetic": snapshot.info.synthetic,
        "label": SYNTHETIC.get(question.lang) if snapshot.info.synthetic else None,
        "completeness": _completeness(snapshot, question.lang),
        "notice": _notice(snapshot, question),
        "travel": _travel(question),
    }
    return b"]," + orjson.dumps(members)[1:]


def _travel(question: Question) -> str | None:
    """What times of arrival are made of, where they decide."""
    travel = question.opening.travel if question.opening else None
    return travel.assumption.get(question.lang) if travel else None


def _completeness(snapshot: Snapshot, lang: Lang) -> list[dict[str, Any]]:
    stated = {each.area: each.completeness for each in snapshot.info.declarations}
    figures = {area: known_of(snapshot, area, each) for area, each in stated.items() if each}
    return [
        {"area": area, "note": each["says"][lang]}
        | {name: each[name] for name in ("known", "published", "as_of", "source")}
        for area, each in figures.items()
    ]


def _notice(snapshot: Snapshot, question: Question) -> str | None:
    """That no list has been published of any of the kinds asked for, and how to hand one in."""
    kinds = question.where.kinds
    if kinds is None or any(snapshot.by_kind.get(kind) for kind in kinds):
        return None
    work = vocabulary().kinds_of_group("work")
    notes = [
        declaration.note.get(question.lang)
        for declaration in snapshot.info.declarations
        if declaration.content == "markets" and declaration.note and kinds <= work
    ]
    return " ".join(notes) or _NO_LIST.get(question.lang)
