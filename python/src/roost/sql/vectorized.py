# SPDX-License-Identifier: Apache-2.0
"""pandas and Arrow functions: called with whole columns, tables or groups.

`run` is the other half of `worker.py`: it gives a function its arguments as pandas or pyarrow
objects and takes its results apart again.
"""

from __future__ import annotations

import functools
import inspect

from roost._core import Schema, import_stream
from roost.errors.base import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from roost.sql import udf as kinds
from roost.sql.arrow_batches import (
    are_simple,
    array_as,
    batches_of_arrays,
    is_simple,
    series_of,
    series_of_array,
    simple_array,
    table_of,
)
from roost.sql.conf import ASSIGNS_BY_NAME, function_flag
from roost.sql.worker import accepted, encode_values, result_schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

__all__ = ["ArrowUDFType", "PandasUDFType", "arrow_udf", "pandas_udf"]


class PandasUDFType:
    """Kinds of pandas functions, for the old way to say them."""

    SCALAR = kinds.SCALAR_PANDAS
    SCALAR_ITER = kinds.SCALAR_PANDAS_ITER
    GROUPED_MAP = kinds.GROUPED_MAP_PANDAS
    GROUPED_AGG = kinds.GROUPED_AGG_PANDAS


class ArrowUDFType:
    """Kinds of Arrow functions."""

    SCALAR = kinds.SCALAR_ARROW
    SCALAR_ITER = kinds.SCALAR_ARROW_ITER
    GROUPED_AGG = kinds.GROUPED_AGG_ARROW


def pandas_udf(f: Any = None, returnType: Any = None, functionType: Any = None) -> Any:
    """A function on pandas Series for columns; also a decorator.

    Parameters
    ----------
    f : callable, or the return type when used as a decorator
    returnType : DataType or str
    functionType : int, optional
        a `PandasUDFType`; type hints say it better

    Examples
    --------
    >>> import pandas as pd
    >>> from roost.sql.functions import pandas_udf
    >>> @pandas_udf("long")
    ... def double(s: pd.Series) -> pd.Series:
    ...     return s * 2
    >>> spark.range(2).select(double("id").alias("n")).collect()
    [Row(n=0), Row(n=2)]
    """
    return _decorate(f, returnType, functionType, "pandas")


def arrow_udf(f: Any = None, returnType: Any = None, functionType: Any = None) -> Any:
    """A function on pyarrow Arrays for columns; also a decorator. See `pandas_udf`."""
    return _decorate(f, returnType, functionType, "arrow")


def _decorate(f: Any, returnType: Any, functionType: Any, library: str) -> Any:
    from roost.sql.types import DataType

    if f is not None and not isinstance(f, (str, DataType)):
        if returnType is None:
            raise PySparkTypeError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "returnType"})
        return _make(f, returnType, functionType, library)
    kind, function_kind = (f, returnType if functionType is None else functionType) if f is not None else (
        returnType,
        functionType,
    )
    if kind is None:
        raise PySparkTypeError(
            errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "returnType"}
        )
    return functools.partial(_make, returnType=kind, functionType=function_kind, library=library)


def _make(f: Callable[..., Any], returnType: Any, functionType: Any, library: str) -> Any:
    from roost.sql.udf import UserDefinedFunction

    known = vars(PandasUDFType if library == "pandas" else ArrowUDFType).values()
    if functionType is not None and functionType not in known:
        raise PySparkTypeError(
            errorClass="INVALID_PANDAS_UDF_TYPE",
            messageParameters={"arg_name": "functionType", "arg_type": str(functionType)},
        )
    eval_type = functionType
    specification = inspect.getfullargspec(f)
    if eval_type in _DEPRECATED:
        import warnings

        warnings.warn(_DEPRECATED[eval_type], UserWarning, stacklevel=3)
    elif eval_type is None and specification.annotations:
        from roost.sql.pandas.typehints import hints_of, infer_eval_type

        eval_type = infer_eval_type(inspect.signature(f), hints_of(f), library)
    if eval_type is None:
        eval_type = kinds.SCALAR_PANDAS if library == "pandas" else kinds.SCALAR_ARROW
    if eval_type in _SCALAR and not specification.args and specification.varargs is None:
        raise PySparkValueError(
            errorClass="INVALID_PANDAS_UDF",
            messageParameters={
                "detail": f"0-arg {library}_udfs are not supported. Instead, create a 1-arg {library}_udfs and ignore "
                "the arg in your function."
            },
        )
    return UserDefinedFunction(f, returnType, evalType=eval_type)._wrapped()


_SCALAR = (kinds.SCALAR_PANDAS, kinds.SCALAR_PANDAS_ITER, kinds.SCALAR_ARROW, kinds.SCALAR_ARROW_ITER)
_PREFER_PANDAS_HINTS = (
    "In Python 3.6+ and Spark 3.0+, it is preferred to specify type hints for pandas UDF instead of specifying pandas "
    "UDF type which will be deprecated in the future releases. See SPARK-28264 for more details."
)
_PREFER_ARROW_HINTS = "It is preferred to specify type hints for arrow UDF instead of specifying arrow UDF type."
_DEPRECATED = {
    **dict.fromkeys((kinds.SCALAR_PANDAS, kinds.SCALAR_PANDAS_ITER, kinds.GROUPED_AGG_PANDAS), _PREFER_PANDAS_HINTS),
    **dict.fromkeys((kinds.SCALAR_ARROW, kinds.SCALAR_ARROW_ITER, kinds.GROUPED_AGG_ARROW), _PREFER_ARROW_HINTS),
}


# ---- running


def run(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any], piece: int) -> List[Any]:
    """Call a function on batches; the batches of its results. `piece`: rows of what an iterator gives; 0: all."""
    if eval_type in (kinds.SCALAR_PANDAS, kinds.SCALAR_ARROW):
        return _scalar(held, eval_type, schema, result, batches)
    if eval_type in (kinds.SCALAR_PANDAS_ITER, kinds.SCALAR_ARROW_ITER):
        return _iterated(held, eval_type, schema, result, batches, piece)
    if eval_type in (kinds.GROUPED_AGG_PANDAS, kinds.GROUPED_AGG_ARROW):
        over_frames = schema.names[-2:] == ["_begin", "_end"]
        return (_windows if over_frames else _aggregates)(held, eval_type, schema, result, batches)
    if eval_type in (kinds.MAP_PANDAS_ITER, kinds.MAP_ARROW_ITER):
        return list(_mapped(held, eval_type, schema, result, batches, piece))
    if eval_type in kinds.GROUPED_MAPS:
        return [made for batch in batches for made in _group(held, eval_type, schema, result, batch, piece)]
    return [made for batch in batches for made in _cogroup(held, eval_type, schema, result, batch)]


def _fields(schema: Any) -> List[Any]:
    return schema.type().fields


def _zones() -> Any:
    """Timestamps are the session's for functions; what it has of that is known before the query begins."""
    from roost.sql.pandas_exchange import _Zones

    return _Zones(*kinds.running())


def _series(batch: Any, schema: Any) -> List[Any]:
    """The columns of a batch as pandas Series, structs as dictionaries."""
    made = series_of(batch, schema)
    return _series_of(batch.columns(schema), schema) if made is None else made


def _series_of(columns: List[List[Any]], schema: Any) -> List[Any]:
    from roost.sql.pandas_exchange import to_argument

    zones = _zones()
    return [
        to_argument(zones.shown(values, field.dataType), field.dataType)
        for values, field in zip(columns, _fields(schema))
    ]


def _series_and_frames(batch: Any, schema: Any) -> List[Any]:
    """The columns of a batch as pandas Series, structs as DataFrames."""
    made = series_of(batch, schema)
    return _series_and_frames_of(batch.columns(schema), schema) if made is None else made


def _series_and_frames_of(columns: List[List[Any]], schema: Any) -> List[Any]:
    from roost.sql.pandas_exchange import to_argument
    from roost.sql.types import StructType

    zones = _zones()
    return [
        _frame_of(values, field.dataType)
        if isinstance(field.dataType, StructType)
        else to_argument(zones.shown(values, field.dataType), field.dataType)
        for values, field in zip(columns, _fields(schema))
    ]


def _frame_of(rows: List[Any], struct: Any) -> Any:
    """Rows of a struct as a DataFrame."""
    from roost.sql.pandas_exchange import to_argument

    whole = [tuple(row) if row is not None else (None,) * len(struct) for row in rows]
    columns = list(zip(*whole)) if whole else [()] * len(struct)
    zones = _zones()
    made = [to_argument(zones.shown(list(v), f.dataType), f.dataType) for v, f in zip(columns, struct.fields)]
    return _frame(made, struct.names)


def _arrays(batch: Any, schema: Any) -> List[Any]:
    """The columns of a batch as pyarrow Arrays."""
    return [column.combine_chunks() for column in table_of([batch], schema).columns]


def _pieces(batches: List[Any], schema: Any, most: int, convert: Callable[..., Any]) -> Iterator[List[Any]]:
    """The columns of all batches as pandas Series, cut anew; `convert` makes them of values."""
    if are_simple(schema):
        for piece in _record_batches(batches, schema, most):
            yield [series_of_array(column) for column in piece.columns]
        return
    held: List[List[Any]] = []
    for batch in batches:
        columns = batch.columns(schema)
        if held:
            for whole, more in zip(held, columns):
                whole.extend(more)
        else:
            held = columns
    rows = len(held[0]) if held else 0
    for start in range(0, rows, most or rows):
        yield convert([values[start : start + (most or rows)] for values in held], schema)


def _record_batches(batches: List[Any], schema: Any, most: int) -> List[Any]:
    """All batches as pyarrow RecordBatches of at most so many rows; 0: of all."""
    return table_of(batches, schema).combine_chunks().to_batches(max_chunksize=most or None)


def _made(held: Any, result: bytes, out: Any, expected: Optional[int], library: str) -> Any:
    """The batch of what a function returned, for a batch of as many rows; None: for any."""
    if not hasattr(out, "__len__"):
        raise _wrong_return("", f"{library}.{'Array' if library == 'pyarrow' else 'Series'}", out)
    if expected is not None and len(out) != expected:
        raise PySparkRuntimeError(
            errorClass="SCHEMA_MISMATCH_FOR_PANDAS_UDF",
            messageParameters={
                "udf_type": "arrow_udf" if library == "pyarrow" else "pandas_udf",
                "expected": str(expected),
                "actual": str(len(out)),
            },
        )
    if library == "pyarrow":
        array = array_as(out, held.return_type)
    elif type(out).__name__ == "Series" and is_simple(held.return_type):
        array = simple_array(out, held.return_type, casts=True)
    else:
        return _encoded(held, result, _values(out, held.return_type))
    if len(array) == 0:
        return _encoded(held, result, [])
    (batch,) = batches_of_arrays([array], result_schema(result))
    return batch


def _values(series: Any, data_type: Any) -> List[Any]:
    """The values of a Series, DataFrame or Array that a function returned."""
    from roost.sql.pandas_exchange import plain_values

    module = type(series).__module__.partition(".")[0]
    if type(series).__name__ == "DataFrame":
        names = getattr(data_type, "names", list(series.columns))
        by_name = all(isinstance(name, str) for name in series.columns)
        if not names:
            return [()] * len(series)
        columns = [
            _without_nan(plain_values(series[name] if by_name else series.iloc[:, i]))
            for i, name in enumerate(names)
        ]
        return [tuple(row) for row in zip(*columns)]
    if module != "pandas":
        return [item.item() if hasattr(item, "item") else item for item in series]
    return _zones().meant(_without_nan(plain_values(series)), data_type)


def _without_nan(values: List[Any]) -> List[Any]:
    """pandas says null with NaN."""
    if float not in set(map(type, values)):
        return values
    return [None if isinstance(v, float) and v != v else v for v in values]


def _encoded(held: Any, result: bytes, values: List[Any]) -> Any:
    return encode_values(held.return_type, result, _coerced(values, held.return_type))


def _coerced(values: List[Any], data_type: Any) -> List[Any]:
    """Numbers as the type wants them: pandas makes floats of whole numbers with nulls, and the like."""
    from roost.sql import types as t

    if isinstance(data_type, t.IntegralType):
        if float not in set(map(type, values)):
            return values
        return [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    if isinstance(data_type, t.FractionalType) and not isinstance(data_type, t.DecimalType):
        if set(map(type, values)) <= {float, type(None)}:
            return values
        return [float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values]
    if isinstance(data_type, (t.StringType, t.BinaryType)):
        return values
    convert = accepted(data_type)
    return [None if v is None else convert(v) for v in values]


def _scalar(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any]) -> List[Any]:
    library, read = ("pyarrow", _arrays) if eval_type == kinds.SCALAR_ARROW else ("pandas", _series_and_frames)
    lengths = [len(batch) for batch in batches]  # which are used up when they are read
    outs = (held.func(*read(batch, schema)) for batch in batches)
    return [_made(held, result, out, expected, library) for out, expected in zip(outs, lengths)]


class _Counted:
    """A partition's columns for a function on an iterator, and how many rows it has taken."""

    def __init__(self, pieces: Iterator[List[Any]]) -> None:
        self._pieces = pieces
        self.rows = 0

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        columns = next(self._pieces)
        self.rows += len(columns[0])
        return columns[0] if len(columns) == 1 else tuple(columns)


def _iterated(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any], piece: int) -> List[Any]:
    """A function from an iterator over a partition's columns to one over its results, of as many rows."""
    arrow = eval_type == kinds.SCALAR_ARROW_ITER
    if arrow:
        taken = _Counted(batch.columns for batch in _record_batches(batches, schema, piece))
    else:
        taken = _Counted(_pieces(batches, schema, piece, _series_and_frames_of))
    outs = held.func(taken)
    library = "pyarrow" if arrow else "pandas"
    if not hasattr(outs, "__iter__"):
        raise _wrong_return("iterator of ", f"{library}.{'Array' if arrow else 'Series'}", outs)
    made, rows = [], 0
    for out in outs:
        made.append(_made(held, result, out, None, library))
        rows += len(made[-1])
        if rows > taken.rows:
            raise PySparkRuntimeError(errorClass="PANDAS_UDF_OUTPUT_EXCEEDS_INPUT_ROWS", messageParameters={})
    given = taken.rows
    if next(taken, None) is not None:
        raise PySparkRuntimeError(
            errorClass="STOP_ITERATION_OCCURRED_FROM_SCALAR_ITER_PANDAS_UDF", messageParameters={}
        )
    if rows != given:
        raise PySparkRuntimeError(
            errorClass="RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF",
            messageParameters={"output_length": str(rows), "input_length": str(given)},
        )
    return made


def _aggregates(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any]) -> List[Any]:
    """A batch of one value for each group; columns named _key... are the group's key."""
    read = _arrays if eval_type == kinds.GROUPED_AGG_ARROW else _series
    arguments = [i for i, name in enumerate(schema.names) if not name.startswith("_key")]
    values = []
    for batch in batches:
        columns = read(batch, schema)
        values.append(_single(held.func(*[columns[i] for i in arguments])))
    return [_encoded(held, result, _without_nan(values))]


def _windows(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any]) -> List[Any]:
    """A value for each row of each partition, over the rows of its frame."""
    arrow = eval_type == kinds.GROUPED_AGG_ARROW
    made = []
    for batch in batches:
        *columns, begins, ends = (_arrays if arrow else _series)(batch, schema)
        values: List[Any] = []
        last: Any = None
        for begin, end in zip(*[bounds.to_pylist() if arrow else bounds.tolist() for bounds in (begins, ends)]):
            if (begin, end) != last:
                last = (begin, end)
                value = _single(
                    held.func(*[c.slice(begin, end - begin) if arrow else c.iloc[begin:end] for c in columns])
                )
            values.append(value)
        made.append(_encoded(held, result, _without_nan(values)))
    return made


def _single(value: Any) -> Any:
    """What an aggregate returned, as a plain value."""
    if hasattr(value, "as_py"):
        return value.as_py()
    return value.tolist() if hasattr(value, "dtype") else value


def _frame(columns: List[Any], names: List[str]) -> Any:
    import pandas as pd

    frame = pd.DataFrame(dict(enumerate(columns)), copy=False)
    frame.columns = names
    return frame


def _mapped(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any], piece: int) -> Iterator[Any]:
    arrow = eval_type == kinds.MAP_ARROW_ITER

    def arguments() -> Iterator[Any]:
        if arrow:
            yield from _record_batches(batches, schema, piece)
            return
        for columns in _pieces(batches, schema, piece, _series_of):
            yield _frame(columns, schema.names)

    made = held.func(arguments())
    expected = "pyarrow.RecordBatch" if arrow else "pandas.DataFrame"
    if not hasattr(made, "__iter__"):
        raise _wrong_return("iterator of ", expected, made)
    for out in made:
        if not (hasattr(out, "schema") if arrow else type(out).__name__ == "DataFrame"):
            raise _wrong_return("iterator of ", expected, out, "iterator of ")
        yield from _rows_of(held, result, out, truncate=True)


def _wrong_return(prefix: str, expected: str, actual: Any, actual_prefix: str = "") -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="UDF_RETURN_TYPE",
        messageParameters={"expected": prefix + expected, "actual": actual_prefix + type(actual).__name__},
    )


def _rows_of(held: Any, result: bytes, out: Any, truncate: bool = False) -> List[Any]:
    """The batches of a DataFrame or Table that a function returned; truncate: columns behind those are left out."""
    from roost.sql.worker import encode_struct_rows

    module = type(out).__module__.partition(".")[0]
    if module == "pyarrow":
        return _arrow_rows(held, result, out, of_groups=not truncate)
    if type(out).__name__ != "DataFrame":
        raise _wrong_return("", "pandas.DataFrame", out)
    struct = held.return_type
    if len(out) == 0 and len(out.columns) == 0:
        return []
    columns = out.columns[: len(struct.fields)] if truncate else out.columns
    by_name = _by_name(out, columns, struct, truncate or function_flag(ASSIGNS_BY_NAME))
    series = [
        out[field.name] if by_name else out.iloc[:, i].rename(field.name) for i, field in enumerate(struct.fields)
    ]
    if struct.fields and all(is_simple(field.dataType) for field in struct.fields):
        arrays = [simple_array(column, field.dataType) for column, field in zip(series, struct.fields)]
        return batches_of_arrays(arrays, Schema(result))
    plain = [_plain_column(column, field.dataType) for column, field in zip(series, struct.fields)]
    return encode_struct_rows(struct, result, list(zip(*plain)))


def _plain_column(series: Any, data_type: Any) -> List[Any]:
    """The values of one of several columns that a function returned."""
    from roost.sql.pandas_exchange import plain_values

    if is_simple(data_type):
        return simple_array(series, data_type).to_pylist()
    return _coerced(_zones().meant(_without_nan(plain_values(series)), data_type), data_type)


def _by_name(out: Any, columns: Any, struct: Any, by_name: bool) -> bool:
    """Whether columns are matched by name (wanted, and they have names), and that they match."""
    if not (by_name and any(isinstance(name, str) for name in out.columns)):
        if len(columns) != len(struct.fields):
            raise PySparkRuntimeError(
                errorClass="RESULT_LENGTH_MISMATCH_FOR_PANDAS_UDF",
                messageParameters={"expected": str(len(struct.fields)), "actual": str(len(out.columns))},
            )
        return False
    missing = sorted(set(struct.names) - set(columns))
    extra = sorted(str(name) for name in set(columns) - set(struct.names))
    if missing or extra:
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF",
            messageParameters=_mismatch(missing, extra),
        )
    return True


def _arrow_rows(held: Any, result: bytes, out: Any, of_groups: bool) -> List[Any]:
    """The batches of a Table or record batch: of groups with the type's columns by name, else the first by their places."""
    import pyarrow as pa

    from roost.sql.arrow import to_arrow_schema

    table = out if isinstance(out, pa.Table) else pa.Table.from_batches([out])
    wanted = to_arrow_schema(held.return_type)
    if table.num_columns == 0 and table.num_rows == 0:
        return []
    if of_groups and function_flag(ASSIGNS_BY_NAME):
        _check_table(table, wanted)
        table = table.select(wanted.names)
    elif table.num_columns >= len(wanted):
        table = table.select(range(len(wanted))).rename_columns(wanted.names)
    return import_stream(table.cast(wanted).__arrow_c_stream__(), Schema(result))


def _check_table(table: Any, wanted: Any) -> None:
    """A group's rows have the very columns of the type."""
    missing = sorted(set(wanted.names) - set(table.column_names))
    extra = sorted(set(table.column_names) - set(wanted.names))
    if missing or extra:
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDF", messageParameters=_mismatch(missing, extra)
        )
    differing = [
        f"column '{name}' (expected {wanted.field(name).type}, actual {table.schema.field(name).type})"
        for name in sorted(wanted.names)
        if wanted.field(name).type != table.schema.field(name).type
    ]
    if differing:
        raise PySparkRuntimeError(
            errorClass="RESULT_TYPE_MISMATCH_FOR_ARROW_UDF", messageParameters={"mismatch": ", ".join(differing)}
        )


def _mismatch(missing: List[str], extra: List[str]) -> Dict[str, str]:
    return {
        "missing": f" Missing: {', '.join(missing)}." if missing else "",
        "extra": f" Unexpected: {', '.join(extra)}." if extra else "",
    }


def _split(columns: List[Any], names: List[str]) -> Tuple[List[int], List[int]]:
    """Which columns are the group's rows, and which its key."""
    keys = [i for i, name in enumerate(names) if name.startswith("_key") and name[4:].isdigit()]
    return [i for i in range(len(columns)) if i not in keys], keys


def _arity(func: Callable[..., Any]) -> int:
    return len(inspect.signature(func).parameters)


def _group(held: Any, eval_type: int, schema: Any, result: bytes, batch: Any, piece: int) -> List[Any]:
    names = schema.names
    if eval_type in (kinds.GROUPED_MAP_ARROW, kinds.GROUPED_MAP_ARROW_ITER):
        table = table_of([batch], schema)
        rows, keys = _split(table.columns, names)
        key: Tuple[Any, ...] = tuple(table.column(i)[0] for i in keys)
        data: Any = table.select(rows)
        pieces = iter(data.to_batches(max_chunksize=piece or None))
    else:
        columns = _series(batch, schema)
        rows, keys = _split(columns, names)
        key = tuple(columns[i].iloc[0] for i in keys)
        data = _frame([columns[i] for i in rows], [names[i] for i in rows])
        size = piece or len(data)
        pieces = (data.iloc[at : at + size].reset_index(drop=True) for at in range(0, len(data), size))
    alone = _arity(held.func) == 1
    if eval_type not in (kinds.GROUPED_MAP_PANDAS_ITER, kinds.GROUPED_MAP_ARROW_ITER):
        return _rows_of(held, result, held.func(data) if alone else held.func(key, data))
    made = held.func(pieces) if alone else held.func(key, pieces)
    return [rows for out in made for rows in _rows_of(held, result, out)]


def _cogroup(held: Any, eval_type: int, schema: Any, result: bytes, batch: Any) -> List[Any]:
    """A row for each key: the left rows, the right rows (arrays of structs), the key."""
    fields = _fields(schema)
    made: List[Any] = []
    for left, right, *key in zip(*batch.columns(schema)):
        sides = [
            _side(rows, field.dataType.elementType, eval_type) for rows, field in zip((left, right), fields)
        ]
        arguments = sides if _arity(held.func) == 2 else [tuple(key), *sides]
        made.extend(_rows_of(held, result, held.func(*arguments)))
    return made


def _side(rows: Any, struct: Any, eval_type: int) -> Any:
    from roost.sql.pandas_exchange import to_argument

    columns = list(zip(*rows)) if rows else [()] * len(struct.fields)
    if eval_type == kinds.COGROUPED_MAP_ARROW:
        import pyarrow as pa

        from roost.sql.arrow import to_arrow_schema

        arrow = to_arrow_schema(struct)
        arrays = [pa.array(list(values), type=f.type) for values, f in zip(columns, arrow)]
        return pa.Table.from_arrays(arrays, schema=arrow)
    series = [to_argument(list(values), f.dataType) for values, f in zip(columns, struct.fields)]
    return _frame(series, list(struct.names))
