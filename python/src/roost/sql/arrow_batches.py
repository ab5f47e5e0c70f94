# SPDX-License-Identifier: Apache-2.0
"""Batches of a function's arguments as pyarrow and pandas columns, and its results as batches.

What is simple (numbers, texts, bytes, days) goes through Arrow both ways, without a Python value for
each of them; this is also how PySpark converts, so that pandas' NaN and what does not fit come out the
same.  Columns of other types are made of Python values, by ``pandas_exchange``.
"""

from __future__ import annotations

from functools import lru_cache

from roost._core import import_stream
from roost.sql.conf import CONVERTS_SAFELY, USES_LARGE_TYPES, function_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional

    from roost.sql.types import DataType

@lru_cache(maxsize=1)
def _simple_kinds() -> tuple:
    """The types that go through Arrow; none without pyarrow."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return ()
    from roost.sql import types as t

    return (t.NumericType, t.StringType, t.CharType, t.VarcharType, t.BinaryType, t.BooleanType, t.DateType)


def is_simple(data_type: DataType) -> bool:
    """Whether values of a type go through Arrow."""
    return isinstance(data_type, _simple_kinds())


def are_simple(schema: Any) -> bool:
    """Whether all columns of a schema go through Arrow, and there is one."""
    fields = schema.type().fields
    return bool(fields) and all(is_simple(field.dataType) for field in fields)


def table_of(batches: List[Any], schema: Any) -> Any:
    """Batches as a pyarrow Table; they are used up, and what is lent for a call is copied."""
    import pyarrow as pa

    from roost.sql.arrow import stream_of, with_large_types

    table = pa.RecordBatchReader.from_stream(stream_of(schema, batches, "UTC")).read_all()
    return with_large_types(table) if function_flag(USES_LARGE_TYPES) else table


def series_of(batch: Any, schema: Any) -> Optional[List[Any]]:
    """The columns of a batch, which is used up, as pandas Series; None if a type is not simple."""
    if not are_simple(schema):
        return None
    return [series_of_array(column) for column in table_of([batch], schema).columns]


def series_of_array(column: Any) -> Any:
    """A column of a simple type as a pandas Series without a name, which may be written to."""
    series = column.to_pandas(date_as_object=True, deduplicate_objects=False)
    values = series.to_numpy()
    return series if values.flags.writeable else type(series)(values.copy())


def simple_array(series: Any, data_type: DataType, casts: bool = False) -> Any:
    """What a function returned as the Array of a simple type; `casts`: also of values that Arrow must cast."""
    from roost.sql.arrow import to_arrow_type

    return array_of_series(series, to_arrow_type(data_type), function_flag(CONVERTS_SAFELY), casts)


def array_of_series(series: Any, wanted: Any, safe: bool, casts: bool = False) -> Any:
    """A pandas Series as an Array of a type.

    Raises
    ------
    PySparkTypeError, PySparkValueError
        when Arrow refuses, or loses something and ``safe`` says not to
    """
    import pyarrow as pa

    from roost.errors.base import PySparkTypeError, PySparkValueError

    try:
        try:
            return pa.Array.from_pandas(series, type=wanted, safe=safe)
        except pa.ArrowInvalid:
            if not casts:
                raise
            return pa.Array.from_pandas(series).cast(wanted, safe=safe)
    except (TypeError, ValueError) as error:
        text = (
            f"Exception thrown when converting pandas.Series ({series.dtype}) with name '{series.name}' "
            f"to Arrow Array ({wanted})."
        )
        if isinstance(error, TypeError):
            raise PySparkTypeError(text) from error
        advice = (
            " It can be caused by overflows or other unsafe conversions warned by Arrow. Arrow safe type check can be "
            "disabled by using SQL config `spark.sql.execution.pandas.convertToArrowArraySafely`."
        )
        raise PySparkValueError(text + (advice if safe else "")) from error


def array_as(array: Any, data_type: DataType) -> Any:
    """An Array that a function returned, with Arrow's type for a type."""
    import pyarrow as pa

    from roost.sql.arrow import to_arrow_type

    assert isinstance(array, pa.Array)
    wanted = to_arrow_type(data_type)
    return array if array.type == wanted else array.cast(wanted, safe=function_flag(CONVERTS_SAFELY))


def array_of_values(values: List[Any], data_type: DataType) -> Any:
    """What a function returned, value by value, as the Array of a simple type."""
    import pyarrow as pa

    from roost.sql.arrow import to_arrow_type

    wanted = to_arrow_type(data_type)
    try:
        return pa.array(values, type=wanted)
    except pa.ArrowInvalid:
        return pa.array(values).cast(wanted, safe=function_flag(CONVERTS_SAFELY))


def batches_of_arrays(arrays: List[Any], schema: Any) -> List[Any]:
    """Batches of columns whose types are the schema's."""
    import pyarrow as pa

    table = pa.Table.from_arrays(arrays, names=[str(i) for i in range(len(arrays))])
    return import_stream(table.__arrow_c_stream__(), schema)
