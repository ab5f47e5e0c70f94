# SPDX-License-Identifier: Apache-2.0
"""py4j's exceptions, for ``except`` clauses."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Py4JError", "Py4JJavaError", "Py4JNetworkError"]


class Py4JError(Exception):
    """Something went wrong on the way to a JVM."""

    def __init__(self, args: Any = None, cause: Any = None) -> None:
        super().__init__(args)
        self.cause = cause


class Py4JNetworkError(Py4JError):
    """The way to the JVM is gone."""


class Py4JJavaError(Py4JError):
    """An exception of the JVM."""

    def __init__(self, msg: Any = None, java_exception: Any = None) -> None:
        super().__init__(msg)
        self.java_exception = java_exception
