# SPDX-License-Identifier: Apache-2.0
"""Values as Avro's bytes."""

from __future__ import annotations

from roost.sql.functions import call_function, create_map, lit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

    from roost.sql.column import Column, ColumnOrName

__all__ = ["from_avro", "to_avro"]


def from_avro(data: ColumnOrName, jsonFormatSchema: str, options: Optional[Dict[str, str]] = None) -> Column:
    """The value that a column of bytes holds.

    Parameters
    ----------
    data : Column or str
        bytes without a schema of their own
    jsonFormatSchema : str
        the schema that they were written by, as JSON
    options : dict, optional
        ``mode``: ``FAILFAST`` (the default) or ``PERMISSIVE``, where malformed bytes are NULL; ``avroSchema``: the schema
        that is read, when it is not the one that was written

    Raises
    ------
    AnalysisException
        Spark's Avro package is not named in ``spark.jars.packages``, or the schema has no type of Spark's.
    """
    pairs = [lit(text) for pair in (options or {}).items() for text in pair]
    more = [create_map(*pairs)] if pairs else []
    return call_function("from_avro", data, lit(jsonFormatSchema), *more)


def to_avro(data: ColumnOrName, jsonFormatSchema: str = "") -> Column:
    """A column's values as Avro's bytes.

    Parameters
    ----------
    data : Column or str
    jsonFormatSchema : str, optional
        the schema to write by, as JSON; without it, the one that the column's type has

    Raises
    ------
    AnalysisException
        Spark's Avro package is not named in ``spark.jars.packages``.
    """
    return call_function("to_avro", data, *([lit(jsonFormatSchema)] if jsonFormatSchema else []))
