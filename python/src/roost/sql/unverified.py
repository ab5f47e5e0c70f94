# SPDX-License-Identifier: Apache-2.0
"""Rows that ``createDataFrame`` shall not verify.

Spark takes such rows as they come, and what does not fit its column becomes something else when it is
read: a value of another type becomes NULL, and NULL in a column that has none becomes the zero of a
type that is held in a few bytes.  NULL in a column of texts, arrays and so on, which has none, ends the
query that reads it, and no other; here an expression in its place raises then.
"""

from __future__ import annotations

from decimal import Decimal

from roost._core import Schema, encode_rows
from roost.sql.inference import _create_converter
from roost.sql.ingest import unfitting
from roost.sql.plans import encode_type
from roost.sql.types import StructField, StructType
from roost.sql.worker import accepted, zero_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession

__all__ = ["frame_of"]


def frame_of(session: SparkSession, rows: List[Any], struct: StructType, text: str) -> DataFrame:
    """A DataFrame of rows as Spark would read them; `text` is the struct's for the engine."""
    convert, fitting = _create_converter(struct), accepted(struct)
    taken = [fitting(convert(row)) for row in rows]
    wanting = [
        place
        for place, field in enumerate(struct.fields)
        if not field.nullable and zero_of(field.dataType) is None and any(row[place] is None for row in taken)
    ]
    if wanting:
        return _asserted(session, taken, struct, wanting)
    return session._frame(session._core.data(text, _encoded(struct, taken)))


def _encoded(struct: StructType, rows: List[Any]) -> List[Any]:
    batches = encode_rows(Schema(encode_type(struct)), rows)
    if isinstance(batches, int):
        raise unfitting(struct, rows[batches])
    return batches


def _asserted(session: SparkSession, rows: List[Any], struct: StructType, wanting: List[int]) -> DataFrame:
    """The rows with columns in place of those at `wanting` that raise where there is NULL."""
    from roost.sql import functions as F

    fields = [
        StructField(field.name, field.dataType, field.nullable or place in wanting, field.metadata)
        for place, field in enumerate(struct.fields)
    ]
    held = StructType(fields)
    frame = session._frame(session._core.data(held.json(), _encoded(held, rows)))
    columns = [frame[place] for place in range(len(fields))]
    for place in wanting:
        field = fields[place]
        raised = F.raise_error(F.lit(f"NULL value appeared in non-nullable field: {field.name}")).cast(field.dataType)
        columns[place] = F.coalesce(columns[place], raised, *_never_null(field.dataType)).alias(field.name)
    return frame.select(columns)


def _never_null(data_type: Any) -> List[Any]:
    """A value of the type that is not NULL: it is never reached, but makes the column one without NULL.

    There is none for a struct, whose column stays one with NULL.
    """
    from roost.sql import functions as F
    from roost.sql import types as t

    empty: Any = F.lit("")
    if isinstance(data_type, t.StructType):
        return []
    if isinstance(data_type, t.ArrayType):
        empty = F.array()
    elif isinstance(data_type, t.MapType):
        empty = F.create_map()
    elif isinstance(data_type, t.DecimalType):
        empty = F.lit(Decimal(0))
    return [empty.cast(data_type)]
