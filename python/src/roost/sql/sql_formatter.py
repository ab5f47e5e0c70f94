# SPDX-License-Identifier: Apache-2.0
"""``spark.sql("... {df} ...", df=df)``: names in braces in a query."""

from __future__ import annotations

import string

from roost.errors.base import PySparkValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Sequence, Tuple

    from roost.sql.dataframe import DataFrame

_ATTRIBUTE = 2


class _Formatter(string.Formatter):
    """Puts names of views for DataFrames, names for columns, and literals for texts."""

    def __init__(self) -> None:
        self.views: List[Tuple[DataFrame, str]] = []

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        value, first = super().get_field(field_name, args, kwargs)
        return self._text(value, field_name), first

    def _text(self, value: Any, field_name: str) -> Any:
        from roost.sql.column import Column
        from roost.sql.dataframe import DataFrame

        if isinstance(value, Column):
            return _plain_name(value, field_name)
        if isinstance(value, DataFrame):
            for frame, name in self.views:
                if frame is value:
                    return name
            name = f"_roost_view_{len(self.views)}_{value._plan_id}"
            self.views.append((value, name))
            return name
        if isinstance(value, str):
            return _literal(value)
        return value


def _plain_name(column: Any, field_name: str) -> str:
    from roost._core import unpack

    field, body = unpack(column._bytes)[0]
    if field != _ATTRIBUTE:
        raise PySparkValueError(
            errorClass="VALUE_NOT_PLAIN_COLUMN_REFERENCE",
            messageParameters={"val": str(column), "field_name": field_name},
        )
    return dict(unpack(body))[1].decode()


def _literal(text: str) -> str:
    """A text as SQL writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def format_query(text: str, values: Dict[str, Any]) -> Tuple[str, List[Tuple[DataFrame, str]]]:
    """The query with names filled in, and the views that it uses."""
    formatter = _Formatter()
    return formatter.vformat(text, (), values), formatter.views
