"""Answers to "where is the nearest": the index asked, and its rows written as a collection."""

from api import collection
from api.features import FeatureWriter
from api.params import Question
from geo.datum import convert_position
from geo.index import StationIndex
from geo.position import Position
from geo.snapshot import Snapshot

# Each question has a tail of its own; whoever invents ever new ones waits a little longer.
_REMEMBERED = 1_000


class Answers:
    """The index of one snapshot and the writer of its stations."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.index = StationIndex(snapshot)
        self.features = FeatureWriter(snapshot)
        self._tails: dict[Question, bytes] = {}

    def collection(self, origin: Position, question: Question) -> bytes:
        """The GeoJSON collection; ``origin`` is in the question's datum."""
        lon, lat = origin
        if question.datum != "wgs84":
            lon, lat = convert_position(lon, lat, source=question.datum, target="wgs84")
        hits = self.index.nearest_rows(
            lon, lat, k=question.k, within_m=question.within_m, where=question.where
        )
        writer = self.features.variant(question.lang, question.geometry_datum)
        return collection.HEAD + writer.neighbors(hits) + self._tail(question)

    def _tail(self, question: Question) -> bytes:
        tail = self._tails.get(question)
        if tail is None:
            tail = collection.tail(self.snapshot, question)
            if len(self._tails) < _REMEMBERED:
                self._tails[question] = tail
        return tail
