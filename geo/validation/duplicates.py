"""Rows that probably list one station twice."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from geo.geodesic import distance_m
from geo.validation.findings import Report
from geo.validation.positions import distance_text, warn
from geo.validation.records import Draft, place

DUPLICATE_M: Final = 100.0
_DUPLICATE_LAT: Final = 0.001  # degrees; more than 100 m of latitude anywhere
_NO_LETTER = re.compile(r"[\W_]+")


def check_duplicates(drafts: Sequence[Draft], report: Report) -> None:
    """Warn where name, address and position agree, all three.

    Never by distance alone: different stations stand 37 m apart, and one counter may
    serve two brands. Names and addresses agree if they have the same letters and digits.
    """
    twins = defaultdict(list)
    for at, draft in enumerate(drafts):
        if draft.fields["address"]:
            twins[_letters(draft.fields["name"]), _letters(draft.fields["address"])].append(at)
    for same in twins.values():
        for earlier, later, distance in _near_pairs([(at, drafts[at]) for at in same]):
            warn(
                report,
                "probable_duplicate",
                drafts[later],
                "name",
                first=place(drafts[earlier].declaration, drafts[earlier].row),
                distance=distance_text(distance),
            )


def _near_pairs(drafts: Sequence[tuple[int, Draft]]) -> Iterator[tuple[int, int, float]]:
    """For each draft one that is near, if any: (earlier index, later index, metres)."""
    by_lat = sorted(drafts, key=lambda numbered: numbered[1].position.lat)
    for nth, (at, draft) in enumerate(by_lat):
        for other in range(nth - 1, -1, -1):
            other_at, other_draft = by_lat[other]
            if draft.position.lat - other_draft.position.lat > _DUPLICATE_LAT:
                break
            distance = distance_m(draft.position, other_draft.position)
            if distance <= DUPLICATE_M:
                yield min(at, other_at), max(at, other_at), distance
                break


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()
