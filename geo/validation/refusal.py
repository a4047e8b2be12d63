"""How a reader of one value says that it cannot."""

from geo.validation.findings import Detail


class Refusal(Exception):  # noqa: N818  (never leaves this package; it carries a finding)
    """A value is missing or cannot be read: the finding that says so.

    ``instead`` is the value to go on with where the rule keeps the row.
    """

    def __init__(
        self, code: str, field: str | None, *, instead: object = None, **details: Detail
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.instead = instead
        self.details = details
