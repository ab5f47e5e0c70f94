# SPDX-License-Identifier: Apache-2.0
"""Types from Spark's JSON, and from SQL text."""

from __future__ import annotations

import re

from roost.errors.base import PySparkTypeError, PySparkValueError
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
from roost.sql.types.base import DataType, NullType
from roost.sql.types.nested import ArrayType, MapType, StructType, VariantType
from roost.sql.types.spatial import GeographyType, GeometryType, SpatialType
from roost.sql.types.temporal import (
    CalendarIntervalType,
    DateType,
    DayTimeIntervalType,
    TimeType,
    TimestampNTZType,
    TimestampType,
    YearMonthIntervalType,
)
from roost.sql.types.user_defined import UserDefinedType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional


_atomic_types = [
    StringType,
    CharType,
    VarcharType,
    BinaryType,
    BooleanType,
    DecimalType,
    FloatType,
    DoubleType,
    ByteType,
    ShortType,
    IntegerType,
    LongType,
    DateType,
    TimestampType,
    TimestampNTZType,
    NullType,
    VariantType,
    YearMonthIntervalType,
    DayTimeIntervalType,
]
_complex_types = [ArrayType, MapType, StructType]
_all_complex_types = {"array": ArrayType, "map": MapType, "struct": StructType}
_all_mappable_types = {
    "string": StringType,
    "binary": BinaryType,
    "boolean": BooleanType,
    "decimal": DecimalType,
    "float": FloatType,
    "double": DoubleType,
    "byte": ByteType,
    "short": ShortType,
    "integer": IntegerType,
    "long": LongType,
    "date": DateType,
    "timestamp": TimestampType,
    "timestamp_ntz": TimestampNTZType,
    "void": NullType,
    "variant": VariantType,
    "interval": CalendarIntervalType,
}


def _interval(kind: type, first: str, last: Optional[str]) -> DataType:
    numbers = kind._inverted_fields
    return kind(numbers[first], numbers[last] if last else None)


# Types with parameters as JSON names them: the pattern, and the type of what it finds.
_PARAMETERISED = [
    (r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)", lambda p, s: DecimalType(int(p), int(s))),
    (r"time\(\s*(\d+)\s*\)", lambda p: TimeType(int(p))),
    (
        r"interval (day|hour|minute|second)(?: to (day|hour|minute|second))?",
        lambda first, last: _interval(DayTimeIntervalType, first, last),
    ),
    (
        r"interval (year|month)(?: to (year|month))?",
        lambda first, last: _interval(YearMonthIntervalType, first, last),
    ),
    (r"string\s+collate\s+(\w+)", StringType),
    (r"char\(\s*(\d+)\s*\)", lambda n: CharType(int(n))),
    (r"varchar\(\s*(\d+)\s*\)", lambda n: VarcharType(int(n))),
    (r"geometry(?:\(\s*(\w+:-?\w+)\s*\))?", lambda crs: GeometryType._from_crs(crs or SpatialType.DEFAULT_CRS)),
    (
        r"geography(?:\(\s*(\w+:-?\w+)?(?:\s*,\s*)?(\w+)?\s*\))?",
        lambda crs, alg: GeographyType._from_crs(
            crs or SpatialType.DEFAULT_CRS, alg or GeographyType.DEFAULT_ALG
        ),
    ),
]


def _parse_datatype_json_string(json_string: str) -> DataType:
    """Read a type from Spark's JSON.

    >>> _parse_datatype_json_string('{"type":"array","elementType":"long","containsNull":false}')
    ArrayType(LongType(), False)
    """
    import json

    return _parse_datatype_json_value(json.loads(json_string))


def _parse_datatype_json_value(
    json_value: Any, fieldPath: str = "", collationsMap: Optional[Dict[str, str]] = None
) -> DataType:
    """Read a type from the plain values that Spark's JSON holds."""
    collation = (collationsMap or {}).get(fieldPath)
    kind = json_value["type"] if isinstance(json_value, dict) else json_value
    if collation is not None:
        if kind != "string":
            raise PySparkTypeError(
                errorClass="INVALID_JSON_DATA_TYPE_FOR_COLLATIONS", messageParameters={"jsonType": str(kind)}
            )
        return StringType(collation)
    if isinstance(json_value, dict):
        if kind == "struct":
            return StructType.fromJson(json_value)
        if kind in _all_complex_types:
            return _all_complex_types[kind].fromJson(json_value, fieldPath, collationsMap)
        if kind == "udt":
            return UserDefinedType.fromJson(json_value)
        raise PySparkValueError(errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": str(kind)})
    if kind in _all_mappable_types:
        return _all_mappable_types[kind]()
    for pattern, make in _PARAMETERISED:
        match = re.fullmatch(pattern, kind)
        if match:
            return make(*match.groups())
    raise PySparkValueError(errorClass="CANNOT_PARSE_DATATYPE", messageParameters={"msg": str(json_value)})


def _parse_datatype_string(s: str) -> DataType:
    """Read a type or a list of columns from SQL text; the engine's parser does it."""
    from roost.sql.session import SparkSession

    return SparkSession._required()._parse_ddl(s)
