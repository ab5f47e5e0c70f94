# SPDX-License-Identifier: Apache-2.0
"""Bits of whole numbers.

Each function makes a call of the SQL function of its name; `base.py` says how arguments are taken.
"""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.functions.base import deprecated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from roost.sql.column import Column
    from roost.sql.functions.base import ColumnOrName

__all__ = [
    "bit_count",
    "bit_get",
    "bitwise_not",
    "getbit",
    "shiftleft",
    "shiftright",
    "shiftrightunsigned",
    "bitwiseNOT",
    "shiftLeft",
    "shiftRight",
    "shiftRightUnsigned",
]


def bit_count(col: ColumnOrName) -> Column:
    """How many bits are set."""
    return call("bit_count", col)


def bit_get(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position from 0, the lowest."""
    return call("bit_get", col, pos)


def bitwise_not(col: ColumnOrName) -> Column:
    """All bits the other way."""
    return call("~", col)


def getbit(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position from 0, the lowest."""
    return call("getbit", col, pos)


def shiftleft(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the left."""
    return call("shiftleft", col, lit(numBits))


def shiftright(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the right, keeping the sign."""
    return call("shiftright", col, lit(numBits))


def shiftrightunsigned(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved to the right, filled with zeros."""
    return call("shiftrightunsigned", col, lit(numBits))


def bitwiseNOT(col: ColumnOrName) -> Column:
    """The old name of `bitwise_not`."""
    deprecated("bitwiseNOT", "3.4", "bitwise_not")
    return bitwise_not(col)


def shiftLeft(col: ColumnOrName, numBits: int) -> Column:
    """The old name of `shiftleft`."""
    deprecated("shiftLeft", "3.4", "shiftleft")
    return shiftleft(col, numBits)


def shiftRight(col: ColumnOrName, numBits: int) -> Column:
    """The old name of `shiftright`."""
    deprecated("shiftRight", "3.4", "shiftright")
    return shiftright(col, numBits)


def shiftRightUnsigned(col: ColumnOrName, numBits: int) -> Column:
    """The old name of `shiftrightunsigned`."""
    deprecated("shiftRightUnsigned", "3.4", "shiftrightunsigned")
    return shiftrightunsigned(col, numBits)
