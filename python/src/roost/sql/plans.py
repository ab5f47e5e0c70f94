# SPDX-License-Identifier: Apache-2.0
"""Encoding of what plans are made of beside expressions: data types, sort orders, numbers of plans.

Every plan that a DataFrame stands for gets a number (``plan_id``), by which ``df["x"]`` says which
DataFrame's column it means.  Numbers are unique in a process, and after a fork parent and child go
on from the same number without harm: a plan never mixes DataFrames of both that were made after it.
"""

from __future__ import annotations

from itertools import count

from roost._core import pb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple

    from roost.sql.types import DataType

next_plan_id = count(1).__next__

_PLAIN = {
    "NullType": 1,
    "BinaryType": 2,
    "BooleanType": 3,
    "ByteType": 4,
    "ShortType": 5,
    "IntegerType": 6,
    "LongType": 7,
    "FloatType": 8,
    "DoubleType": 9,
    "DateType": 14,
    "TimestampType": 15,
    "TimestampNTZType": 16,
    "CalendarIntervalType": 17,
    "VariantType": 25,
}


def _string(t: Any) -> bytes:
    return pb(2, None if t.isUTF8BinaryCollation() else t.collation)


def _struct(t: Any) -> bytes:
    import json

    return pb(
        1,
        [
            pb(1, f.name, 2, encode_type(f.dataType), 3, f.nullable, 4, json.dumps(f.metadata) if f.metadata else None)
            for f in t.fields
        ],
    )


# Class name: the field of DataType, and how its message is written.
_WITH_PARTS: Dict[str, Tuple[int, Callable[[Any], bytes]]] = {
    "DecimalType": (10, lambda t: pb(1, t.scale, 2, t.precision)),
    "StringType": (11, _string),
    "CharType": (12, lambda t: pb(1, t.length)),
    "VarcharType": (13, lambda t: pb(1, t.length)),
    "YearMonthIntervalType": (18, lambda t: pb(1, t.startField, 2, t.endField)),
    "DayTimeIntervalType": (19, lambda t: pb(1, t.startField, 2, t.endField)),
    "ArrayType": (20, lambda t: pb(1, encode_type(t.elementType), 2, t.containsNull)),
    "StructType": (21, _struct),
    "MapType": (22, lambda t: pb(1, encode_type(t.keyType), 2, encode_type(t.valueType), 3, t.valueContainsNull)),
    "GeometryType": (26, lambda t: pb(1, t.srid)),
    "GeographyType": (27, lambda t: pb(1, t.srid)),
    "TimeType": (28, lambda t: pb(1, t.precision)),
}


def encode_type(data_type: DataType) -> bytes:
    """A data type as ``spark.connect.DataType``."""
    name = type(data_type).__name__
    number = _PLAIN.get(name)
    if number is not None:
        return pb(number, b"")
    if name in _WITH_PARTS:
        number, write = _WITH_PARTS[name]
        return pb(number, write(data_type))
    return _user_defined(data_type)


def _user_defined(data_type: Any) -> bytes:
    from roost.errors.base import PySparkTypeError
    from roost.sql.types import UserDefinedType

    if not isinstance(data_type, UserDefinedType):
        raise PySparkTypeError(
            errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": str(data_type)}
        )
    python_class = data_type._python_class()
    return pb(23, pb(1, "udt", 3, python_class, 5, encode_type(data_type.sqlType())))
