"""Answers to "where is the nearest": the index asked, and its rows written as a collection."""

from datetime import datetime

from api import collection
from api.features import FeatureWriter
from api.params import Question
from geo.datum import convert_position
from geo.hours import SHANGHAI
from geo.index import OpenAt, StationIndex
from geo.position import Position
from geo.snapshot import Snapshot


class Answers:
    """The index of one snapshot and the writer of its stations."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.index = StationIndex(snapshot)
        self.features = FeatureWriter(snapshot, self.index.schedules)

    def asked(self, question: Question) -> "Asked":
        """A question, ready to be answered for any number of positions."""
        return Asked(self, question)


class Asked:
    """A question with everything that does not depend on the caller's position."""

    def __init__(self, answers: Answers, question: Question) -> None:
        self._index = answers.index
        self._question = question
        self._writer = answers.features.variant(question.lang, question.geometry_datum)
        self._tail = collection.tail(answers.snapshot, question)

    def collection(self, origin: Position) -> bytes:
        """The GeoJSON collection; ``origin`` is in the question's datum."""
        question = self._question
        lon, lat = origin
        if question.datum != "wgs84":
            lon, lat = convert_position(lon, lat, source=question.datum, target="wgs84")
        opening = question.opening
        now = opening.at if opening and opening.at else datetime.now(SHANGHAI)
        asked = OpenAt(now, opening.unknown_hours, opening.travel) if opening else None
        hits = self._index.nearest_rows(
            lon,
            lat,
            k=question.k,
            within_m=question.within_m,
            where=question.where,
            open_at=asked,
        )
        travel = opening.travel if opening else None
        return collection.HEAD + self._writer.neighbors(hits, now, travel) + self._tail
