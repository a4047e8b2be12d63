"""The one door through which a text may enter a page.

A text from data is hostile: it may hold markup, a closing ``</script>``, a template
literal. Marks of direction stay what they are: templates isolate every text in ``<bdi>``.
There are two ways in, and no third:

* :func:`markup` for the few texts that stand in the HTML itself (title, headings,
  legend, source). Templates of this package call it for every value.
* :func:`json_block` for everything else: the text travels as data inside
  ``<script type="application/json">`` and our scripts put it on the page with
  ``textContent``.
"""

import base64
import hashlib
import html
import unicodedata

import orjson
from markupsafe import Markup

# Folium and branca put texts into template literals, where ${…} runs although the
# five characters of HTML are escaped.
_BEYOND_HTML = {ord(c): f"&#{ord(c)};" for c in "`$\\{}"}

# The first five leave or break a <script> element. Branca reads what it has rendered as a
# template once more, so that the rest would run on our side; in JSON they only occur in texts.
_IN_JSON = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
    "{{": "\\u007b\\u007b",
    "{%": "\\u007b%",
    "{#": "\\u007b#",
}


def plain(text: str) -> str:
    """The text on one line, without the control characters that HTML does not allow."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def markup(text: object) -> Markup:
    """A value as HTML text or quoted attribute value that shows it literally.

    What is :class:`~markupsafe.Markup` already passes unchanged.
    """
    if isinstance(text, Markup):
        return text
    escaped = html.escape(plain(str(text)), quote=True)
    return Markup(escaped.translate(_BEYOND_HTML))  # noqa: S704  # escaped in the line above


def json_block(value: object) -> Markup:
    """A value as JSON that cannot end or leave the ``<script>`` element it stands in.

    Keys keep their order, so equal values give equal bytes.
    """
    text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    for character, escape in _IN_JSON.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704  # what matters is escaped


def script_hash(script: str) -> str:
    """The source expression of CSP Level 3 §2.3.1 that admits exactly this inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
