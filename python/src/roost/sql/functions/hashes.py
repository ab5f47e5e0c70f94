# SPDX-License-Identifier: Apache-2.0
"""Digests and checksums.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.errors import PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "crc32",
    "hash",
    "md5",
    "sha",
    "sha1",
    "sha2",
    "xxhash64",
]


def crc32(col: ColumnOrName) -> Column:
    """The cyclic redundancy check of bytes."""
    return call("crc32", col)


def hash(*cols: ColumnOrName) -> Column:
    """A 32-bit hash of values."""
    return call("hash", *cols)


def md5(col: ColumnOrName) -> Column:
    """The MD5 digest in hexadecimal digits."""
    return call("md5", col)


def sha(col: ColumnOrName) -> Column:
    """The SHA-1 digest in hexadecimal digits."""
    return call("sha", col)


def sha1(col: ColumnOrName) -> Column:
    """The SHA-1 digest in hexadecimal digits."""
    return call("sha1", col)


def sha2(col: ColumnOrName, numBits: int) -> Column:
    """A digest of the SHA-2 family in hexadecimal digits."""
    allowed = [0, 224, 256, 384, 512]
    if numBits not in allowed:
        raise PySparkValueError(
            errorClass="VALUE_NOT_ALLOWED", messageParameters={"arg_name": "numBits", "allowed_values": str(allowed)}
        )
    return call("sha2", col, lit(numBits))


def xxhash64(*cols: ColumnOrName) -> Column:
    """A 64-bit hash of values."""
    return call("xxhash64", *cols)
