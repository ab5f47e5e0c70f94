# SPDX-License-Identifier: Apache-2.0
"""The tree of exception classes, as PySpark has it.

Two kinds of errors share one tree.  Those that Python itself raises (a wrong argument) carry a
condition and its parameters, and their text is made from ``messages.CONDITIONS``.  Those that the
engine raises arrive with everything said already: condition, SQL state, parameters, query context
and the whole text; :func:`from_engine` gives them the class that Spark would.

A class here never needs the engine: errors can be made, pickled and shown anywhere.
"""

from __future__ import annotations

from _pickle import PicklingError  # the class of pickle itself, without importing all of pickle
from enum import Enum

from roost.errors.messages import SQL_STATES, render

TYPE_CHECKING = False  # typing costs milliseconds of start-up; only a type checker needs it
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Optional


class QueryContextType(Enum):
    """Where a query came from: a SQL text, or calls of the DataFrame API."""

    SQL = 0
    DataFrame = 1


class QueryContext:
    """The place in a query that an error is about.

    For SQL this is a range of the text; for the DataFrame API it is the call and its line.
    """

    __slots__ = ("_type", "_object_type", "_object_name", "_start", "_stop", "_fragment", "_call_site", "_summary")

    def __init__(
        self,
        contextType: QueryContextType = QueryContextType.SQL,
        objectType: str = "",
        objectName: str = "",
        startIndex: int = -1,
        stopIndex: int = -1,
        fragment: str = "",
        callSite: str = "",
        summary: str = "",
    ) -> None:
        self._type = contextType
        self._object_type = objectType
        self._object_name = objectName
        self._start = startIndex
        self._stop = stopIndex
        self._fragment = fragment
        self._call_site = callSite
        self._summary = summary

    def contextType(self) -> QueryContextType:
        """Whether the query is a SQL text or was built with DataFrame calls."""
        return self._type

    def objectType(self) -> str:
        """The kind of object the text belongs to, such as ``VIEW``; empty for the query itself."""
        return self._object_type

    def objectName(self) -> str:
        """The name of that object; empty for the query itself."""
        return self._object_name

    def startIndex(self) -> int:
        """First position of the fragment in the text, counted from 0; -1 when unknown."""
        return self._start

    def stopIndex(self) -> int:
        """Last position of the fragment in the text, inclusive; -1 when unknown."""
        return self._stop

    def fragment(self) -> str:
        """The text of the part at fault."""
        return self._fragment

    def callSite(self) -> str:
        """File and line of the DataFrame call at fault."""
        return self._call_site

    def summary(self) -> str:
        """The context as the error's text shows it."""
        return self._summary

    def _has_no(self, method: str) -> Exception:
        parameters = {"methodName": method, "className": type(self).__name__}
        return UnsupportedOperationException(
            errorClass="UNSUPPORTED_CALL.WITHOUT_SUGGESTION", messageParameters=parameters
        )


class SQLQueryContext(QueryContext):
    """A part of a SQL text."""

    __slots__ = ()

    def callSite(self) -> str:
        """Refused: a text has positions."""
        raise self._has_no("callSite")


class DataFrameQueryContext(QueryContext):
    """A call of the DataFrame API: its name is the fragment."""

    __slots__ = ()

    def objectType(self) -> str:
        """Refused: a call has a line of the program."""
        raise self._has_no("objectType")

    def objectName(self) -> str:
        """Refused, as `objectType` is."""
        raise self._has_no("objectName")

    def startIndex(self) -> int:
        """Refused, as `objectType` is."""
        raise self._has_no("startIndex")

    def stopIndex(self) -> int:
        """Refused, as `objectType` is."""
        raise self._has_no("stopIndex")


class PySparkException(Exception):
    """Root of everything that roost raises.

    Parameters
    ----------
    message : str, optional
        the whole text; made from the condition and its parameters when absent
    errorClass : str, optional
        the error condition, such as ``DIVIDE_BY_ZERO``
    messageParameters : dict, optional
        values for the placeholders of the condition's text
    contexts : list of QueryContext, optional
        the places in the query that the error is about
    """

    _sql_state: Optional[str] = None
    _rendered: bool = False  # the message is the engine's, whole as it is
    _is_of_query: bool = False  # raised about a function's results, it is the query's error as it stands

    def __init__(
        self,
        message: Optional[str] = None,
        errorClass: Optional[str] = None,
        messageParameters: Optional[Dict[str, str]] = None,
        contexts: Optional[List[QueryContext]] = None,
    ) -> None:
        # `args` stay those given by position, as __new__ took them: PySpark's classes do not pass any on either.
        self._message = render(errorClass or "", messageParameters or {}) if message is None else message
        self._errorClass = errorClass or None  # the engine says "" for what Java throws on its own
        if errorClass in SQL_STATES:
            self._sql_state = SQL_STATES[errorClass]
        self._messageParameters = messageParameters
        self._contexts = list(contexts or ())

    def getCondition(self) -> Optional[str]:
        """The error condition, such as ``TABLE_OR_VIEW_NOT_FOUND``, or None."""
        return self._errorClass

    def getErrorClass(self) -> Optional[str]:
        """The error condition under its old name."""
        import warnings

        warnings.warn("Deprecated in 4.0.0, use getCondition instead.", FutureWarning, stacklevel=2)
        return self._errorClass

    def getMessageParameters(self) -> Optional[Dict[str, str]]:
        """The values that the text was filled with, by name."""
        return self._messageParameters

    def getSqlState(self) -> Optional[str]:
        """The five characters of the SQL state; None for errors raised in Python."""
        return self._sql_state or None

    def getMessage(self) -> str:
        """The text with its condition in front, but for conditions that Spark itself has no names for."""
        if self._rendered:
            return self._message_alone() if self._errorClass else ""
        if (self._errorClass or "").startswith("_LEGACY_ERROR_TEMP_"):
            return self._message
        return f"[{self._errorClass}] {self._message}"

    def _message_alone(self) -> str:
        """The engine's text without the place in the query."""
        state = f" SQLSTATE: {self._sql_state}"
        text, there, _ = self._message.partition(state) if self._sql_state else (self._message, "", "")
        return (text + there).lstrip("\n")

    def getBreakingChangeInfo(self) -> Optional[Dict[str, Any]]:
        """What changed between versions that may be behind this error; roost knows of nothing."""
        return None

    def getQueryContext(self) -> List[QueryContext]:
        """The places in the query that the error is about."""
        return self._contexts

    def __str__(self) -> str:
        return self.getMessage() if self._errorClass is not None and not self._rendered else self._message

    def __reduce__(self) -> Any:
        return (_restore, (type(self), self.args, dict(self.__dict__)))


def _restore(cls: type, args: tuple, state: Dict[str, Any]) -> "PySparkException":
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class AnalysisException(PySparkException):
    """A query that cannot be: unknown names, types that do not fit."""


class SessionNotSameException(PySparkException):
    """DataFrames of two sessions were used together."""


class TempTableAlreadyExistsException(AnalysisException):
    """A temporary view of this name is there already."""


class ParseException(AnalysisException):
    """A text that is not SQL."""


class IllegalArgumentException(PySparkException):
    """An argument that the engine refuses."""


class ArithmeticException(PySparkException):
    """Overflow, division by zero."""


class UnsupportedOperationException(PySparkException):
    """Something that is not offered."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """An element that the array does not have."""


class DateTimeException(PySparkException):
    """A date or time that cannot be read or does not exist."""


class NumberFormatException(IllegalArgumentException):
    """A text that is no number."""


class StreamingQueryException(PySparkException):
    """A streaming query ended with an error."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """A streaming Python function could not be started."""


class QueryExecutionException(PySparkException):
    """A query failed while it ran."""


class PythonException(PySparkException):
    """A Python function that a query called raised; the text holds its traceback."""


class SparkRuntimeException(PySparkException):
    """A failure at run time with a condition of its own."""


class SparkUpgradeException(PySparkException):
    """A result that differs between versions, where a setting must say which is meant."""


class SparkNoSuchElementException(PySparkException):
    """Something that was asked for by name and is not there."""


class SparkException(PySparkException):
    """A failure of the engine without a narrower class."""


class UnknownException(PySparkException):
    """None of the other classes."""


class PySparkValueError(PySparkException, ValueError):
    """A ValueError with a condition."""


class PySparkTypeError(PySparkException, TypeError):
    """A TypeError with a condition."""


class PySparkIndexError(PySparkException, IndexError):
    """An IndexError with a condition."""


class PySparkAttributeError(PySparkException, AttributeError):
    """An AttributeError with a condition."""


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A RuntimeError with a condition."""


class PySparkAssertionError(PySparkException, AssertionError):
    """An AssertionError with a condition, and the rows that differ in ``data``."""

    def __init__(
        self,
        message: Optional[str] = None,
        errorClass: Optional[str] = None,
        messageParameters: Optional[Dict[str, str]] = None,
        data: Optional[Iterable[Any]] = None,
    ) -> None:
        super().__init__(message, errorClass, messageParameters)
        self.data = data


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """A NotImplementedError with a condition."""


class PySparkPicklingError(PySparkException, PicklingError):
    """A pickle.PicklingError with a condition."""


class PySparkKeyError(PySparkException, KeyError):
    """A KeyError with a condition."""


class PySparkImportError(PySparkException, ImportError):
    """An ImportError with a condition."""


class PickleException(PySparkException):
    """Something the engine could not unpickle."""


class DaemonCrashed(SparkRuntimeException):
    """The engine died while this query ran; it was started again, and the next call works.

    The text names the crash report.  The query itself is not tried again.
    """


class DaemonGone(SparkRuntimeException):
    """The daemon ended and nothing restarts it: a new session is needed."""


class QueryTimeout(SparkRuntimeException):
    """The query did not end within its deadline (``roost_timeout`` in pytest)."""


class OperationCanceled(SparkRuntimeException):
    """The query was cancelled by ``interruptAll``, ``interruptTag`` or ``interruptOperation``."""


# The kinds that the engine names which are not spelled like the class.
_KINDS = {
    "NoSuchElementException": SparkNoSuchElementException,
    "SparkArithmeticException": ArithmeticException,
    "SparkDateTimeException": DateTimeException,
    "SparkNumberFormatException": NumberFormatException,
    "SparkIllegalArgumentException": IllegalArgumentException,
    "SparkUnsupportedOperationException": UnsupportedOperationException,
    "SparkArrayIndexOutOfBoundsException": ArrayIndexOutOfBoundsException,
    "ExtendedAnalysisException": AnalysisException,
    "SqlParseException": ParseException,
}
_CONDITIONS = {"QUERY_TIMEOUT": QueryTimeout, "OPERATION_CANCELED": OperationCanceled}


def from_engine(
    kind: str,
    condition: Optional[str],
    sql_state: Optional[str],
    message: str,
    parameters: Dict[str, str],
    contexts: Iterable[tuple],
    cause: Optional[str] = None,
) -> PySparkException:
    """Make the exception for an error that the engine reported.

    Parameters
    ----------
    kind : str
        the class that Spark would raise, such as ``ArithmeticException``
    condition, sql_state, message, parameters
        as the engine sent them; the message is whole
    contexts : iterable of tuples
        the arguments of :class:`QueryContext`, the first a bool: DataFrame or not
    cause : str, optional
        traceback of the Python function that failed
    """
    cls = _CONDITIONS.get(condition or "") or _KINDS.get(kind) or globals().get(kind)
    if not (isinstance(cls, type) and issubclass(cls, PySparkException)):
        cls = UnknownException
    made = [
        DataFrameQueryContext(QueryContextType.DataFrame, *c[1:])
        if c[0]
        else SQLQueryContext(QueryContextType.SQL, *c[1:])
        for c in contexts
    ]
    if cause and cause not in message:
        message = f"{message}\n{cause}"
    error = cls(
        message=message,
        errorClass=condition,
        messageParameters=parameters if condition else None,
        contexts=made,
    )
    error._sql_state = sql_state
    error._rendered = True
    return error


def no_python_value(type_name: str) -> PySparkNotImplementedError:
    """The error for values of a type that Python has no class for (intervals of months)."""
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{type_name}.fromInternal"}
    )
