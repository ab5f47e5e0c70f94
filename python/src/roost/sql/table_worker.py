# SPDX-License-Identifier: Apache-2.0
"""Runs table functions when the engine asks: the classes that `udtf.py` makes functions of.

The engine sends parts of the input, a batch each; every part gets an object of the class.  ``eval`` is
called for every row (or, with Arrow, for the part), ``terminate`` at its end, and what they yield goes
back with the number of the row that it belongs to: rows at the end belong to the last.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from roost._core import Schema, encode_rows, import_stream
from roost.errors.base import PySparkRuntimeError, PySparkTypeError
from roost.sql.udtf import ARROW_TABLE, ARROW_TABLE_ROWS, Handler, SkipRestOfInputTableException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Tuple

    from roost.sql.types import StructType


def run(held: Any, eval_type: int, schema: Any, result: bytes, batches: List[Any]) -> List[Any]:
    """Call a table function on parts of its input; the batches of its rows, each with its number."""
    handler: Handler = held.func
    names = schema.names
    first = next((i for i, name in enumerate(names) if name.startswith("=")), len(names))
    keys = [name[1:] for name in names[first:]]
    _check_call(handler, first, keys)
    kind = Schema(result).type()
    made: List[Any] = []
    begin = 0
    for batch in batches:
        part = _PARTS.get(eval_type, _Part)
        made.extend(part(handler, kind, result, first, keys).run(batch, schema, begin))
        begin += len(batch)
    return made


def _check_call(handler: Handler, positional: int, keys: List[str]) -> None:
    """The constructor and ``eval`` must take what they are given."""
    parameters = len(inspect.getfullargspec(handler.cls).args)
    if parameters > (1 if handler.result is None else 2):
        known = "NO_ANALYZE" if handler.result is None else "IMPLEMENTS_ANALYZE"
        raise PySparkRuntimeError(
            errorClass=f"UDTF_CONSTRUCTOR_INVALID_{known}_METHOD", messageParameters={"name": handler.name}
        )
    try:
        signature = inspect.signature(handler.cls.eval)
        own = not isinstance(inspect.getattr_static(handler.cls, "eval"), (staticmethod, classmethod))
        signature.bind(*[None] * (positional + own), **dict.fromkeys(keys))
    except TypeError as error:
        raise PySparkRuntimeError(
            errorClass="UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE",
            messageParameters={"name": handler.name, "reason": str(error)},
        ) from None


class _Part:
    """A part of the input, row by row."""

    def __init__(self, handler: Handler, kind: StructType, result: bytes, first: int, keys: List[str]) -> None:
        from roost.sql.types import StructType

        self._handler = handler
        self._kind = kind
        self._row_kind = StructType(kind.fields[:-1])
        self._result = result
        self._first = first
        self._keys = keys
        self._object = self._construct()

    def _construct(self) -> Any:
        try:
            return self._handler.make()
        except Exception as error:
            raise _failed("__init__", error) from error

    def run(self, batch: Any, schema: Any, begin: int) -> List[Any]:
        """The batches of the rows for this part, whose first row has the number `begin`."""
        made: List[Any] = []
        try:
            try:
                for number, arguments in self._calls(batch, schema):
                    made.extend(self._took(number + begin, "eval", *self._split(arguments)))
            except SkipRestOfInputTableException:
                pass
            made.extend(self._took(begin + max(len(batch) - 1, 0), "terminate", (), {}))
        finally:
            if hasattr(self._object, "cleanup"):
                self._object.cleanup()
        return self._encode(made)

    def _calls(self, batch: Any, schema: Any) -> Iterator[Tuple[int, Any]]:
        columns = batch.columns(schema)
        return enumerate(zip(*columns) if columns else [()] * len(batch))

    def _split(self, values: Any) -> Tuple[Any, Dict[str, Any]]:
        return values[: self._first], dict(zip(self._keys, values[self._first :]))

    def _took(self, number: int, method: str, arguments: Any, named: Dict[str, Any]) -> Iterator[Any]:
        func = getattr(self._object, method, None)
        if func is None:
            return
        try:
            rows = func(*arguments, **named)
        except SkipRestOfInputTableException:
            raise
        except Exception as error:
            raise _failed(method, error) from error
        if rows is None:
            return
        if not isinstance(rows, Iterable):
            raise PySparkRuntimeError(
                errorClass="UDTF_RETURN_NOT_ITERABLE",
                messageParameters={"type": type(rows).__name__, "func": method},
            )
        for row in rows:
            yield self._checked(row, method), number

    def _checked(self, row: Any, method: str) -> Any:
        """A row that is one of the type, as far as its form goes."""
        fields = self._row_kind.fields
        if row is None:
            return (None,) * len(fields)
        if hasattr(row, "__len__") and not hasattr(row, "__UDT__") and len(row) != len(fields):
            raise PySparkRuntimeError(
                errorClass="UDTF_RETURN_SCHEMA_MISMATCH",
                messageParameters={"expected": str(len(fields)), "actual": str(len(row)), "func": method},
            )
        form = isinstance(row, (list, dict, tuple)) or hasattr(row, "__dict__")
        if hasattr(row, "__UDT__") or not form:
            raise PySparkRuntimeError(
                errorClass="UDTF_INVALID_OUTPUT_ROW_TYPE",
                messageParameters={"type": type(row).__name__, "func": method},
            )
        if isinstance(row, tuple):
            for i, (value, field) in enumerate(zip(row, fields)):
                if _misses_value(value, field.dataType, field.nullable):
                    raise _missing(i)
        return row

    def _encode(self, rows: List[Tuple[Any, int]]) -> List[Any]:
        from roost.sql.worker import accepted

        if not rows:
            return []
        convert: Callable[[Any], Tuple] = accepted(self._row_kind)
        schema = Schema(self._result)
        batches = encode_rows(schema, [(*_values(row, self._row_kind.names), number) for row, number in rows])
        if isinstance(batches, int):
            batches = encode_rows(schema, [(*convert(row), number) for row, number in rows])
        if isinstance(batches, int):
            raise TypeError(f"a table function's rows do not fit {self._row_kind}")
        return batches


def _values(row: Any, names: List[str]) -> Any:
    if isinstance(row, (tuple, list)):
        return row
    return [(row if isinstance(row, dict) else row.__dict__).get(name) for name in names]


class _PartByArrow(_Part):
    """A part of the input, row by row, whose results Arrow converts, or refuses."""

    def _checked(self, row: Any, method: str) -> Any:
        width = len(self._row_kind)
        if not isinstance(row, tuple) and width == 1:
            row = (row,)
        elif isinstance(row, dict):
            row = tuple(_values(row, self._row_kind.names))
        if row is not None and not (isinstance(row, (tuple, list)) or hasattr(row, "__dict__")):
            raise _unconvertible()
        return super()._checked(row, method)

    def _encode(self, rows: List[Tuple[Any, int]]) -> List[Any]:
        schema, names = Schema(self._result, True), self._row_kind.names
        values = [(*_values(row, names), number) for row, number in rows]
        batches = encode_rows(schema, values)
        if isinstance(batches, int):
            columns = list(zip(*values))
            made = [_by_arrow(column, field.dataType) for column, field in zip(columns, self._row_kind.fields)]
            batches = encode_rows(schema, list(zip(*made, columns[-1])))
        if isinstance(batches, int):
            raise _unconvertible()
        return batches


def _by_arrow(values: Any, data_type: Any) -> Any:
    """Values of a simple type as Arrow takes them; those of other types as they are."""
    import pyarrow as pa

    from roost.sql.arrow import to_arrow_type
    from roost.sql.arrow_batches import is_simple
    from roost.sql.types import BinaryType, CharType, DecimalType, StringType, VarcharType

    if isinstance(data_type, (StringType, CharType, VarcharType)):
        return [_as_text(value) for value in values]
    if isinstance(data_type, (BinaryType, DecimalType)) or not is_simple(data_type):
        return values
    try:
        return pa.array(values, type=to_arrow_type(data_type)).to_pylist()
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise _unconvertible() from error


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def _unconvertible() -> PySparkRuntimeError:
    return PySparkRuntimeError(errorClass="UDTF_ARROW_TYPE_CONVERSION_ERROR", messageParameters={})


class _ArrowPart(_Part):
    """A part of the input as Arrow: the table whole, or a call for every row."""

    def _calls(self, batch: Any, schema: Any) -> Iterator[Tuple[int, Any]]:
        from roost.sql.types import StructType
        from roost.sql.arrow_batches import table_of

        table = table_of([batch], schema).combine_chunks()
        is_table = [isinstance(field.dataType, StructType) for field in schema.type().fields]
        if any(is_table):
            yield 0, [_record_batch(c) if whole else _one_chunk(c) for c, whole in zip(table.columns, is_table)]
            return
        for i in range(table.num_rows):
            yield i, [_one_chunk(column.slice(i, 1)) for column in table.columns]

    def _checked(self, row: Any, method: str) -> Any:
        import pyarrow as pa

        if not isinstance(row, (pa.Table, pa.RecordBatch)):
            raise _unconvertible()
        if row.num_columns != len(self._row_kind):
            raise PySparkRuntimeError(
                errorClass="UDTF_RETURN_SCHEMA_MISMATCH",
                messageParameters={
                    "expected": str(len(self._row_kind)),
                    "actual": str(row.num_columns),
                    "func": method,
                },
            )
        return row

    def _encode(self, rows: List[Tuple[Any, int]]) -> List[Any]:
        import pyarrow as pa

        from roost.sql.arrow import to_arrow_schema

        wanted = to_arrow_schema(self._kind)
        made: List[Any] = []
        for found, number in rows:
            table = pa.Table.from_batches([found]) if isinstance(found, pa.RecordBatch) else found
            if table.column_names != wanted.names[:-1]:
                raise PySparkTypeError(
                    "Target schema's field names are not matching the record batch's field names. "
                    f"Expected: {wanted.names[:-1]}, but got: {table.column_names}."
                )
            columns = [_cast(column, field) for column, field in zip(table.columns, wanted)]
            columns.append(pa.array([number] * table.num_rows, pa.int32()))
            whole = pa.Table.from_arrays(columns, schema=wanted)
            made.extend(import_stream(whole.__arrow_c_stream__(), Schema(self._result)))
        return made


def _cast(column: Any, field: Any) -> Any:
    import pyarrow as pa

    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDTF",
            messageParameters={"expected": str(field.type), "actual": str(column.type)},
        ) from error


def _one_chunk(column: Any) -> Any:
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


def _record_batch(column: Any) -> Any:
    """A column of structs as a record batch."""
    import pyarrow as pa

    array = _one_chunk(column)
    array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    return pa.RecordBatch.from_struct_array(array)


def _failed(method: str, error: Exception) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="UDTF_EXEC_ERROR", messageParameters={"method_name": method, "error": str(error)}
    )


def _missing(column: int) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="UDTF_EXEC_ERROR",
        messageParameters={
            "method_name": "eval' or 'terminate",
            "error": f"Column {column} within a returned row had a value of None, either directly or within "
            "array/struct/map subfields, but the corresponding column type was declared as non-nullable; please "
            "update the UDTF to return a non-None value at this location or otherwise declare the column type as "
            "nullable.",
        },
    )


def _misses_value(value: Any, data_type: Any, nullable: bool) -> bool:
    """Whether None stands where the type allows none."""
    from roost.sql.types import ArrayType, MapType, StructType

    if value is None:
        return not nullable
    if isinstance(data_type, ArrayType) and isinstance(value, list):
        return any(_misses_value(item, data_type.elementType, data_type.containsNull) for item in value)
    if isinstance(data_type, MapType) and isinstance(value, dict):
        return any(
            _misses_value(key, data_type.keyType, False)
            or _misses_value(item, data_type.valueType, data_type.valueContainsNull)
            for key, item in value.items()
        )
    if isinstance(data_type, StructType) and isinstance(value, tuple):
        return any(_misses_value(item, f.dataType, f.nullable) for item, f in zip(value, data_type.fields))
    return False


_PARTS = {ARROW_TABLE_ROWS: _PartByArrow, ARROW_TABLE: _ArrowPart}
