"""What a page of plans may lead to."""

from typing import NamedTuple

from geo.text import Text


class FileLink(NamedTuple):
    """A file beside the page, or an address of the service, and what it is called.

    Pictures of maps are many, and offered together.
    """

    href: str
    label: Text
    picture: bool = False
