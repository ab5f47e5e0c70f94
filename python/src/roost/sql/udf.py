# SPDX-License-Identifier: Apache-2.0
"""User-defined functions: Python functions that queries call.

A function never leaves this process.  The plan carries a name for it; when the engine wants values,
the thread that runs the query is asked, and calls the function (``worker.py``).  So debuggers,
mocks and coverage see it, and what it raises is what the query raises.

Names are looked up in a table that holds functions weakly: a column, a plan or a session that uses
a function keeps it, and when nothing does, it goes.
"""

from __future__ import annotations

import functools
import threading
from itertools import count
from weakref import WeakValueDictionary

from roost._core import col, expr, pb
from roost.errors.base import AnalysisException, PySparkNotImplementedError, PySparkTypeError
from roost.sql.column import _NAMED_ARGUMENT, Column, _wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional, Sequence, Tuple, Union

    from roost.sql.session import SparkSession
    from roost.sql.types import DataType

__all__ = ["UDFRegistration", "UserDefinedFunction"]

_INLINE_FUNCTION, _REGISTER_FUNCTION = 15, 1
BATCHED, ARROW_BATCHED = 100, 101
SCALAR_PANDAS, GROUPED_MAP_PANDAS, GROUPED_AGG_PANDAS, WINDOW_AGG_PANDAS = 200, 201, 202, 203
SCALAR_PANDAS_ITER, MAP_PANDAS_ITER, COGROUPED_MAP_PANDAS, MAP_ARROW_ITER = 204, 205, 206, 207
GROUPED_MAP_ARROW, COGROUPED_MAP_ARROW = 209, 210
GROUPED_MAP_ARROW_ITER, GROUPED_MAP_PANDAS_ITER = 215, 216
SCALAR_ARROW, SCALAR_ARROW_ITER, GROUPED_AGG_ARROW = 250, 251, 252
TABLE_FUNCTIONS = (300, 301, 302)
PICKLED = (BATCHED, 300)  # the others' arguments and results go by Arrow
GROUPED_MAPS = (GROUPED_MAP_PANDAS, GROUPED_MAP_ARROW, GROUPED_MAP_PANDAS_ITER, GROUPED_MAP_ARROW_ITER)
_FRAMES = {GROUPED_MAP_PANDAS, GROUPED_MAP_PANDAS_ITER, MAP_PANDAS_ITER, COGROUPED_MAP_PANDAS}
_TABLES = {GROUPED_MAP_ARROW, GROUPED_MAP_ARROW_ITER, MAP_ARROW_ITER, COGROUPED_MAP_ARROW}
ON_ROWS = _FRAMES | _TABLES


class Held:
    """A function under its name in plans."""

    __slots__ = ("name", "func", "return_type", "__weakref__")

    def __init__(self, name: bytes, func: Callable[..., Any], return_type: DataType) -> None:
        self.name = name
        self.func = func
        self.return_type = return_type

    @property
    def _refs(self) -> Tuple[Held]:
        return (self,)

    @property
    def number(self) -> int:
        """Which of the process's functions it is."""
        return int(self.name.partition(b".")[2])


_numbers = count(1)
_functions: WeakValueDictionary = WeakValueDictionary()


def hold(func: Callable[..., Any], return_type: Any) -> Held:
    """Give a function a name."""
    import os

    held = Held(b"%d.%d" % (os.getpid(), next(_numbers)), func, return_type)
    _functions[held.name] = held
    return held


def find(name: bytes) -> Held:
    """The function of a name.

    Raises
    ------
    PySparkNotImplementedError
        when it belongs to another process
    """
    held = _functions.get(name)
    if held is None:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": "Calling a Python function that another process registered"},
        )
    return held


def has_functions() -> bool:
    """Whether any function is in use."""
    return len(_functions) > 0


_running = threading.local()


def begin_query(session: SparkSession) -> None:
    """What functions will want to know of the session, while its engine waits for them and cannot be asked."""
    _running.session, _running.zone = session, session._time_zone()


def running() -> Tuple[Optional[SparkSession], Optional[str]]:
    """The session whose query this thread runs, and its time zone."""
    return getattr(_running, "session", None), getattr(_running, "zone", None)


class UserDefinedFunction:
    """A Python function for columns; `functions.udf` makes one.

    Parameters
    ----------
    func : callable
    returnType : DataType or str
        of what it returns
    name : str, optional
        as it appears in column names
    evalType : int
        what it is called with: single values, pandas Series ...
    deterministic : bool
        whether equal arguments give equal results
    """

    def __init__(
        self,
        func: Callable[..., Any],
        returnType: Union[DataType, str, None] = None,
        name: Optional[str] = None,
        evalType: int = BATCHED,
        deterministic: bool = True,
    ) -> None:
        from roost.sql.types import DataType, StringType

        if returnType is None:
            returnType = StringType()
        if not callable(func):
            raise _wrong("NOT_CALLABLE", "func", func)
        if not isinstance(returnType, (DataType, str)):
            raise _wrong("NOT_DATATYPE_OR_STR", "returnType", returnType)
        if not isinstance(evalType, int):
            raise _wrong("NOT_INT", "evalType", evalType)
        self.func = func
        self._returnType = returnType
        self._parsed: Optional[DataType] = None
        self._name = name or getattr(func, "__name__", type(func).__name__)
        self.evalType = evalType
        self.deterministic = deterministic
        self._held: Optional[Held] = None

    @property
    def returnType(self) -> DataType:
        """The type of what it returns."""
        if self._parsed is None:
            from roost.sql.types import DataType, _parse_datatype_string

            given = self._returnType
            self._parsed = given if isinstance(given, DataType) else _parse_datatype_string(given)
        _check_return_type(self._parsed, self.evalType)
        return self._parsed

    def _known_type(self) -> Union[DataType, str]:
        """The type of what it returns; as text while there is no session to read it."""
        from roost.sql.session import SparkSession

        is_text = isinstance(self._returnType, str)
        there = not is_text or SparkSession.getActiveSession() or SparkSession._instantiatedSession
        return self.returnType if there else self._returnType

    def _holder(self) -> Held:
        if self._held is None:
            self._held = hold(self.func, self.returnType)
        return self._held

    def _message(self, arguments: Sequence[Column], name: Optional[str] = None) -> bytes:
        """The CommonInlineUserDefinedFunction message of a call."""
        import sys

        from roost.sql.plans import encode_type

        version = "%d.%d" % sys.version_info[:2]
        python = pb(1, encode_type(self.returnType), 2, self.evalType, 3, self._holder().name, 4, version)
        return pb(1, name or self._name, 2, self.deterministic, 3, arguments, 4, python)

    def __call__(self, *args: Any, **kwargs: Any) -> Column:
        arguments = [_argument(value) for value in args]
        for key, value in kwargs.items():
            column = _argument(value)
            arguments.append(expr(_NAMED_ARGUMENT, pb(1, key, 2, column), column))
        return expr(_INLINE_FUNCTION, self._message(arguments), self._holder(), *arguments)

    def asNondeterministic(self) -> UserDefinedFunction:
        """Say that equal arguments may give different results."""
        self.deterministic = False
        return self

    def _wrapped(self) -> Any:
        """A plain function that stands for this, with the original's documentation."""
        given = [name for name in functools.WRAPPER_ASSIGNMENTS if name not in ("__name__", "__module__")]

        @functools.wraps(self.func, assigned=given)
        def wrapper(*args: Any, **kwargs: Any) -> Column:
            return self(*args, **kwargs)

        wrapper.__name__ = self._name
        wrapper.__module__ = getattr(self.func, "__module__", type(self.func).__module__)
        wrapper.func = self.func
        wrapper.returnType = self._known_type()
        wrapper.evalType = self.evalType
        wrapper.deterministic = self.deterministic
        wrapper.asNondeterministic = functools.wraps(self.asNondeterministic)(
            lambda: self.asNondeterministic()._wrapped()
        )
        wrapper._unwrapped = self
        return wrapper


def _argument(value: Any) -> Any:
    if isinstance(value, str):
        return col(value)
    if isinstance(value, Column):
        return value
    raise _wrong("NOT_COLUMN_OR_STR", "col", value)


_GROUPED_MAP_PANDAS = "with grouped map Pandas UDFs or at groupby.applyInPandas(WithState)"
_GROUPED_MAP_ARROW = "with grouped map Arrow UDFs or at groupby.applyInArrow"
_INVALID_RETURN = {
    SCALAR_PANDAS: "with scalar Pandas UDFs",
    SCALAR_PANDAS_ITER: "with scalar Pandas UDFs",
    SCALAR_ARROW: "with scalar Arrow UDFs",
    SCALAR_ARROW_ITER: "with scalar Arrow UDFs",
    GROUPED_MAP_PANDAS: _GROUPED_MAP_PANDAS,
    GROUPED_MAP_PANDAS_ITER: _GROUPED_MAP_PANDAS,
    GROUPED_MAP_ARROW: _GROUPED_MAP_ARROW,
    GROUPED_MAP_ARROW_ITER: _GROUPED_MAP_ARROW,
    MAP_PANDAS_ITER: "in mapInPandas",
    MAP_ARROW_ITER: "in mapInPandas",
    COGROUPED_MAP_PANDAS: "in cogroup.applyInPandas",
    COGROUPED_MAP_ARROW: "in cogroup.applyInArrow",
    GROUPED_AGG_PANDAS: "with grouped aggregate Pandas UDFs",
    GROUPED_AGG_ARROW: "with grouped aggregate Arrow UDFs",
}


def _check_return_type(data_type: DataType, eval_type: int) -> None:
    """Functions on whole groups return rows."""
    from roost.sql.types import StructType

    if eval_type in _FRAMES | _TABLES and not isinstance(data_type, StructType):
        names = {
            GROUPED_MAP_PANDAS: "SQL_GROUPED_MAP_PANDAS_UDF or SQL_GROUPED_MAP_PANDAS_ITER_UDF or "
            "SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE",
            MAP_PANDAS_ITER: "SQL_MAP_PANDAS_ITER_UDF or SQL_MAP_ARROW_ITER_UDF",
            MAP_ARROW_ITER: "SQL_MAP_PANDAS_ITER_UDF or SQL_MAP_ARROW_ITER_UDF",
            COGROUPED_MAP_PANDAS: "SQL_COGROUPED_MAP_PANDAS_UDF",
            GROUPED_MAP_ARROW: "SQL_GROUPED_MAP_ARROW_UDF or SQL_GROUPED_MAP_ARROW_ITER_UDF",
            COGROUPED_MAP_ARROW: "SQL_COGROUPED_MAP_ARROW_UDF",
        }
        names[GROUPED_MAP_PANDAS_ITER] = names[GROUPED_MAP_PANDAS]
        names[GROUPED_MAP_ARROW_ITER] = names[GROUPED_MAP_ARROW]
        arrow = eval_type in (GROUPED_MAP_ARROW, GROUPED_MAP_ARROW_ITER, COGROUPED_MAP_ARROW)
        raise PySparkTypeError(
            errorClass=f"INVALID_RETURN_TYPE_FOR_{'ARROW' if arrow else 'PANDAS'}_UDF",
            messageParameters={"eval_type": names[eval_type], "return_type": str(data_type)},
        )
    refused = eval_type == GROUPED_AGG_PANDAS and isinstance(data_type, StructType)
    if refused or (eval_type in _INVALID_RETURN and _lacks_arrow(data_type)):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": f"Invalid return type {_INVALID_RETURN[eval_type]}: {data_type}"},
        )


def _lacks_arrow(data_type: DataType) -> bool:
    """Whether there is a type in it that Arrow has no form for."""
    from roost.sql.types import ArrayType, CalendarIntervalType, MapType, StructType, YearMonthIntervalType

    if isinstance(data_type, StructType):
        return any(_lacks_arrow(field.dataType) for field in data_type.fields)
    if isinstance(data_type, MapType):
        return _lacks_arrow(data_type.keyType) or _lacks_arrow(data_type.valueType)
    if isinstance(data_type, ArrayType):
        return _lacks_arrow(data_type.elementType)
    return isinstance(data_type, (YearMonthIntervalType, CalendarIntervalType))


def check_vectorized(func: Any, eval_type: int) -> None:
    """Raises for functions whose number of arguments does not fit their kind."""
    import inspect

    from roost.errors.base import PySparkValueError

    if not callable(func):
        raise _wrong("NOT_CALLABLE", "func", func)
    try:
        parameters = [
            p
            for p in inspect.signature(func).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty
        ]
    except (TypeError, ValueError):
        return
    wanted = {
        GROUPED_MAP_PANDAS: (1, 2, "pandas_udfs with function type GROUPED_MAP or the function in "
                             "groupby.applyInPandas must take either one argument (data) or two arguments "
                             "(key, data)."),
        GROUPED_MAP_ARROW: (1, 2, "the function in groupby.applyInArrow must take either one argument (data) or "
                            "two arguments (key, data)."),
        COGROUPED_MAP_PANDAS: (2, 3, "the function in cogroup.applyInPandas must take either two arguments "
                               "(left, right) or three arguments (key, left, right)."),
        COGROUPED_MAP_ARROW: (2, 3, "the function in cogroup.applyInArrow must take either two arguments "
                              "(left, right) or three arguments (key, left, right)."),
    }.get(eval_type)  # fmt: skip
    if wanted and not wanted[0] <= len(parameters) <= wanted[1]:
        raise PySparkValueError(errorClass="INVALID_PANDAS_UDF", messageParameters={"detail": wanted[2]})


def udf(f: Any = None, returnType: Any = None, *, useArrow: Optional[bool] = None) -> Any:
    """A Python function for columns; also a decorator.

    Parameters
    ----------
    f : callable, or the return type when used as a decorator
    returnType : DataType or str, optional
        text by default
    useArrow : bool, optional
        with Arrow's conversions of results; by default as ``spark.sql.execution.pythonUDF.arrow.enabled`` says

    Examples
    --------
    >>> from roost.sql import functions as F
    >>> @F.udf("int")
    ... def plus_one(x):
    ...     return x + 1
    >>> spark.range(2).select(plus_one("id").alias("n")).collect()
    [Row(n=1), Row(n=2)]
    """
    from roost.sql.types import DataType, StringType

    if f is None or isinstance(f, (str, DataType)):
        kind = f if f is not None else returnType
        return functools.partial(_make, returnType=kind or StringType(), useArrow=useArrow)
    return _make(f, returnType or StringType(), useArrow)


def works_by_arrow(asked: Optional[bool], kind: str) -> bool:
    """Whether a function works by Arrow: as asked, or else as the running session's setting says."""
    from roost.sql.session import SparkSession

    if asked is not None:
        return asked
    session = SparkSession._instantiatedSession
    return session is not None and session.conf.get(f"spark.sql.execution.{kind}.arrow.enabled").lower() == "true"


def _make(f: Callable[..., Any], returnType: Any, useArrow: Optional[bool]) -> Any:
    eval_type: Optional[int] = None
    if useArrow is None and getattr(f, "__annotations__", None):
        from roost.sql.pandas.typehints import infer_eval_type_for_udf

        try:
            eval_type = infer_eval_type_for_udf(f)
        except Exception:  # noqa: BLE001 - hints are the user's
            import warnings

            warnings.warn("Cannot infer the eval type from type hints. ", UserWarning, stacklevel=3)
    if eval_type is None:
        eval_type = ARROW_BATCHED if works_by_arrow(useArrow, "pythonUDF") else BATCHED
    return UserDefinedFunction(f, returnType, evalType=eval_type)._wrapped()


class UDFRegistration:
    """Registers Python functions for SQL, reached as ``spark.udf``."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, name: str, f: Any, returnType: Any = None) -> Any:
        """Give a function a name in SQL.

        Parameters
        ----------
        name : str
        f : callable or user-defined function
        returnType : DataType or str, optional
            for a plain callable; text by default

        Examples
        --------
        >>> _ = spark.udf.register("twice", lambda x: x * 2, "long")
        >>> spark.sql("select twice(21)").first()[0]
        42
        """
        from roost.sql.types import StringType

        if not isinstance(name, str):
            raise _wrong("NOT_STR", "name", name)
        if hasattr(f, "asNondeterministic"):
            if returnType is not None:
                raise PySparkTypeError(
                    errorClass="CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF",
                    messageParameters={"arg_name": "f", "return_type": str(returnType)},
                )
            allowed = (BATCHED, ARROW_BATCHED, SCALAR_PANDAS, SCALAR_PANDAS_ITER, GROUPED_AGG_PANDAS,
                       SCALAR_ARROW, SCALAR_ARROW_ITER, GROUPED_AGG_ARROW)  # fmt: skip
            if f.evalType not in allowed:
                raise PySparkTypeError(
                    errorClass="INVALID_UDF_EVAL_TYPE",
                    messageParameters={
                        "eval_type": "SQL_BATCHED_UDF, SQL_ARROW_BATCHED_UDF, SQL_SCALAR_PANDAS_UDF, "
                        "SQL_SCALAR_ARROW_UDF, SQL_SCALAR_PANDAS_ITER_UDF, SQL_SCALAR_ARROW_ITER_UDF, "
                        "SQL_GROUPED_AGG_PANDAS_UDF or SQL_GROUPED_AGG_ARROW_UDF"
                    },
                )
            kind = getattr(f, "_unwrapped", f)._returnType
            function = UserDefinedFunction(f.func, kind, name, f.evalType, f.deterministic)
        else:
            function = UserDefinedFunction(f, returnType or StringType(), name, BATCHED)
        held = function._holder()
        self.sparkSession._run_command(_REGISTER_FUNCTION, function._message([], name))
        self.sparkSession._held.append(held)
        return function if hasattr(f, "asNondeterministic") else function._wrapped()

    def registerJavaFunction(self, name: str, javaClassName: str, returnType: Any = None) -> None:
        """There is no Java here, and so no such class."""
        raise _no_class(javaClassName)

    def registerJavaUDAF(self, name: str, javaClassName: str) -> None:
        """There is no Java here, and so no such class."""
        raise _no_class(javaClassName)


def _no_class(java_class: str) -> AnalysisException:
    return AnalysisException(errorClass="_LEGACY_ERROR_TEMP_1329", messageParameters={"className": java_class})
