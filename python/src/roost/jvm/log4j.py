# SPDX-License-Identifier: Apache-2.0
"""Log4j's loggers, on Python's: programs log through the JVM's logger to have their lines among Spark's."""

from __future__ import annotations

import logging

from roost.jvm.base import JavaObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

__all__ = ["Configurator", "Level", "LogManager"]

_TRACE = 5
_NUMBERS = {
    "OFF": logging.CRITICAL + 10,
    "FATAL": logging.CRITICAL,
    "ERROR": logging.ERROR,
    "WARN": logging.WARNING,
    "INFO": logging.INFO,
    "DEBUG": logging.DEBUG,
    "TRACE": _TRACE,
    "ALL": logging.NOTSET + 1,
}


class _Level(JavaObject):
    """A level by its name."""

    _name = "org.apache.log4j.Level"

    def __init__(self, name: str) -> None:
        self._text = name

    def __str__(self) -> str:
        return self._text


class Level:
    """The levels."""

    @staticmethod
    def toLevel(name: str, default: Optional[_Level] = None) -> Optional[_Level]:
        """The level of that name; DEBUG, or the default, when there is none."""
        return _LEVELS.get(name.upper(), default or _LEVELS["DEBUG"])

    valueOf = toLevel


_LEVELS: Dict[str, _Level] = {name: _Level(name) for name in _NUMBERS}
for _name, _level in _LEVELS.items():
    setattr(Level, _name, _level)


class _Logger(JavaObject):
    """A logger: Python's of the same name writes its lines."""

    _name = "org.apache.log4j.Logger"

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def getName(self) -> str:
        """The logger's name."""
        return self._logger.name

    def getLevel(self) -> Optional[_Level]:
        """The level that was set; None when none was."""
        number = self._logger.level
        return next((_LEVELS[name] for name, known in _NUMBERS.items() if known == number), None)

    def setLevel(self, level: Any) -> None:
        """Lines below the level are dropped."""
        self._logger.setLevel(_NUMBERS[str(level)])

    def trace(self, message: Any, *more: Any) -> None:
        """A line of level TRACE."""
        self._logger.log(_TRACE, "%s", message)

    def debug(self, message: Any, *more: Any) -> None:
        """A line of level DEBUG."""
        self._logger.debug("%s", message)

    def info(self, message: Any, *more: Any) -> None:
        """A line of level INFO."""
        self._logger.info("%s", message)

    def warn(self, message: Any, *more: Any) -> None:
        """A line of level WARN."""
        self._logger.warning("%s", message)

    def error(self, message: Any, *more: Any) -> None:
        """A line of level ERROR."""
        self._logger.error("%s", message)

    def fatal(self, message: Any, *more: Any) -> None:
        """A line of level FATAL."""
        self._logger.critical("%s", message)

    def isInfoEnabled(self) -> bool:
        """Whether lines of level INFO are written."""
        return self._logger.isEnabledFor(logging.INFO)

    def isDebugEnabled(self) -> bool:
        """Whether lines of level DEBUG are written."""
        return self._logger.isEnabledFor(logging.DEBUG)


class LogManager:
    """Where loggers come from; ``Logger``'s static methods too."""

    @staticmethod
    def getLogger(name: Any = "roost") -> _Logger:
        """The logger of that name."""
        return _Logger(str(name))

    @staticmethod
    def getRootLogger() -> _Logger:
        """The logger of Spark's lines; Python's root logger stays the program's own."""
        return _Logger("roost")


class Configurator:
    """Sets levels by name."""

    @staticmethod
    def setLevel(name: str, level: Any) -> None:
        """Lines below the level are dropped."""
        LogManager.getLogger(name).setLevel(level)

    @staticmethod
    def setRootLevel(level: Any) -> None:
        """Lines of Spark's below the level are dropped."""
        LogManager.getRootLogger().setLevel(level)
