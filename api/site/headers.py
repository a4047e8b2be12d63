"""Headers for each kind of file of the site: one table for the service and for hosts.

``yizhan publish`` writes the same table as rules for nginx, for hosts that read ``_headers`` and
for object stores. What a ``<meta>`` element can say of it stands in the pages too, as a second
line (CSP Level 3 §3.3: not ``frame-ancestors``).
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from api.caching import FOR_GOOD, REVALIDATE

Kind = Literal["page", "embed", "asset", "cell", "data"]


class Rule(NamedTuple):
    """Paths below the root (``*`` is any run of characters); the first rule that fits counts."""

    pattern: str
    kind: Kind


RULES: Final[Sequence[Rule]] = (
    Rule("/web/*", "asset"),
    Rule("/cells/13/*.*.json", "cell"),
    Rule("/cells/*", "data"),
    Rule("/embed/*", "embed"),
    Rule("/*", "page"),
)

_SELF: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
)


def content_security_policy(*, image_hosts: Sequence[str] = ()) -> str:
    """The policy of our pages, without who may embed them."""
    images = "".join(f" https://{host}" for host in image_hosts)
    return f"{_SELF}img-src 'self' data:{images}"


def headers(
    kind: Kind, *, image_hosts: Sequence[str] = (), parents: str = "*"
) -> Mapping[str, str]:
    """The headers of a kind of file.

    ``image_hosts`` are those of the tile provider; ``parents`` are the sources that may embed
    an embed (CSP Level 3 §6.4.2); every other page may be embedded by none.
    """
    if kind in {"asset", "cell"}:
        return {"Cache-Control": FOR_GOOD}
    if kind == "data":
        return {"Cache-Control": REVALIDATE}
    policy = content_security_policy(image_hosts=image_hosts)
    ancestors = parents if kind == "embed" else "'none'"
    return {
        "Cache-Control": REVALIDATE,
        "Content-Security-Policy": f"{policy}; frame-ancestors {ancestors}",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
    }
