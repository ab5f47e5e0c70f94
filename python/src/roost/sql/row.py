# SPDX-License-Identifier: Apache-2.0
"""Row: a tuple whose values have names.

The names live in the instance's ``__fields__``.  Rows that come from one query share one
dictionary that holds them (the C extension makes them so), which is why setting ``__fields__``
gives the row a dictionary of its own instead of changing the shared one.
"""

from __future__ import annotations

from roost.errors.base import (
    PySparkAttributeError,
    PySparkKeyError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Sequence


class Row(tuple):
    """A row of a DataFrame: values by name, by position, or as attributes.

    ``Row(name="Ada", age=36)`` makes a row; ``Row("name", "age")`` makes a kind of row, which is
    called with the values.

    Examples
    --------
    >>> row = Row(name="Ada", age=36)
    >>> row.name, row["age"], row[0], "age" in row
    ('Ada', 36, 'Ada', True)
    >>> Person = Row("name", "age")
    >>> Person("Ada", 36)
    Row(name='Ada', age=36)
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER", messageParameters={"arg_list": "args and kwargs"}
            )
        if kwargs:
            row = tuple.__new__(cls, kwargs.values())
            row.__fields__ = list(kwargs)
            return row
        return tuple.__new__(cls, args)

    def asDict(self, recursive: bool = False) -> Dict[str, Any]:
        """The row as a dictionary; with `recursive`, rows inside it too.

        >>> Row(a=1, b=Row(c=2)).asDict(True)
        {'a': 1, 'b': {'c': 2}}
        """
        if not hasattr(self, "__fields__"):
            raise PySparkTypeError(
                errorClass="CANNOT_CONVERT_TYPE", messageParameters={"from_type": "Row", "to_type": "dict"}
            )
        if not recursive:
            return dict(zip(self.__fields__, self))

        def plain(value: Any) -> Any:
            if isinstance(value, Row):
                return value.asDict(True)
            if isinstance(value, list):
                return [plain(item) for item in value]
            if isinstance(value, dict):
                return {key: plain(item) for key, item in value.items()}
            return value

        return {name: plain(value) for name, value in zip(self.__fields__, self)}

    def __contains__(self, item: Any) -> bool:
        if hasattr(self, "__fields__"):
            return item in self.__fields__
        return tuple.__contains__(self, item)

    def __call__(self, *args: Any) -> Row:
        if len(args) > len(self):
            raise PySparkValueError(
                errorClass="TOO_MANY_VALUES",
                messageParameters={"expected": str(len(self)), "item": "fields", "actual": str(len(args))},
            )
        return _create_row(self, args)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        try:
            # Names are few: looking through the list beats a dictionary per row.
            return tuple.__getitem__(self, self.__fields__.index(item))
        except IndexError:
            raise PySparkKeyError(errorClass="KEY_NOT_EXISTS", messageParameters={"key": str(item)}) from None
        except ValueError:
            raise PySparkValueError(item) from None

    def __getattr__(self, item: str) -> Any:
        if not item.startswith("__"):
            try:
                return tuple.__getitem__(self, self.__fields__.index(item))
            except (IndexError, ValueError):
                pass
        raise PySparkAttributeError(errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": item})

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError(errorClass="READ_ONLY", messageParameters={"object": "Row"})
        object.__setattr__(self, "__dict__", {"__fields__": value})

    def __reduce__(self) -> Any:
        if hasattr(self, "__fields__"):
            return (_create_row, (self.__fields__, tuple(self)))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            return "Row(%s)" % ", ".join(f"{name}={value!r}" for name, value in zip(self.__fields__, tuple(self)))
        return "<Row(%s)>" % ", ".join(repr(value) for value in self)


Row.__module__ = "roost.sql.types"


def _create_row(fields: Any, values: Sequence[Any]) -> Row:
    """A row with these names and values; the way back from a pickle, too."""
    row = tuple.__new__(Row, values)
    row.__fields__ = fields
    return row
