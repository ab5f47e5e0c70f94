# SPDX-License-Identifier: Apache-2.0
"""User-defined table functions: classes whose ``eval`` yields rows."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence

from roost._core import expr, pb
from roost.errors.base import PySparkAttributeError, PySparkTypeError
from roost.sql.column import _NAMED_ARGUMENT, Column
from roost.sql.frame.base import held_by
from roost.sql.frame.relational import to_column

__all__ = [
    "AnalyzeArgument",
    "AnalyzeResult",
    "OrderingColumn",
    "PartitioningColumn",
    "SelectedColumn",
    "SkipRestOfInputTableException",
    "UDTFRegistration",
    "UserDefinedTableFunction",
]

TABLE, ARROW_TABLE = 300, 301
_INLINE_TABLE_FUNCTION, _REGISTER_TABLE_FUNCTION = 38, 10


@dataclass(frozen=True)
class AnalyzeArgument:
    """What ``analyze`` is told of an argument."""

    dataType: Any
    value: Optional[Any]
    isTable: bool
    isConstantExpression: bool


@dataclass(frozen=True)
class PartitioningColumn:
    """A column, as SQL text, that rows are divided by."""

    name: str


@dataclass(frozen=True)
class OrderingColumn:
    """A column, as SQL text, that rows are ordered by."""

    name: str
    ascending: bool = True
    overrideNullsFirst: Optional[bool] = None


@dataclass(frozen=True)
class SelectedColumn:
    """A column, as SQL text, that the function wants."""

    name: str
    alias: str = ""


@dataclass
class AnalyzeResult:
    """What ``analyze`` answers."""

    schema: Any
    withSinglePartition: bool = False
    partitionBy: Sequence[PartitioningColumn] = field(default_factory=tuple)
    orderBy: Sequence[OrderingColumn] = field(default_factory=tuple)
    select: Sequence[SelectedColumn] = field(default_factory=tuple)


class SkipRestOfInputTableException(Exception):
    """Raised by ``eval``: the rest of the rows of this part are of no interest."""


class UserDefinedTableFunction:
    """A Python table function; `functions.udtf` makes one.

    Parameters
    ----------
    func : class
        with a method ``eval`` that yields rows, and perhaps ``terminate`` and ``analyze``
    returnType : StructType or str, optional
        of the rows; required unless there is ``analyze``
    """

    def __init__(
        self,
        func: type,
        returnType: Any = None,
        name: Optional[str] = None,
        evalType: int = TABLE,
        deterministic: bool = False,
    ) -> None:
        _check_handler(func, returnType)
        self.func = func
        self._returnType = returnType
        self._name = name or func.__name__
        self.evalType = evalType
        self.deterministic = deterministic
        self._held: Any = None

    @property
    def returnType(self) -> Any:
        """The type of the rows."""
        from roost.sql.types import StructType, _parse_datatype_string

        if self._returnType is None:
            return None
        parsed = _parse_datatype_string(self._returnType) if isinstance(self._returnType, str) else self._returnType
        if not isinstance(parsed, StructType):
            raise PySparkTypeError(
                errorClass="UDTF_RETURN_TYPE_MISMATCH",
                messageParameters={"name": self._name, "return_type": f"{parsed}"},
            )
        return parsed

    def _message(self, arguments: Sequence[Column], name: Optional[str] = None) -> bytes:
        import sys

        from roost.sql.plans import encode_type
        from roost.sql.udf import hold

        kind = self.returnType
        if self._held is None:
            self._held = hold(self.func, kind)
        encoded = None if kind is None else encode_type(kind)
        python = pb(1, encoded, 2, self.evalType, 3, self._held.name, 4, "%d.%d" % sys.version_info[:2])
        return pb(1, name or self._name, 2, self.deterministic, 3, arguments, 4, python)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from roost.sql.session import SparkSession

        arguments = [_argument(value) for value in args]
        for key, value in kwargs.items():
            column = _argument(value)
            arguments.append(expr(_NAMED_ARGUMENT, pb(1, key, 2, column), column))
        keep = held_by(arguments)
        message = self._message(arguments)
        return SparkSession._required()._relation(_INLINE_TABLE_FUNCTION, message, (*keep, self._held))

    def asDeterministic(self) -> UserDefinedTableFunction:
        """Say that equal arguments give equal rows."""
        self.deterministic = True
        return self


def _argument(value: Any) -> Column:
    from roost.sql.table_arg import TableArg

    return value._column() if isinstance(value, TableArg) else to_column(value)


def _check_handler(cls: Any, return_type: Any) -> None:
    if not isinstance(cls, type):
        raise PySparkTypeError(
            errorClass="INVALID_UDTF_HANDLER_TYPE", messageParameters={"type": type(cls).__name__}
        )
    names: Dict[str, str] = {"name": cls.__name__}
    if not hasattr(cls, "eval"):
        raise PySparkAttributeError(errorClass="INVALID_UDTF_NO_EVAL", messageParameters=names)
    has_analyze = hasattr(cls, "analyze")
    if has_analyze and return_type is not None:
        raise PySparkAttributeError(
            errorClass="INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE", messageParameters=names
        )
    if not has_analyze and return_type is None:
        raise PySparkAttributeError(errorClass="INVALID_UDTF_RETURN_TYPE", messageParameters=names)


def udtf(cls: Optional[type] = None, *, returnType: Any = None, useArrow: Optional[bool] = None) -> Any:
    """A Python table function; also a decorator.

    Parameters
    ----------
    cls : class
        with a method ``eval`` that yields rows
    returnType : StructType or str, optional
        of the rows
    useArrow : bool, optional
        accepted; values arrive the same way
    """
    if cls is None:
        return functools.partial(udtf, returnType=returnType, useArrow=useArrow)
    return UserDefinedTableFunction(cls, returnType)


def arrow_udtf(cls: Optional[type] = None, *, returnType: Any = None) -> Any:
    """A Python table function on Arrow batches; also a decorator."""
    if cls is None:
        return functools.partial(arrow_udtf, returnType=returnType)
    return UserDefinedTableFunction(cls, returnType, evalType=ARROW_TABLE)


class UDTFRegistration:
    """Registers Python table functions for SQL, reached as ``spark.udtf``."""

    def __init__(self, sparkSession: Any) -> None:
        self.sparkSession = sparkSession

    def register(self, name: str, f: UserDefinedTableFunction) -> UserDefinedTableFunction:
        """Give a table function a name in SQL."""
        if not isinstance(f, UserDefinedTableFunction):
            raise PySparkTypeError(errorClass="CANNOT_REGISTER_UDTF", messageParameters={"name": name})
        arguments: List[Column] = []
        self.sparkSession._run_command(_REGISTER_TABLE_FUNCTION, f._message(arguments, name))
        self.sparkSession._held.append(f._held)
        return f
