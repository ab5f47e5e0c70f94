# SPDX-License-Identifier: Apache-2.0
"""Whether the optional packages are there, and new enough."""

from __future__ import annotations

from roost.errors.base import PySparkImportError

__all__ = ["require_minimum_numpy_version", "require_minimum_pandas_version", "require_minimum_pyarrow_version"]


def _numbers(version: str) -> list:
    import re

    return [int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3]]


def require_package(package: str, shown: str, least: str) -> None:
    """Raise PySparkImportError unless there is such a package, called so in the error, and new enough."""
    from importlib import import_module

    try:
        found = import_module(package).__version__
    except (ImportError, AttributeError) as error:
        raise PySparkImportError(
            errorClass="PACKAGE_NOT_INSTALLED",
            messageParameters={"package_name": shown, "minimum_version": least},
        ) from error
    if _numbers(found) < _numbers(least):
        raise PySparkImportError(
            errorClass="UNSUPPORTED_PACKAGE_VERSION",
            messageParameters={"package_name": shown, "minimum_version": least, "current_version": found},
        )


def require_minimum_pandas_version() -> None:
    """Raise PySparkImportError unless there is a pandas that is new enough."""
    require_package("pandas", "Pandas", "2.2.0")


def require_minimum_pyarrow_version() -> None:
    """Raise PySparkImportError unless there is a pyarrow that is new enough."""
    require_package("pyarrow", "PyArrow", "15.0.0")


def require_minimum_numpy_version() -> None:
    """Raise PySparkImportError unless there is a numpy that is new enough."""
    require_package("numpy", "NumPy", "1.22")
