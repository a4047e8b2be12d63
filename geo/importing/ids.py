"""Ids for new stations: the district's code and a serial that was never used before."""

from collections.abc import Callable, Iterable


class Ids:
    """Gives ids. ``next_serial`` tells the first free serial of a district (over all time)."""

    def __init__(self, next_serial: Callable[[str], int], taken: Iterable[str]) -> None:
        self._next_serial = next_serial
        self._taken = set(taken)
        self._serials: dict[str, int] = {}

    def new(self, district: str) -> str:
        """The next id of a district (adcode, or the code of an area abroad)."""
        serial = self._serials.get(district)
        if serial is None:
            serial = self._next_serial(district)
        while (candidate := f"{district}-{serial:04d}") in self._taken:
            serial += 1
        self._serials[district] = serial + 1
        self._taken.add(candidate)
        return candidate
