# SPDX-License-Identifier: Apache-2.0
"""How tables are divided into partitions, for ``DataFrameWriterV2.partitionedBy``."""

from __future__ import annotations

from roost._core import call, lit
from roost.sql.column import Column, _wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    from roost.sql.functions.base import ColumnOrName

__all__ = ["years", "months", "days", "hours", "bucket"]


def years(col: ColumnOrName) -> Column:
    """A partition for each year."""
    return call("years", col)


def months(col: ColumnOrName) -> Column:
    """A partition for each month."""
    return call("months", col)


def days(col: ColumnOrName) -> Column:
    """A partition for each day."""
    return call("days", col)


def hours(col: ColumnOrName) -> Column:
    """A partition for each hour."""
    return call("hours", col)


def bucket(numBuckets: Union[Column, int], col: ColumnOrName) -> Column:
    """So many partitions, by a hash of the value."""
    if not isinstance(numBuckets, (int, Column)):
        raise _wrong("NOT_COLUMN_OR_INT", "numBuckets", numBuckets)
    return call("bucket", lit(numBuckets), col)
