"""The tree of errors.

::

    YizhanError                 a sentence in Chinese and English
    ├── InputError              a caller's value is wrong; names the parameter
    │   ├── SwappedError        lat, lon instead of lon, lat
    │   └── RecordError         a record that is handed in cannot be so
    ├── NotFoundError           no such place or station; names the nearest ones
    ├── CatalogError            catalog.toml or a declared file cannot be used
    │   └── MixedDataError      real and synthetic stations would meet
    ├── SourceError             a list that was handed in cannot be read
    ├── SnapshotError           a snapshot is damaged, truncated or of another kind
    ├── GeocodingError          a geocoding service cannot be used further
    ├── ConflictError           somebody else changed the catalogue in between
    ├── RefusedError            it is understood, and by the chosen policy not done
    ├── StoppedError            whoever asked for it asked to stop
    ├── BusyError               too much is waiting already; says when to try again
    └── SetupError              something that the installation must provide is missing

Whoever shows an error picks the language; ``str()`` shows both.
No message may hold a position finer than 0.01° (see ``geo.position.coarse``).
"""

from collections.abc import Sequence
from typing import Any, Literal

from geo.text import Text


class YizhanError(Exception):
    """Base of every error that is meant for people."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.text = Text(zh, en)

    def __str__(self) -> str:
        return str(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        # As it is, whatever its constructor asks for: errors come back from other processes.
        return _rebuilt, (type(self), self.args), self.__dict__


class InputError(YizhanError):
    """A value that the caller gave is wrong.

    ``parameter`` is the name under which the caller gave it, ``value`` what was
    given (a coordinate already made coarse), ``expected`` what would be right.
    """

    def __init__(
        self, parameter: str, *, zh: str, en: str, value: str | None, expected: Text | None = None
    ) -> None:
        super().__init__(zh, en)
        self.parameter = parameter
        self.value = value
        self.expected = expected

    def at(self, where: Text) -> "InputError":
        """The same error with the place where the value stands: a file, a row."""
        return type(self)(
            self.parameter,
            zh=f"{where.zh}：{self.text.zh}",
            en=f"{where.en}: {self.text.en}",
            value=self.value,
            expected=self.expected,
        )


class SwappedError(InputError):
    """The two coordinates look exchanged: the point would lie in China the other way round."""


class RecordError(InputError):
    """A record that is handed in cannot be so; names the field, and what would be right."""


class NotFoundError(YizhanError):
    """Nothing has this id or name; ``suggestions`` are the nearest that exist."""

    def __init__(self, zh: str, en: str, *, suggestions: Sequence[str] = ()) -> None:
        super().__init__(zh, en)
        self.suggestions = tuple(suggestions)


class CatalogError(YizhanError):
    """The catalogue, or a file that it declares, cannot be used."""


class MixedDataError(CatalogError):
    """Real and synthetic stations never meet in one catalogue."""


class SourceError(YizhanError):
    """A file that somebody handed in cannot be read.

    ``reason`` tells whether it is of no format that we read, larger than the limits, or
    damaged; ``row`` is the row of a spreadsheet where that shows, if there is one.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        reason: Literal["format", "limit", "damaged"],
        row: int | None = None,
    ) -> None:
        super().__init__(zh, en)
        self.reason = reason
        self.row = row


class SnapshotError(YizhanError):
    """A snapshot file is damaged, truncated, or not one of ours."""


class GeocodingError(YizhanError):
    """A geocoding service refuses or does not answer; going on is no use."""


class ConflictError(YizhanError):
    """The catalogue is not any more what a change was compared with: compare again."""


class RefusedError(YizhanError):
    """What was asked is understood and, by the chosen policy, not done; the sentence says why."""


class StoppedError(YizhanError):
    """Whoever asked for the work asked to stop it; nothing of it was kept."""


class BusyError(YizhanError):
    """As much as may wait is waiting already: try again in ``retry_after_s`` seconds."""

    def __init__(self, zh: str, en: str, *, retry_after_s: int) -> None:
        super().__init__(zh, en)
        self.retry_after_s = retry_after_s


class SetupError(YizhanError):
    """The installation lacks something, and the sentence says how to get it."""


def _rebuilt(kind: type[YizhanError], args: tuple[Any, ...]) -> YizhanError:
    return kind.__new__(kind, *args)
