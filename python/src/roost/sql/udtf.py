# SPDX-License-Identifier: Apache-2.0
"""User-defined table functions: classes whose ``eval`` yields rows."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Optional, Sequence

from roost._core import expr, pb
from roost.errors.base import PySparkAttributeError, PySparkTypeError
from roost.sql.column import _NAMED_ARGUMENT, Column
from roost.sql.frame.relational import to_column
from roost.sql.udf import works_by_arrow

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

TABLE, ARROW_TABLE_ROWS, ARROW_TABLE = 300, 301, 302
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


class Handler:
    """The class of a table function as the engine's calls find it, and what its ``analyze`` said."""

    __slots__ = ("cls", "deterministic", "eval_type", "name", "result")

    def __init__(self, cls: type, name: str, eval_type: int, deterministic: bool, result: Any = None) -> None:
        self.cls = cls
        self.name = name
        self.eval_type = eval_type
        self.deterministic = deterministic
        self.result = result

    def analyzed(self, result: AnalyzeResult) -> Handler:
        """The same, once it is known what it gives."""
        return Handler(self.cls, self.name, self.eval_type, self.deterministic, result)

    def make(self) -> Any:
        """An object of the class, which may want to know what ``analyze`` said."""
        wants = self.result is not None and len(inspect.getfullargspec(self.cls).args) == 2
        return self.cls(replace(self.result)) if wants else self.cls()

    def message(self, name: str, kind: Any, held: Any, arguments: Sequence[Column]) -> bytes:
        """The CommonInlineUserDefinedTableFunction message of a call or registration."""
        import sys

        from roost.sql.plans import encode_type

        encoded = None if kind is None else encode_type(kind)
        python = pb(1, encoded, 2, self.eval_type, 3, held.name, 4, "%d.%d" % sys.version_info[:2])
        return pb(1, name, 2, self.deterministic, 3, arguments, 4, python)


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
        from roost.sql.udf import hold

        handler = Handler(self.func, name or self._name, self.evalType, self.deterministic)
        kind = self.returnType
        if self._held is None:
            self._held = hold(handler, kind)
        return handler.message(handler.name, kind, self._held, arguments)

    def _used_by(self, session: Any) -> None:
        if self._returnType is None:
            from roost.sql.table_analysis import watch

            watch(session)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from roost.sql.session import SparkSession

        arguments = [_argument(value) for value in args]
        for key, value in kwargs.items():
            column = _argument(value)
            arguments.append(expr(_NAMED_ARGUMENT, pb(1, key, 2, column), column))
        message = self._message(arguments)
        session = SparkSession._required()
        self._used_by(session)
        return session._relation(_INLINE_TABLE_FUNCTION, message, (self._held,), arguments)

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
    if return_type is None and not (
        has_analyze and isinstance(inspect.getattr_static(cls, "analyze"), staticmethod)
    ):
        raise PySparkAttributeError(errorClass="INVALID_UDTF_RETURN_TYPE", messageParameters=names)
    if has_analyze and return_type is not None:
        raise PySparkAttributeError(
            errorClass="INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE", messageParameters=names
        )


def udtf(cls: Optional[type] = None, *, returnType: Any = None, useArrow: Optional[bool] = None) -> Any:
    """A Python table function; also a decorator.

    Parameters
    ----------
    cls : class
        with a method ``eval`` that yields rows
    returnType : StructType or str, optional
        of the rows
    useArrow : bool, optional
        with Arrow's conversions of results; by default as ``spark.sql.execution.pythonUDTF.arrow.enabled`` says
    """
    if cls is None:
        return functools.partial(udtf, returnType=returnType, useArrow=useArrow)
    kind = ARROW_TABLE_ROWS if works_by_arrow(useArrow, "pythonUDTF") else TABLE
    return UserDefinedTableFunction(cls, returnType, evalType=kind)


def arrow_udtf(cls: Optional[type] = None, *, returnType: Any = None) -> Any:
    """A Python table function on Arrow batches; also a decorator."""
    if cls is None:
        return functools.partial(arrow_udtf, returnType=returnType)
    if hasattr(cls, "analyze"):
        both = returnType is not None
        raise PySparkAttributeError(
            errorClass="INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE" if both else "INVALID_ARROW_UDTF_WITH_ANALYZE",
            messageParameters={"name": cls.__name__},
        )
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
        if f.evalType not in (TABLE, ARROW_TABLE_ROWS, ARROW_TABLE):
            raise PySparkTypeError(
                errorClass="INVALID_UDTF_EVAL_TYPE",
                messageParameters={
                    "name": name,
                    "eval_type": "SQL_TABLE_UDF, SQL_ARROW_TABLE_UDF, SQL_ARROW_UDTF",
                },
            )
        f._used_by(self.sparkSession)
        self.sparkSession._run_command(_REGISTER_TABLE_FUNCTION, f._message(arguments, name))
        self.sparkSession._held.append(f._held)
        return f
