# SPDX-License-Identifier: Apache-2.0
"""Column: an expression that has not met its rows yet.

A Column is its own encoding: the bytes of a ``spark.connect.Expression``, held by the C base class.
Every method here makes new bytes around the old; none looks at data, and none asks the engine.
What the bytes mean is written in ``proto/spark_expressions.proto``; the numbers below are fields of
that file's messages.
"""

from __future__ import annotations

from enum import Enum

from roost._core import Expression, configure, expr, lit, op, pb, trace_origins
from roost.errors.base import IllegalArgumentException, PySparkAttributeError, PySparkTypeError, PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Union

    from roost.sql.types import DataType
    from roost.sql.window import WindowSpec

__all__ = ["Column"]

_FUNCTION, _ALIAS, _CAST, _SORT_ORDER, _WINDOW, _EXTRACT, _UPDATE_FIELDS = 3, 6, 7, 9, 11, 12, 13
_LAMBDA, _NAMED_ARGUMENT, _SUBQUERY = 10, 17, 21
_ASCENDING, _DESCENDING = 1, 2
_NULLS_FIRST, _NULLS_LAST = 1, 2
_EVAL_TRY = 3
_SUBQUERY_SCALAR, _SUBQUERY_EXISTS, _SUBQUERY_TABLE, _SUBQUERY_IN = 1, 2, 3, 4


def _wrong(condition: str, name: str, value: Any) -> PySparkTypeError:
    """The error for an argument of a type that is not taken."""
    return PySparkTypeError(
        errorClass=condition, messageParameters={"arg_name": name, "arg_type": type(value).__name__}
    )


_PLAIN_TYPES = {
    *("boolean", "tinyint", "byte", "smallint", "short", "int", "integer", "bigint", "long", "float", "double"),
    *("string", "binary", "date", "timestamp", "decimal"),
}


def _cast_to_text(column: Column, text: str, mode: Any) -> Column:
    return expr(_CAST, pb(1, column, 3, text, 4, mode), column)


def _check_type(text: str) -> None:
    """Raises for a text that is no type, if there is a session to ask; texts that are types join those known."""
    from roost.sql.session import SparkSession

    session = SparkSession.getActiveSession() or SparkSession._default()
    if session is not None:
        session.range(1).select(_cast_to_text(lit(None), text, None))
        if len(_PLAIN_TYPES) < 1000:
            _PLAIN_TYPES.add(text)


class Column(Expression):
    """A column of a DataFrame, or an expression over columns.

    Columns come from a DataFrame (``df.name``, ``df["name"]``), from ``functions.col`` and
    ``functions.expr``, and from operators and functions on other columns.

    Examples
    --------
    >>> from roost.sql.functions import col
    >>> (col("age") + 1).alias("next")
    Column<'+(age, 1) AS next'>
    """

    # Arithmetic. A value that is not a column becomes a literal.
    def __neg__(self) -> Column:
        return op("negative", self)

    def __add__(self, other: Any) -> Column:
        return op("+", self, other)

    def __sub__(self, other: Any) -> Column:
        return op("-", self, other)

    def __mul__(self, other: Any) -> Column:
        return op("*", self, other)

    def __div__(self, other: Any) -> Column:
        return op("/", self, other)

    def __truediv__(self, other: Any) -> Column:
        return op("/", self, other)

    def __mod__(self, other: Any) -> Column:
        return op("%", self, other)

    def __pow__(self, other: Any) -> Column:
        return op("power", self, other)

    def __radd__(self, other: Any) -> Column:  # as in PySpark, what commutes is not turned round
        return op("+", self, other)

    def __rsub__(self, other: Any) -> Column:
        return op("-", other, self)

    def __rmul__(self, other: Any) -> Column:
        return op("*", self, other)

    def __rdiv__(self, other: Any) -> Column:
        return op("/", other, self)

    def __rtruediv__(self, other: Any) -> Column:
        return op("/", other, self)

    def __rmod__(self, other: Any) -> Column:
        return op("%", other, self)

    def __rpow__(self, other: Any) -> Column:
        return op("power", other, self)

    # Comparisons.
    def __eq__(self, other: Any) -> Column:  # type: ignore[override]
        return op("==", self, other)

    def __ne__(self, other: Any) -> Column:  # type: ignore[override]
        return op("not", op("==", self, other))

    def __lt__(self, other: Any) -> Column:
        return op("<", self, other)

    def __le__(self, other: Any) -> Column:
        return op("<=", self, other)

    def __ge__(self, other: Any) -> Column:
        return op(">=", self, other)

    def __gt__(self, other: Any) -> Column:
        return op(">", self, other)

    def eqNullSafe(self, other: Any) -> Column:
        """Whether both are equal, where two nulls are and null never is equal to a value.

        >>> from roost.sql.functions import col
        >>> col("a").eqNullSafe(None)
        Column<'<=>(a, NULL)'>
        """
        return op("<=>", self, other)

    # Logic.
    def __and__(self, other: Any) -> Column:
        return op("and", self, other)

    def __or__(self, other: Any) -> Column:
        return op("or", self, other)

    def __invert__(self) -> Column:
        return op("not", self)

    def __rand__(self, other: Any) -> Column:
        return op("and", self, other)

    def __ror__(self, other: Any) -> Column:
        return op("or", self, other)

    def __contains__(self, item: Any) -> None:
        raise PySparkValueError(errorClass="CANNOT_APPLY_IN_FOR_COLUMN", messageParameters={})

    def bitwiseOR(self, other: Any) -> Column:
        """The bits that are set in either."""
        return op("|", self, other)

    def bitwiseAND(self, other: Any) -> Column:
        """The bits that are set in both."""
        return op("&", self, other)

    def bitwiseXOR(self, other: Any) -> Column:
        """The bits that are set in exactly one."""
        return op("^", self, other)

    # Parts of values.
    def getItem(self, key: Any) -> Column:
        """The element of an array at a position from 0, or the value of a map at a key."""
        if isinstance(key, Column):
            _warn_column_key("key", "getItem", "column[key]", "column.key")
        return self[key]

    def getField(self, name: Any) -> Column:
        """The field of a struct of that name."""
        if isinstance(name, Column):
            _warn_column_key("name", "getField", "column[name]", "column.name")
        return self[name]

    def withField(self, fieldName: str, col: Column) -> Column:
        """The struct with a field added or replaced.

        Parameters
        ----------
        fieldName : str
            dots lead into structs inside
        col : Column
            the field's value
        """
        if not isinstance(fieldName, str):
            raise _wrong("NOT_STR", "fieldName", fieldName)
        if not isinstance(col, Column):
            raise _wrong("NOT_COLUMN", "col", col)
        return expr(_UPDATE_FIELDS, pb(1, self, 2, fieldName, 3, col), self, col)

    def dropFields(self, *fieldNames: str) -> Column:
        """The struct without these fields; names that it has not are ignored."""
        if not fieldNames:
            raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "dropFields"})
        result = self
        for name in fieldNames:
            if not isinstance(name, str):
                raise _wrong("NOT_STR", "fieldName", name)
            result = expr(_UPDATE_FIELDS, pb(1, result, 2, name), result)
        return result

    def __getattr__(self, item: str) -> Column:
        if item == "_jc":
            from roost.jvm.frame import JavaColumn

            return JavaColumn(self)
        if item.startswith("__"):
            raise PySparkAttributeError(
                errorClass="CANNOT_ACCESS_TO_DUNDER", messageParameters={}
            )
        return self[item]

    def __getitem__(self, k: Any) -> Column:
        if isinstance(k, slice):
            if k.step is not None:
                raise PySparkValueError(errorClass="SLICE_WITH_STEP", messageParameters={})
            return self.substr(k.start, k.stop)
        key = lit(k)
        return expr(_EXTRACT, pb(1, self, 2, key), self, key)

    def __iter__(self) -> None:
        raise PySparkTypeError(errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"})

    # Text.
    def contains(self, other: Any) -> Column:
        """Whether the text has this part."""
        return op("contains", self, other)

    def startswith(self, other: Any) -> Column:
        """Whether the text begins so."""
        return op("startsWith", self, other)

    def endswith(self, other: Any) -> Column:
        """Whether the text ends so."""
        return op("endsWith", self, other)

    def like(self, other: str) -> Column:
        """Whether the text matches a SQL pattern: ``%`` any characters, ``_`` one."""
        return op("like", self, other)

    def rlike(self, other: str) -> Column:
        """Whether a part of the text matches a regular expression of Java."""
        return op("rlike", self, other)

    def ilike(self, other: str) -> Column:
        """As `like`, whatever the case of letters."""
        return op("ilike", self, other)

    def substr(self, startPos: Union[int, Column], length: Union[int, Column]) -> Column:
        """`length` characters from position `startPos`, counted from 1."""
        startPos, length = (value.value if isinstance(value, Enum) else value for value in (startPos, length))
        if type(startPos) is not type(length):
            raise PySparkTypeError(
                errorClass="NOT_SAME_TYPE",
                messageParameters={
                    "arg_name1": "startPos",
                    "arg_name2": "length",
                    "arg_type1": type(startPos).__name__,
                    "arg_type2": type(length).__name__,
                },
            )
        if not isinstance(length, (int, Column)):
            raise _wrong("NOT_COLUMN_OR_INT", "startPos", startPos)
        return op("substr", self, startPos, length)

    def isin(self, *cols: Any) -> Column:
        """Whether the value is one of these, given one by one, as a list, or as a DataFrame.

        >>> from roost.sql.functions import col
        >>> col("a").isin(1, 2)
        Column<'in(a, 1, 2)'>
        """
        if len(cols) == 1:
            from roost.sql.dataframe import DataFrame

            if isinstance(cols[0], DataFrame):
                return cols[0]._as_subquery(_SUBQUERY_IN, in_values=_struct_parts(self))
            if isinstance(cols[0], (list, set)):
                cols = tuple(cols[0])
        return op("in", self, *cols)

    # Orders.
    def _ordered(self, direction: int, nulls: int) -> Column:
        return expr(_SORT_ORDER, pb(1, self, 2, direction, 3, nulls), self)

    def asc(self) -> Column:
        """Rising order, nulls first."""
        return self._ordered(_ASCENDING, _NULLS_FIRST)

    def asc_nulls_first(self) -> Column:
        """Rising order, nulls first."""
        return self._ordered(_ASCENDING, _NULLS_FIRST)

    def asc_nulls_last(self) -> Column:
        """Rising order, nulls last."""
        return self._ordered(_ASCENDING, _NULLS_LAST)

    def desc(self) -> Column:
        """Falling order, nulls last."""
        return self._ordered(_DESCENDING, _NULLS_LAST)

    def desc_nulls_first(self) -> Column:
        """Falling order, nulls first."""
        return self._ordered(_DESCENDING, _NULLS_FIRST)

    def desc_nulls_last(self) -> Column:
        """Falling order, nulls last."""
        return self._ordered(_DESCENDING, _NULLS_LAST)

    # Tests.
    def isNull(self) -> Column:
        """Whether there is no value."""
        return op("isNull", self)

    def isNotNull(self) -> Column:
        """Whether there is a value."""
        return op("isNotNull", self)

    def isNaN(self) -> Column:
        """Whether the value is not a number."""
        return op("isNaN", self)

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether the value lies between these bounds or on one of them."""
        return (self >= lowerBound) & (self <= upperBound)

    # Names and types.
    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """The same under another name; several names for functions that make several columns.

        Parameters
        ----------
        alias : str
        metadata : dict, optional
            metadata of the new column; for a single name only
        """
        metadata = kwargs.pop("metadata", None)
        assert not kwargs, "Unexpected kwargs where passed: %s" % kwargs
        if metadata is not None:
            if len(alias) > 1:
                raise PySparkValueError(
                    errorClass="ONLY_ALLOWED_FOR_SINGLE_COLUMN", messageParameters={"arg_name": "metadata"}
                )
            import json

            metadata = json.dumps(metadata)
        return expr(_ALIAS, pb(1, self, 2, alias, 3, metadata), self)

    name = alias

    def cast(self, dataType: Union[DataType, str]) -> Column:
        """The value as another type; an error at run time if it cannot be one.

        Parameters
        ----------
        dataType : DataType or str
            a type or its SQL text
        """
        return self._cast(dataType, None)

    astype = cast

    def try_cast(self, dataType: Union[DataType, str]) -> Column:
        """The value as another type, or null if it cannot be one."""
        return self._cast(dataType, _EVAL_TRY)

    def _cast(self, data_type: Union[DataType, str], mode: Any) -> Column:
        if isinstance(data_type, str):
            if data_type not in _PLAIN_TYPES:
                _check_type(data_type)
            return _cast_to_text(self, data_type, mode)
        from roost.sql.plans import encode_type
        from roost.sql.types import DataType

        if not isinstance(data_type, DataType):
            raise _wrong("NOT_DATATYPE_OR_STR", "dataType", data_type)
        return expr(_CAST, pb(1, self, 2, encode_type(data_type), 4, mode), self)

    # Choices.
    def when(self, condition: Column, value: Any) -> Column:
        """A further case after ``functions.when``."""
        if not isinstance(condition, Column):
            raise _wrong("NOT_COLUMN", "condition", condition)
        parts = _when_parts(self)
        if parts is None or len(parts) % 2:
            raise IllegalArgumentException(
                "when() can only be applied on a Column previously generated by when() function"
                if parts is None
                else "when() cannot be applied once otherwise() is applied"
            )
        return _more_arguments(self, condition, lit(value))

    def otherwise(self, value: Any) -> Column:
        """The value where no case of ``functions.when`` holds; null without it."""
        parts = _when_parts(self)
        if parts is None:
            raise IllegalArgumentException(
                "otherwise() can only be applied on a Column previously generated by when()"
            )
        if len(parts) % 2:
            raise IllegalArgumentException(
                "otherwise() can only be applied once on a Column previously generated by when()"
            )
        return _more_arguments(self, lit(value))

    def over(self, window: WindowSpec) -> Column:
        """The function computed over a window of rows around each row."""
        from roost.sql.window import WindowSpec

        if not isinstance(window, WindowSpec):
            raise _wrong("NOT_WINDOWSPEC", "window", window)
        return window._over(self)

    def transform(self, f: Callable[[Column], Column]) -> Column:
        """``f(self)``, for chains of functions."""
        return f(self)

    def outer(self) -> Column:
        """Marks a column of the enclosing query in a subquery: the subquery is looked at with that query only."""
        from roost.sql.frame.base import OUTER

        return Column(self._bytes, (*self._refs, OUTER))

    def __nonzero__(self) -> None:
        raise PySparkValueError(errorClass="CANNOT_CONVERT_COLUMN_INTO_BOOL", messageParameters={})

    __bool__ = __nonzero__

    def __repr__(self) -> str:
        from roost.sql.column_text import text_of

        return f"Column<'{text_of(self._bytes)}'>"

    def __reduce__(self) -> Any:
        return (Column, (self._bytes,))


def _warn_column_key(argument: str, method: str, index: str, attribute: str) -> None:
    import warnings

    warnings.warn(
        f"A column as '{argument}' in {method} is deprecated as of Spark 3.0, and will not be supported in the "
        f"future release. Use `{index}` or `{attribute}` syntax instead.",
        FutureWarning,
        stacklevel=3,
    )


def _call_parts(column: Column) -> Any:
    """(name, arguments) of a column that is a plain function call, else None."""
    from roost._core import unpack

    field, body = unpack(column._bytes)[0]
    if field != _FUNCTION:
        return None
    parts = unpack(body)
    return parts[0][1].decode(), [value for number, value in parts if number == 2]


def _when_parts(column: Column) -> Any:
    parts = _call_parts(column)
    return parts[1] if parts is not None and parts[0] == "when" else None


def _struct_parts(column: Column) -> Any:
    parts = _call_parts(column)
    return parts[1] if parts is not None and parts[0] == "struct" else [column]


def _more_arguments(column: Column, *more: Column) -> Column:
    name, arguments = _call_parts(column)
    return expr(_FUNCTION, pb(1, name, 2, arguments, 2, more), column, *more)


def _column_of_value(value: Any) -> Column:
    """Literals that the C code leaves to Python: lists, enums, numpy values."""
    from roost.sql.literals import column_of_value

    return column_of_value(value)


def _type_error(name: str, value: Any) -> PySparkTypeError:
    return _wrong("NOT_COLUMN_OR_STR", name, value)


configure(Column, _column_of_value, _type_error)
trace_origins(1, __file__.rpartition("sql")[0])
