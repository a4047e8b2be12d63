"""The folder of lists that people edit → a proposal for the store.

Three ways are compared: what the folder said when it was last taken in, what it says now, and
the head. Only what the folder itself changed is proposed, so that a correction made in the
office survives an update of the software and of other lists.
"""

from collections.abc import Mapping
from typing import Final

from geo.catalogue import CatalogueInfo
from geo.errors import CatalogError
from geo.store import Listed, Proposal, Store
from geo.text import Text
from geo.validation import Catalogue

ACTION: Final = "folder"


def folder_proposal(catalogue: Catalogue, store: Store) -> Proposal:
    """What the folder adds, changes and removes since it was last taken in.

    Raises :class:`CatalogError` if it claims the id of a station of another list.
    """
    head = store.head()
    taken = next((r.number for r in store.revisions() if r.action == ACTION), None)
    before = _listed(store, taken)
    now = {
        station.id: Listed(key, station)
        for key, station in zip(catalogue.list_keys, catalogue.stations, strict=True)
    }
    at_head = _listed(store, head or None)
    put = [each for key, each in now.items() if before.get(key) != each]
    _require_own(put, at_head, catalogue.info)
    removed = [key for key, each in before.items() if key not in now and at_head.get(key) == each]
    lists_before = {d.path for d in store.info(taken).declarations} if taken else set()
    keys = {declaration.path for declaration in catalogue.info.declarations}
    old_info = store.info(head) if head else None
    lists = {d.path: d for d in old_info.declarations} if old_info else {}
    provinces = {*catalogue.info.provinces, *(old_info.provinces if old_info else ())}
    return Proposal(
        base=head,
        who="yizhan",
        action=ACTION,
        note="",
        list_key=None,
        source_file=None,
        source_sha256=None,
        put=put,
        remove=removed,
        put_lists=[d for d in catalogue.info.declarations if lists.get(d.path) != d],
        remove_lists=sorted(lists_before - keys - _still_listed(at_head, now, removed)),
        pending={},
        provinces=tuple(sorted(provinces)),
        synthetic=catalogue.info.synthetic,
        sources_digest=catalogue.info.sources_digest,
        counts={
            "rows": catalogue.rows_in,
            "added": sum(each.station.id not in at_head for each in put),
            "changed": sum(each.station.id in at_head for each in put),
            "removed": len(removed),
            "rejected": catalogue.rejected_rows,
        },
    )


def _listed(store: Store, number: int | None) -> Mapping[str, Listed]:
    return {each.station.id: each for each in store.stations(number)} if number else {}


def _still_listed(
    at_head: Mapping[str, Listed], now: Mapping[str, Listed], removed: list[str]
) -> set[str]:
    """Lists that keep stations although the folder no longer declares them."""
    gone = set(removed)
    return {each.list_key for key, each in at_head.items() if key not in gone and key not in now}


def _require_own(put: list[Listed], at_head: Mapping[str, Listed], info: CatalogueInfo) -> None:
    own = {declaration.path for declaration in info.declarations}
    for each in put:
        other = at_head.get(each.station.id)
        if other and other.list_key not in own:
            said = Text(other.list_key, other.list_key)
            raise CatalogError(
                f"{each.list_key} 的编号 {each.station.id} 已属于名录 {said.zh}",
                f"{each.list_key} uses the id {each.station.id}, which the list {said.en} has",
            )
