# SPDX-License-Identifier: Apache-2.0
"""Parts and escapes of URLs.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call
from roost.sql.functions.base import given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "parse_url",
    "try_parse_url",
    "url_decode",
    "url_encode",
    "try_url_decode",
]


def parse_url(url: ColumnOrName, partToExtract: ColumnOrName, key: Optional[ColumnOrName] = None) -> Column:
    """A part of a URL: ``HOST``, ``PATH``, ``QUERY`` (perhaps of a key), ``REF``, ``PROTOCOL`` ..."""
    return given("parse_url", url, partToExtract, key)


def try_parse_url(
    url: ColumnOrName, partToExtract: ColumnOrName, key: Optional[ColumnOrName] = None
) -> Column:
    """As `parse_url`, or null where the URL is none."""
    return given("try_parse_url", url, partToExtract, key)


def url_decode(str: ColumnOrName) -> Column:
    """The text of a URL-encoded text."""
    return call("url_decode", str)


def url_encode(str: ColumnOrName) -> Column:
    """The text encoded for a URL."""
    return call("url_encode", str)


def try_url_decode(str: ColumnOrName) -> Column:
    """As `url_decode`, or null where the text is none."""
    return call("try_url_decode", str)
