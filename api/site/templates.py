"""Templates of our pages: every value is escaped, an unknown name is an error."""

from functools import cache
from pathlib import Path
from typing import Final

import jinja2

from api.site.assets import url

_PAGES: Final = Path(__file__).resolve().parents[1] / "web" / "pages"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = url
    return environment


def rendered(name: str, **values: object) -> bytes:
    """A page as HTML."""
    return _environment().get_template(name).render(**values).encode()
