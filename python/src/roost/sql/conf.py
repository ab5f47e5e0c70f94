# SPDX-License-Identifier: Apache-2.0
"""RuntimeConfig: the settings of a session."""

from __future__ import annotations

from roost._core import pb, trace_origins, unpack
from roost.errors.base import IllegalArgumentException, PySparkTypeError
from roost.sql.column import _wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from roost.sql.session import SparkSession

__all__ = ["RuntimeConfig"]

_OPERATION = 3
_SET, _GET, _GET_WITH_DEFAULT, _GET_ALL, _UNSET, _IS_MODIFIABLE = 1, 2, 3, 5, 6, 7
_PAIRS = 2
_UNSAID = object()
_ORIGIN_DEPTH = "spark.sql.stackTracesInDataFrameContext"

# What Python functions ask for while a query runs, when the engine cannot be asked: held by the session, here the defaults.
CONVERTS_SAFELY = "spark.sql.execution.pandas.convertToArrowArraySafely"
ASSIGNS_BY_NAME = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"
USES_LARGE_TYPES = "spark.sql.execution.arrow.useLargeVarTypes"
PROFILER = "spark.sql.pyspark.udf.profiler"
_OF_FUNCTIONS = {CONVERTS_SAFELY: "true", ASSIGNS_BY_NAME: "true", USES_LARGE_TYPES: "false", PROFILER: ""}


def of_functions(options: Dict[str, str]) -> Dict[str, str]:
    """The settings that functions ask for, as a session begins with them."""
    return {key: options.get(key, default) for key, default in _OF_FUNCTIONS.items()}


def function_setting(key: str) -> str:
    """One of them, of the session whose query runs, in small letters."""
    from roost.sql.udf import running

    session, _ = running()
    return (_OF_FUNCTIONS if session is None else session._of_functions)[key]


def function_flag(key: str) -> bool:
    """One of them that is true or false."""
    return function_setting(key) == "true"


class RuntimeConfig:
    """Settings by name, reached as ``spark.conf``.

    Examples
    --------
    >>> spark.conf.set("spark.sql.shuffle.partitions", "7")
    >>> spark.conf.get("spark.sql.shuffle.partitions")
    '7'
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def _ask(self, operation: int, body: bytes) -> List[Tuple[str, Optional[str]]]:
        answer = self._session._core.config(pb(_OPERATION, pb(operation, body)))
        pairs = []
        for field, value in unpack(answer):
            if field == _PAIRS:
                parts = dict(unpack(value))
                text = parts.get(2)
                pairs.append((parts.get(1, b"").decode(), None if text is None else text.decode()))
        return pairs

    def set(self, key: str, value: Any) -> None:
        """Set a value: a str, bool or int."""
        _check_str("key", key)
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int):
            value = str(value)
        elif value is None:
            raise IllegalArgumentException(f"requirement failed: value cannot be null for key: {key}")
        elif not isinstance(value, str):
            raise _wrong("NOT_BOOL_OR_FLOAT_OR_INT_OR_STR", "value", value)
        if key == "spark.roost.analysis":
            self._session._eager = value != "lazy"
        elif key in _OF_FUNCTIONS:
            self._session._of_functions[key] = value.lower()
        elif key == _ORIGIN_DEPTH and value.isdigit():
            trace_origins(int(value))
        self._ask(_SET, pb(1, pb(1, key, 2, value)))

    def _set_quietly(self, key: str, value: str) -> None:
        """Set a value that may be none of a running session's to change."""
        self._ask(_SET, pb(1, pb(1, key, 2, value), 2, True))

    def get(self, key: str, default: Any = _UNSAID) -> Any:
        """The value of a setting, or `default`; an error if there is neither."""
        _check_str("key", key)
        if default is _UNSAID:
            return self._ask(_GET, pb(1, key))[0][1]
        if default is not None:
            _check_str("default", default)
        return self._ask(_GET_WITH_DEFAULT, pb(1, pb(1, key, 2, default)))[0][1]

    def _get_several(self, defaults: Dict[str, str]) -> List[Optional[str]]:
        """The values of settings, or these defaults, for the price of one."""
        pairs = [part for key, default in defaults.items() for part in (1, pb(1, key, 2, default))]
        return [value for _, value in self._ask(_GET_WITH_DEFAULT, pb(*pairs))]

    @property
    def getAll(self) -> Dict[str, str]:
        """All settings that have a value."""
        return {key: value for key, value in self._ask(_GET_ALL, b"") if value is not None}

    def unset(self, key: str) -> None:
        """Forget a value; the default holds again."""
        _check_str("key", key)
        if key in _OF_FUNCTIONS:
            self._session._of_functions[key] = _OF_FUNCTIONS[key]
        elif key == _ORIGIN_DEPTH:
            trace_origins(1)
        self._ask(_UNSET, pb(1, key))

    def isModifiable(self, key: str) -> bool:
        """Whether the setting can be changed in a session."""
        _check_str("key", key)
        return self._ask(_IS_MODIFIABLE, pb(1, key))[0][1] == "true"


def _check_str(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise PySparkTypeError(
            errorClass="NOT_STR", messageParameters={"arg_name": name, "arg_type": type(value).__name__}
        )
