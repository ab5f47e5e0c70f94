# SPDX-License-Identifier: Apache-2.0
"""pyarrow: tables from results, and types both ways.

Data goes through Arrow's C interface, which the extension speaks; pyarrow is asked for its classes.
"""

from __future__ import annotations

from roost._core import arrow_stream
from roost.errors.base import PySparkTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from roost.sql.session import SparkSession
    from roost.sql.types import DataType, StructType


class Stream:
    """Something with ``__arrow_c_stream__``, once."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The capsule."""
        return self._capsule


def stream_of(schema: Any, batches: list, zone: str) -> Stream:
    """Batches as an Arrow stream."""
    return Stream(arrow_stream(schema, batches, zone))


def result_stream(session: SparkSession, result: Any) -> Stream:
    """The rows of a result as an Arrow stream."""
    batches = []
    while (batch := result.batch()) is not None:
        batches.append(batch)
    return stream_of(result.schema, batches, session._time_zone())


def to_table(session: SparkSession, result: Any) -> Any:
    """The rows of a result as a pyarrow Table."""
    import pyarrow as pa

    from roost.sql.conf import USES_LARGE_TYPES

    _check_names(result.schema.type())
    table = pa.RecordBatchReader.from_stream(result_stream(session, result)).read_all()
    return with_large_types(table) if session._of_functions[USES_LARGE_TYPES] == "true" else table


def with_large_types(table: Any) -> Any:
    """The table with texts and bytes of Arrow's large types, as spark.sql.execution.arrow.useLargeVarTypes wants."""
    import pyarrow as pa

    return table.cast(pa.schema([field.with_type(_large(field.type)) for field in table.schema]))


def _large(kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_binary(kind):
        return pa.large_binary()
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_large(kind.value_type)))
    if pa.types.is_map(kind):
        key, item = kind.key_field, kind.item_field
        return pa.map_(key.with_type(_large(key.type)), item.with_type(_large(item.type)))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_large(field.type)) for field in kind.fields])
    return kind


def _check_names(struct: StructType) -> None:
    """Columns may share a name, members of a struct may not; and there are types that Arrow lacks."""
    from roost.errors.base import PySparkTypeError, UnsupportedOperationException
    from roost.sql.types import ArrayType, MapType, StructType, YearMonthIntervalType

    todo = [field.dataType for field in struct.fields]
    while todo:
        data_type = todo.pop()
        if isinstance(data_type, StructType):
            todo += [field.dataType for field in data_type.fields]
            if len(set(data_type.names)) < len(data_type.names):
                raise UnsupportedOperationException(
                    f"[DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT] Duplicated field names in Arrow Struct are not allowed, "
                    f"got {data_type.names}"
                )
        elif isinstance(data_type, ArrayType):
            todo.append(data_type.elementType)
        elif isinstance(data_type, MapType):
            todo += [data_type.keyType, data_type.valueType]
        elif isinstance(data_type, YearMonthIntervalType):
            raise PySparkTypeError(
                errorClass="UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION", messageParameters={"data_type": str(data_type)}
            )


def to_arrow_type(data_type: DataType, zone: str = "UTC") -> Any:
    """pyarrow's type for a type.

    Raises
    ------
    PySparkTypeError
        where there is none
    """
    import pyarrow as pa

    from roost.sql import types as t

    plain = {
        t.NullType: pa.null,
        t.BooleanType: pa.bool_,
        t.ByteType: pa.int8,
        t.ShortType: pa.int16,
        t.IntegerType: pa.int32,
        t.LongType: pa.int64,
        t.FloatType: pa.float32,
        t.DoubleType: pa.float64,
        t.StringType: pa.string,
        t.CharType: pa.string,
        t.VarcharType: pa.string,
        t.BinaryType: pa.binary,
        t.DateType: pa.date32,
    }
    if type(data_type) in plain:
        return plain[type(data_type)]()
    if isinstance(data_type, t.DecimalType):
        return pa.decimal128(data_type.precision, data_type.scale)
    if isinstance(data_type, t.TimestampType):
        return pa.timestamp("us", tz=zone)
    if isinstance(data_type, t.TimestampNTZType):
        return pa.timestamp("us")
    if isinstance(data_type, t.DayTimeIntervalType):
        return pa.duration("us")
    if isinstance(data_type, t.TimeType):
        return pa.time64("ns")
    if isinstance(data_type, t.ArrayType):
        return pa.list_(pa.field("element", to_arrow_type(data_type.elementType, zone), data_type.containsNull))
    if isinstance(data_type, t.MapType):
        value = pa.field("value", to_arrow_type(data_type.valueType, zone), data_type.valueContainsNull)
        return pa.map_(pa.field("key", to_arrow_type(data_type.keyType, zone), False), value)
    if isinstance(data_type, t.StructType):
        return pa.struct(to_arrow_schema(data_type, zone))
    if isinstance(data_type, t.UserDefinedType):
        return to_arrow_type(data_type.sqlType(), zone)
    raise PySparkTypeError(
        errorClass="UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION", messageParameters={"data_type": str(data_type)}
    )


def to_arrow_schema(struct: StructType, zone: str = "UTC") -> Any:
    """pyarrow's schema for a struct."""
    import pyarrow as pa

    return pa.schema([pa.field(f.name, to_arrow_type(f.dataType, zone), f.nullable) for f in struct.fields])


def from_arrow_type(arrow_type: Any, prefer_timestamp_ntz: bool = True) -> DataType:
    """The type for pyarrow's type; timestamps without a zone are on the wall, or moments all the same."""
    import pyarrow.types as at

    from roost.sql import types as t

    tests = (
        (at.is_boolean, t.BooleanType),
        (at.is_int8, t.ByteType),
        (at.is_int16, t.ShortType),
        (at.is_int32, t.IntegerType),
        (at.is_int64, t.LongType),
        (at.is_float32, t.FloatType),
        (at.is_float64, t.DoubleType),
        (at.is_string, t.StringType),
        (at.is_large_string, t.StringType),
        (at.is_binary, t.BinaryType),
        (at.is_large_binary, t.BinaryType),
        (at.is_fixed_size_binary, t.BinaryType),
        (at.is_date32, t.DateType),
        (at.is_null, t.NullType),
        (at.is_time64, t.TimeType),
        (at.is_duration, t.DayTimeIntervalType),
    )
    for is_kind, kind in tests:
        if is_kind(arrow_type):
            return kind()
    if at.is_decimal(arrow_type):
        return t.DecimalType(arrow_type.precision, arrow_type.scale)
    if at.is_timestamp(arrow_type):
        return t.TimestampNTZType() if arrow_type.tz is None and prefer_timestamp_ntz else t.TimestampType()
    if at.is_map(arrow_type):
        return t.MapType(
            from_arrow_type(arrow_type.key_type, prefer_timestamp_ntz),
            from_arrow_type(arrow_type.item_type, prefer_timestamp_ntz),
        )
    if at.is_list(arrow_type) or at.is_large_list(arrow_type) or at.is_fixed_size_list(arrow_type):
        element = from_arrow_type(arrow_type.value_type, prefer_timestamp_ntz)
        return t.ArrayType(element, arrow_type.value_field.nullable)
    if at.is_struct(arrow_type):
        return from_arrow_schema(arrow_type, prefer_timestamp_ntz)
    if at.is_dictionary(arrow_type):
        return from_arrow_type(arrow_type.value_type, prefer_timestamp_ntz)
    raise PySparkTypeError(
        errorClass="UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION",
        messageParameters={"data_type": str(arrow_type)},
    )


def _is_view(arrow_type: Any, name: str) -> bool:
    """Whether it is the layout of views, which older releases of pyarrow do not know."""
    import pyarrow.types as at

    test = getattr(at, f"is_{name}_view", None)
    return test is not None and test(arrow_type)


def without_views(table: Any) -> Any:
    """The table, its views as plain layouts: dictionaries of views cannot be cast to anything else."""
    import pyarrow as pa

    fields = [field.with_type(_without_views(field.type)) for field in table.schema]
    return table if [f.type for f in fields] == table.schema.types else table.cast(pa.schema(fields))


def _without_views(arrow_type: Any) -> Any:
    import pyarrow as pa
    import pyarrow.types as at

    def plain(field: Any) -> Any:
        return field.with_type(_without_views(field.type))

    if _is_view(arrow_type, "string"):
        return pa.string()
    if _is_view(arrow_type, "binary"):
        return pa.binary()
    if at.is_dictionary(arrow_type):
        return pa.dictionary(arrow_type.index_type, _without_views(arrow_type.value_type), arrow_type.ordered)
    if at.is_map(arrow_type):
        return pa.map_(plain(arrow_type.key_field), plain(arrow_type.item_field))
    if at.is_list(arrow_type):
        return pa.list_(plain(arrow_type.value_field))
    if at.is_large_list(arrow_type):
        return pa.large_list(plain(arrow_type.value_field))
    if at.is_fixed_size_list(arrow_type):
        return pa.list_(plain(arrow_type.value_field), arrow_type.list_size)
    if at.is_struct(arrow_type):
        return pa.struct([plain(arrow_type.field(i)) for i in range(arrow_type.num_fields)])
    return arrow_type


def from_arrow_schema(schema: Any, prefer_timestamp_ntz: bool = True) -> StructType:
    """The struct for pyarrow's schema (or struct type)."""
    from roost.sql.types import StructField, StructType

    return StructType(
        [StructField(f.name, from_arrow_type(f.type, prefer_timestamp_ntz), f.nullable) for f in schema]
    )
