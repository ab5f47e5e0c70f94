# SPDX-License-Identifier: Apache-2.0
"""Data types, as ``pyspark.sql.types`` has them.

Types without parameters are singletons.  A type knows how it is written (``simpleString`` for
people, ``json`` for machines) and, for code that moves values by itself, how a Python value becomes
Spark's internal one and back (``toInternal``, ``fromInternal``); the fast way to and from rows is
the C extension's and does not come through here.

The files of this package hold them by kind; to programs and in pickles they are all of ``types``.
Beside it: ``row.py`` (Row), ``inference.py`` (types from values), ``verify.py`` (values against
types), ``variant.py`` (VariantVal); their names can be had from here as well.
"""

from __future__ import annotations

from roost.sql.row import Row, _create_row
from roost.sql.types.atomic import (
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
    VarcharType,
)
from roost.sql.types.base import (
    AtomicType,
    DataType,
    DataTypeSingleton,
    FractionalType,
    IntegralType,
    NullType,
    NumericType,
)
from roost.sql.types.nested import (
    ArrayType,
    MapType,
    StructField,
    StructType,
    VariantType,
)
from roost.sql.types.parse import (
    _all_complex_types,
    _all_mappable_types,
    _atomic_types,
    _complex_types,
    _parse_datatype_json_string,
    _parse_datatype_json_value,
    _parse_datatype_string,
)
from roost.sql.types.spatial import (
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    SpatialType,
)
from roost.sql.types.temporal import (
    AnsiIntervalType,
    AnyTimeType,
    CalendarIntervalType,
    DateType,
    DatetimeType,
    DayTimeIntervalType,
    TimeType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from roost.sql.types.user_defined import UserDefinedType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "DataType",
    "NullType",
    "CharType",
    "StringType",
    "VarcharType",
    "BinaryType",
    "BooleanType",
    "DateType",
    "TimeType",
    "TimestampType",
    "TimestampNTZType",
    "DecimalType",
    "DoubleType",
    "Geography",
    "Geometry",
    "FloatType",
    "ByteType",
    "IntegerType",
    "LongType",
    "DayTimeIntervalType",
    "YearMonthIntervalType",
    "CalendarIntervalType",
    "Row",
    "ShortType",
    "ArrayType",
    "MapType",
    "StructField",
    "StructType",
    "VariantType",
    "VariantVal",
    "GeographyType",
    "GeometryType",
]

# Pickles of a program name its classes by this module, whatever file they are in.
for _class in [found for found in globals().values() if isinstance(found, type) and found is not Row]:
    _class.__module__ = __name__
del _class


# What lives in files of its own but is looked for here.
_ELSEWHERE = {
    "VariantVal": "roost.sql.variant",
    "_type_mappings": "roost.sql.inference",
    "_int_size_to_type": "roost.sql.inference",
    "_infer_type": "roost.sql.inference",
    "_infer_schema": "roost.sql.inference",
    "_merge_type": "roost.sql.inference",
    "_has_nulltype": "roost.sql.inference",
    "_has_type": "roost.sql.inference",
    "_create_converter": "roost.sql.inference",
    "_array_signed_int_typecode_ctype_mappings": "roost.sql.inference",
    "_array_type_mappings": "roost.sql.inference",
    "_array_unsigned_int_typecode_ctype_mappings": "roost.sql.inference",
    "_make_type_verifier": "roost.sql.verify",
    "_acceptable_types": "roost.sql.verify",
    "_from_numpy_type": "roost.sql.inference",
}


def __getattr__(name: str) -> Any:
    home = _ELSEWHERE.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
