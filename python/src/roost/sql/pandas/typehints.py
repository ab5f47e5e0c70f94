# SPDX-License-Identifier: Apache-2.0
"""What a function on columns or groups is called with, as its type hints say it.

Classes of pandas and pyarrow are told by their names, so that neither is imported for it.
"""

from __future__ import annotations

import inspect

from roost.errors.base import PySparkNotImplementedError, PySparkValueError
from roost.sql import udf as kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

__all__ = ["infer_eval_type", "infer_eval_type_for_udf"]

_COLUMNS = {
    "pandas": {("pandas", "Series"), ("pandas", "DataFrame")},
    "arrow": {("pyarrow", "Array")},
}
_SCALAR = {"pandas": kinds.SCALAR_PANDAS, "arrow": kinds.SCALAR_ARROW}
_ITERATOR = {"pandas": kinds.SCALAR_PANDAS_ITER, "arrow": kinds.SCALAR_ARROW_ITER}
_AGGREGATE = {"pandas": kinds.GROUPED_AGG_PANDAS, "arrow": kinds.GROUPED_AGG_ARROW}


def hints_of(func: Callable[..., Any]) -> Dict[str, Any]:
    """A function's type hints; none where they name what is not there."""
    import typing

    try:
        return typing.get_type_hints(func)
    except NameError:
        return {}


def infer_eval_type(sig: inspect.Signature, type_hints: Dict[str, Any], kind: str = "all") -> int:
    """What kind of function on columns a signature means (PySpark's numbers).

    Parameters
    ----------
    sig : inspect.Signature
    type_hints : dict
        of parameters and ``return``
    kind : str
        ``pandas``, ``arrow`` or ``all``: whose columns are looked for

    Raises
    ------
    PySparkValueError
        when a hint is missing
    PySparkNotImplementedError
        when the hints mean no such function
    """
    assert kind in ("pandas", "arrow", "all"), "kind should be either 'pandas', 'arrow' or 'all'"
    parameters, result = _all_hints(sig, type_hints)
    for library in ("pandas", "arrow") if kind == "all" else (kind,):
        found = _eval_type(parameters, result, library)
        if found is not None:
            return found
    raise PySparkNotImplementedError(errorClass="UNSUPPORTED_SIGNATURE", messageParameters={"signature": str(sig)})


def infer_eval_type_for_udf(f: Callable[..., Any]) -> Optional[int]:
    """The same for a function given to ``udf``; None where it has no parameters or no hints."""
    specification = inspect.getfullargspec(f)
    if not specification.args or not specification.annotations:
        return None
    return infer_eval_type(inspect.signature(f), hints_of(f))


def takes_pieces(func: Callable[..., Any]) -> bool:
    """Whether a function on groups is one from an iterator of a group's rows to another."""
    hints = hints_of(func)
    result = hints.pop("return", None)
    return bool(hints) and all(_generic(hint) in ("Iterator", "Iterable") for hint in (result, [*hints.values()][-1]))


def _all_hints(sig: inspect.Signature, type_hints: Dict[str, Any]) -> Tuple[List[Any], Any]:
    given = [
        type_hints.get(name, parameter.annotation)
        for name, parameter in sig.parameters.items()
        if parameter.annotation is not parameter.empty
    ]
    result = type_hints.get("return", sig.return_annotation)
    missing = "all parameters" if len(given) != len(sig.parameters) else None
    if missing is None and result is sig.empty:
        missing = "the return type"
    if missing:
        raise PySparkValueError(
            errorClass="TYPE_HINT_SHOULD_BE_SPECIFIED", messageParameters={"target": missing, "sig": str(sig)}
        )
    return given, result


def _eval_type(parameters: List[Any], result: Any, library: str) -> Optional[int]:
    columns = _COLUMNS[library]

    def is_column(hint: Any, unions: bool = True) -> bool:
        if _named(hint) in columns:
            return True
        return unions and library == "pandas" and _generic(hint) == "Union" and all(map(is_column, hint.__args__))

    def is_piece(hint: Any) -> bool:
        if _generic(hint) == "Tuple":
            return all(part is Ellipsis or is_column(part) for part in hint.__args__)
        return is_column(hint)

    gives_column = is_column(result, unions=False)
    if all(map(is_column, parameters)):
        if gives_column:
            return _SCALAR[library]
        return None if _generic(result) in ("Iterator", "Tuple") else _AGGREGATE[library]
    pieces = (
        len(parameters) == 1
        and _generic(parameters[0]) == "Iterator"
        and all(map(is_piece, parameters[0].__args__))
        and _generic(result) == "Iterator"
        and all(is_column(part, unions=False) for part in result.__args__)
    )
    return _ITERATOR[library] if pieces else None


def _named(hint: Any) -> Tuple[str, str]:
    """The library and the name of a class."""
    return getattr(hint, "__module__", "").partition(".")[0], getattr(hint, "__name__", "")


def _generic(hint: Any) -> str:
    """Iterator, Tuple or Union, for what is made of them."""
    import types
    import typing

    origin = typing.get_origin(hint)
    if origin is typing.Union or origin is getattr(types, "UnionType", typing.Union):
        return "Union"
    name = getattr(origin, "__name__", "")
    return "Tuple" if name == "tuple" else name
