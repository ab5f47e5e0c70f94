# SPDX-License-Identifier: Apache-2.0
"""Runs user-defined functions when the engine asks.

The extension calls :func:`run` in the thread that waits for the query, with batches of arguments,
and sends back the batches that it answers.  What a function raises becomes a ``PythonException`` of
the query, with the traceback.
"""

from __future__ import annotations

from roost._core import Schema, encode_columns, encode_rows, pb
from roost.errors.base import (
    ArithmeticException,
    IllegalArgumentException,
    PySparkRuntimeError,
    PySparkValueError,
)
from roost.sql import udf as kinds
from roost.sql.conf import PROFILER, function_setting
from roost.taskcontext import running_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Tuple


def run(
    name: bytes, eval_type: int, arguments: bytes, result: bytes, batches: List[Any], piece: int
) -> List[Any]:
    """Call a function on batches of arguments, in a task; the batches of its results.

    `piece`: rows that a function on an iterator is given at a time; 0: all.
    """
    held = kinds.find(name)
    with running_task():
        profiler = function_setting(PROFILER)
        if profiler and eval_type not in kinds.TABLE_FUNCTIONS:
            from roost.sql.profiler import measuring

            with measuring(held, profiler) as measured:
                return _run(measured, eval_type, arguments, result, batches, piece)
        return _run(held, eval_type, arguments, result, batches, piece)


def _run(
    held: kinds.Held, eval_type: int, arguments: bytes, result: bytes, batches: List[Any], piece: int
) -> List[Any]:
    schema = Schema(arguments, eval_type not in kinds.PICKLED)
    if eval_type in kinds.TABLE_FUNCTIONS:
        from roost.sql import table_worker

        return table_worker.run(held, eval_type, schema, result, batches)
    if eval_type not in kinds.ON_ROWS and any(argument.startswith("=") for argument in schema.names):
        held = kinds.Held(held.name, _by_name(held.func, schema.names), held.return_type)
    if eval_type in (kinds.BATCHED, kinds.ARROW_BATCHED):
        encode = encode_pickled if eval_type == kinds.BATCHED else encode_by_arrow
        return [encode(held.return_type, result, _results(held.func, schema, batch)) for batch in batches]
    if hasattr(held.func, "reads_source"):  # `datasource_worker.Scan`
        return held.func(result)
    from roost.sql import vectorized

    return vectorized.run(held, eval_type, schema, result, batches, piece)


def failure_text(error: BaseException) -> str:
    """The exception with its traceback, from the function on: the frames that called it are roost's."""
    import os
    import traceback

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(package):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames or error.__traceback__))


def _by_name(func: Callable[..., Any], names: List[str]) -> Callable[..., Any]:
    """The function, called with values of which some have names (=name)."""
    import functools

    first = next(i for i, name in enumerate(names) if name.startswith("="))
    keys = [name[1:] for name in names[first:] if name.startswith("=")]

    @functools.wraps(func)
    def call(*values: Any) -> Any:
        return func(*values[:first], **dict(zip(keys, values[first:])))

    return call


def _results(func: Callable[..., Any], schema: Any, batch: Any) -> List[Any]:
    """What a function makes of single values, row by row."""
    columns = batch.columns(schema)
    try:
        if not columns:
            return [func() for _ in range(len(batch))]
        if len(columns) == 1:
            return [func(value) for value in columns[0]]
        if len(columns) == 2:
            return [func(first, second) for first, second in zip(*columns)]
        return [func(*row) for row in zip(*columns)]
    except StopIteration as error:
        # It must not look like the end of whatever runs the query.
        raise PySparkRuntimeError(
            errorClass="STOP_ITERATION_OCCURRED", messageParameters={"exc": str(error)}
        ) from error


def result_schema(result: bytes, by_arrow: bool = True) -> Any:
    """The schema of a batch of one column whose encoded type is `result`."""
    return Schema(pb(21, pb(1, pb(1, "result", 2, result, 3, True))), by_arrow)


def encode_pickled(data_type: Any, result: bytes, values: List[Any]) -> Any:
    """`encode_values` for functions whose results are pickled in PySpark."""
    return encode_values(data_type, result, values, by_arrow=False)


def encode_values(data_type: Any, result: bytes, values: List[Any], by_arrow: bool = True) -> Any:
    """A batch with one column of these values; a value that is none of the type becomes null.

    `result` is the encoded type of the values.
    """
    schema = result_schema(result, by_arrow)
    batch = encode_columns(schema, [values])
    if isinstance(batch, int):
        convert = accepted(data_type)
        batch = encode_columns(schema, [[convert(value) for value in values]])
    if isinstance(batch, int):
        raise TypeError(f"a function's results do not fit {data_type}")
    return batch


def encode_by_arrow(data_type: Any, result: bytes, values: List[Any]) -> Any:
    """The same for functions that Arrow serves: it converts, or refuses, what is none of the type."""
    batch = encode_columns(result_schema(result), [values])
    if not isinstance(batch, int):
        return batch
    from roost.sql.arrow_batches import array_of_values, batches_of_arrays, is_simple
    from roost.sql.types import BinaryType, CharType, DecimalType, StringType, VarcharType
    from roost.sql.verify import _acceptable_types

    if isinstance(data_type, (StringType, CharType, VarcharType)):
        return encode_values(data_type, result, [None if v is None else str(v) for v in values])
    if is_simple(data_type) and not isinstance(data_type, (BinaryType, DecimalType)):
        return batches_of_arrays([array_of_values(values, data_type)], result_schema(result))[0]
    allowed: Dict[type, Tuple[type, ...]] = _acceptable_types
    assert all(v is None or isinstance(v, allowed.get(type(data_type), object)) for v in values)
    return encode_values(data_type, result, values)


def encode_struct_rows(data_type: Any, result: bytes, rows: List[Any]) -> List[Any]:
    """Batches of rows of a struct."""
    batches = encode_rows(Schema(result, True), rows)
    if isinstance(batches, int):
        convert = accepted(data_type)
        batches = encode_rows(Schema(result, True), [convert(row) for row in rows])
    if isinstance(batches, int):
        raise TypeError(f"a function's rows do not fit {data_type}")
    return batches


def accepted(data_type: Any) -> Callable[[Any], Any]:
    """A function that keeps values of a type and makes all others None, as Spark does with results.

    >>> from roost.sql.types import IntegerType
    >>> [accepted(IntegerType())(value) for value in (1, 2.0, "3")]
    [1, None, None]
    """
    from roost.sql import types as t

    if isinstance(data_type, t.ArrayType):
        element = _present(data_type.elementType, data_type.containsNull)
        return lambda v: [element(item) for item in v] if isinstance(v, (list, tuple)) or _is_array(v) else None
    if isinstance(data_type, t.MapType):
        key, value = accepted(data_type.keyType), _present(data_type.valueType, data_type.valueContainsNull)
        return lambda v: {key(k): value(i) for k, i in v.items()} if isinstance(v, dict) else None
    if isinstance(data_type, t.StructType):
        return _accepted_struct(data_type)
    if isinstance(data_type, (t.StringType, t.CharType, t.VarcharType)):
        return _text
    if isinstance(data_type, t.VariantType):
        return lambda v: v
    if isinstance(data_type, t.UserDefinedType):
        return lambda v: v
    if isinstance(data_type, (t.DatetimeType, t.DayTimeIntervalType)):
        return lambda v: _temporal(v, data_type)
    if isinstance(data_type, t.BinaryType):
        return lambda v: v.encode() if isinstance(v, str) else v if isinstance(v, (bytes, bytearray)) else None
    if isinstance(data_type, t.DecimalType):
        return lambda v: _fitting_decimal(v, data_type)
    from roost.sql.verify import _BITS, _acceptable_types

    allowed: Dict[type, Tuple[type, ...]] = _acceptable_types
    wanted = allowed.get(type(data_type), ())
    bits = _BITS.get(type(data_type))

    def convert(v: Any) -> Any:
        if type(v).__module__ == "numpy":
            v = v.item()
        if type(v) not in wanted:
            return None
        if bits and not -(2 ** (bits - 1)) <= v < 2 ** (bits - 1):
            if not -(2**63) <= v < 2**63:
                return None
            v &= 2**bits - 1
            return v - 2**bits if v >= 2 ** (bits - 1) else v
        return v

    return convert


def _text(value: Any) -> Any:
    from roost.sql.java_text import java_text

    return value if value is None or isinstance(value, str) else java_text(value)


def _temporal(value: Any, data_type: Any) -> Any:
    """A date, time or interval as Python's own class has it; what is none raises, as it has not what one has."""
    import datetime

    if value is None or type(value) in (datetime.date, datetime.datetime, datetime.time, datetime.timedelta):
        data_type.toInternal(value)
        return value
    return data_type.fromInternal(data_type.toInternal(value))


def _fitting_decimal(value: Any, data_type: Any) -> Any:
    """A Decimal as it is, None for other values; raises where it has too many digits for its type."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    if type(value) is not Decimal or not value.is_finite():
        return None
    exact = Context(prec=max(value.adjusted(), 0) + data_type.scale + 2)
    rounded = value.quantize(Decimal(1).scaleb(-data_type.scale), ROUND_HALF_UP, exact)
    if len(rounded.as_tuple().digits) <= data_type.precision:
        return value
    raise _of_query(
        ArithmeticException,
        "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
        roundedValue=f"{rounded:f}",
        originalValue=f"{value:f}",
        precision=str(data_type.precision),
        scale=str(data_type.scale),
    )


def _of_query(kind: type, condition: str, **parameters: str) -> Exception:
    """An error about a result, which is the query's: no traceback of the function's belongs to it."""
    error = kind(errorClass=condition, messageParameters=parameters)
    error._is_of_query = True
    return error


def length_mismatch(expected: int, actual: int) -> Exception:
    """The error about a row with too few or too many values."""
    return _of_query(
        IllegalArgumentException, "STRUCT_ARRAY_LENGTH_MISMATCH", expected=str(expected), actual=str(actual)
    )


def zero_of(data_type: Any) -> Any:
    """What Spark reads for NULL where the type has none: zero if it is held in a few bytes, else None."""
    import datetime

    from roost.sql import types as t

    zeros = {
        t.BooleanType: False,
        t.FloatType: 0.0,
        t.DoubleType: 0.0,
        t.DateType: datetime.date(1970, 1, 1),
        t.TimestampType: datetime.datetime.fromtimestamp(0),
        t.TimestampNTZType: datetime.datetime(1970, 1, 1),
        t.TimeType: datetime.time(),
        t.DayTimeIntervalType: datetime.timedelta(),
    }
    if isinstance(data_type, t.IntegralType):
        return 0
    return zeros.get(type(data_type))


def _present(data_type: Any, nullable: bool) -> Callable[[Any], Any]:
    """`accepted`, with zeros for None where the type has no NULL."""
    convert, zero = accepted(data_type), None if nullable else zero_of(data_type)
    if zero is None:
        return convert

    def filled(value: Any) -> Any:
        kept = convert(value)
        return zero if kept is None else kept

    return filled


def _is_array(value: Any) -> bool:
    return hasattr(value, "__iter__") and hasattr(value, "__len__") and not isinstance(value, (str, dict))


def _accepted_struct(data_type: Any) -> Callable[[Any], Any]:
    fields = [_present(field.dataType, field.nullable) for field in data_type.fields]
    internal = data_type.names

    def convert(v: Any) -> Any:
        if v is None:
            return None
        if isinstance(v, dict):
            values: Any = [v.get(name) for name in internal]
        elif isinstance(v, (tuple, list)):
            values = v
        elif hasattr(v, "__dict__"):
            values = [v.__dict__.get(name) for name in internal]
        else:
            raise PySparkValueError(errorClass="UNEXPECTED_TUPLE_WITH_STRUCT", messageParameters={"tuple": str(v)})
        if len(values) != len(fields):
            raise length_mismatch(len(fields), len(values))
        return tuple(check(value) for check, value in zip(fields, values))

    return convert
