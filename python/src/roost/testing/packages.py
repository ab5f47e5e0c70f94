# SPDX-License-Identifier: Apache-2.0
"""Which optional packages are there, as test programs ask: ``have_pandas``, ``pandas_requirement_message``."""

from __future__ import annotations

from importlib.util import find_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MESSAGE = "_requirement_message"
_KNOWN = {
    "numpy": "numpy", "pandas": "pandas", "pyarrow": "pyarrow", "scipy": "scipy", "sklearn": "sklearn",
    "torch": "torch", "torcheval": "torcheval", "deepspeed": "deepspeed", "plotly": "plotly",
    "matplotlib": "matplotlib", "tabulate": "tabulate", "graphviz": "graphviz", "flameprof": "flameprof",
    "jinja2": "jinja2", "openpyxl": "openpyxl", "yaml": "yaml", "grpc": "grpc", "grpc_status": "grpc_status",
}  # fmt: skip


def have_package(name: str) -> bool:
    """Whether a package can be imported.

    >>> have_package("sys"), have_package("no_such_package")
    (True, False)
    """
    return find_spec(name) is not None


def answer(name: str) -> Any:
    """The value of ``have_NAME`` or ``NAME_requirement_message``; AttributeError for other names.

    >>> answer("have_numpy") == (answer("numpy_requirement_message") is None)
    True
    """
    asks = name.startswith("have_")
    package = _KNOWN.get(name[len("have_") :] if asks else name[: -len(_MESSAGE)])
    if package is None or not (asks or name.endswith(_MESSAGE)):
        raise AttributeError(f"there is no {name!r}")
    have = have_package(package)
    return have if asks else None if have else f"No module named '{package}'"
