# SPDX-License-Identifier: Apache-2.0
"""How functions take their arguments.

A Column is taken as it is.  Where a function wants a column, a str is the name of one; where it
wants a value, a str is text.  The helpers here say which is meant: ``call`` and ``given`` take
columns and names, ``lit`` and ``maybe`` make literals, ``number`` takes a column, a name or a whole
number.
"""

from __future__ import annotations

from itertools import count

from roost._core import call, col, expr, lit, pb, unpack
from roost.errors.base import PySparkTypeError, PySparkValueError
from roost.sql.column import _LAMBDA, Column, _wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Optional, Sequence, Tuple, Union

    ColumnOrName = Union[Column, str]

_TEXT, _STAR, _VARIABLE = 4, 5, 14
_next_variable = count(1).__next__


def given(name: str, *columns: Any) -> Column:
    """A call whose last argument is left out where it is None; elsewhere None is refused as a column."""
    return call(name, *(columns if columns[-1] is not None else columns[:-1]))


def maybe(value: Any) -> Optional[Column]:
    """A literal, or None for None."""
    return None if value is None else lit(value)


def number(value: Any, name: Optional[str] = None) -> Any:
    """A whole number as a literal; what is no column or name of one either is refused, here where it has a name."""
    if isinstance(value, int):
        return lit(value)
    if name is not None and not isinstance(value, (str, Column)):
        raise _wrong("NOT_COLUMN_OR_INT_OR_STR", name, value)
    return value


def as_column(value: Any) -> Column:
    """A column as it is, or the one of a name; anything else is refused."""
    return value if isinstance(value, Column) else col(value)


def as_value(value: Any) -> Column:
    """A column or the name of one as a column, anything else as a literal."""
    return col(value) if isinstance(value, str) else lit(value)


def default(value: Optional[Any], otherwise: Any) -> Any:
    """A column or the name of one, or a literal where there is none."""
    return lit(otherwise) if value is None else value


def decimal_default(value: Optional[Any]) -> Any:
    """A column or the name of one, or the decimal 0."""
    if value is not None:
        return value
    from decimal import Decimal

    return lit(Decimal(0))


def plain(value: Any, name: str) -> Column:
    """A column as it is, a str as text."""
    if not isinstance(value, (str, Column)):
        raise _wrong("NOT_COLUMN_OR_STR", name, value)
    return lit(value)


def numbers(value: Any) -> Column:
    """A number, or several as an array."""
    return lit(list(value)) if isinstance(value, (list, tuple)) else lit(value)


def several(cols: Sequence[Any]) -> Sequence[Any]:
    """Columns given one by one, or as one list or set; a tuple is refused as a column, as in PySpark."""
    return tuple(cols[0]) if len(cols) == 1 and isinstance(cols[0], (list, set)) else cols


def at_least(name: str, least: int, cols: Sequence[Any]) -> Sequence[Any]:
    """The columns, if there are enough."""
    if len(cols) < least:
        raise PySparkValueError(
            errorClass="WRONG_NUM_COLUMNS", messageParameters={"func_name": name, "num_cols": str(least)}
        )
    return cols


def seed_column(seed: Any) -> Column:
    """A seed; a fresh one where there is none."""
    if seed is not None:
        return lit(seed)
    import random

    return lit(random.randint(0, 2**63 - 1))


def is_star(value: Any) -> bool:
    """Whether a column means all columns."""
    if isinstance(value, str):
        return value == "*"
    if not isinstance(value, Column):
        return False
    field, body = unpack(value._bytes)[0]
    return field == _STAR or (field == _TEXT and dict(unpack(body)).get(1) == b"*")


def options_column(options: Optional[Mapping[str, Any]]) -> Optional[Column]:
    """Options as a map, or None."""
    if not options:
        return None
    return call("map", *[lit(str(part)) for pair in options.items() for part in pair])


def schema_column(schema: Any, condition: str) -> Column:
    """A type given as an object, as text, or as a column."""
    if isinstance(schema, (str, Column)):
        return lit(schema)
    from roost.sql.types import DataType

    if not isinstance(schema, DataType):
        raise _wrong(condition, "schema", schema)
    return lit(schema.json())


def deprecated(old: str, since: str, new: str) -> None:
    """Warn that a name is an old one."""
    import warnings

    warnings.warn(f"Deprecated in {since}, use {new} instead.", FutureWarning, stacklevel=3)


def _lambda(function: Callable[..., Column]) -> Column:
    """A Python function of one to three columns as a SQL lambda."""
    import inspect

    parameters = inspect.signature(function).parameters.values()
    name = getattr(function, "__name__", "function")
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            errorClass="WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": name, "num_args": str(len(parameters))},
        )
    if any(p.kind not in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY) for p in parameters):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": name},
        )
    # Fresh names keep the variables of nested lambdas apart.
    variables = [pb(1, f"{letter}_{_next_variable()}") for letter, _ in zip("xyz", parameters)]
    result = function(*[expr(_VARIABLE, variable) for variable in variables])
    if not isinstance(result, Column):
        raise PySparkValueError(
            errorClass="HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            messageParameters={"func_name": name, "return_type": type(result).__name__},
        )
    return expr(_LAMBDA, pb(1, result, 2, variables), result)


def higher_order(name: str, cols: Tuple[Any, ...], *functions: Callable[..., Column]) -> Column:
    """A call with columns and then functions as arguments."""
    return call(name, *cols, *[_lambda(function) for function in functions])


def wrong_argument(name: str, value: Any, condition: str) -> PySparkTypeError:
    """The error for an argument of a type that is not taken."""
    return _wrong(condition, name, value)
