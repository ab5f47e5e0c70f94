# SPDX-License-Identifier: Apache-2.0
"""``df._jdf`` and ``column._jc``: the texts and facts that Java's Dataset and Column know."""

from __future__ import annotations

from roost.jvm.base import JavaObject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from roost.sql.column import Column
    from roost.sql.dataframe import DataFrame

__all__ = ["JavaColumn", "JavaFrame", "JavaType"]


def _java_text(data_type: Any) -> str:
    """A type as Java's toString writes it."""
    from roost.sql import types as t

    if isinstance(data_type, t.StructType):
        fields = (
            f"StructField({field.name},{_java_text(field.dataType)},{str(field.nullable).lower()})"
            for field in data_type.fields
        )
        return f"StructType({','.join(fields)})"
    if isinstance(data_type, t.ArrayType):
        return f"ArrayType({_java_text(data_type.elementType)},{str(data_type.containsNull).lower()})"
    if isinstance(data_type, t.MapType):
        types = f"{_java_text(data_type.keyType)},{_java_text(data_type.valueType)}"
        return f"MapType({types},{str(data_type.valueContainsNull).lower()})"
    return str(data_type).removesuffix("()")


class JavaType(JavaObject):
    """A data type; a StructType has the names and texts of its fields too."""

    _name = "_jdf.schema()"

    def __init__(self, data_type: Any) -> None:
        self._type = data_type

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JavaType) and self._type == other._type

    def __hash__(self) -> int:
        return hash(self._type)

    def __str__(self) -> str:
        return _java_text(self._type)

    def json(self) -> str:
        """The type as JSON, with Java's order of names."""
        from json import dumps

        return dumps(self._type.jsonValue(), separators=(",", ":"))

    def simpleString(self) -> str:
        """The type as SQL writes it."""
        return self._type.simpleString()

    catalogString = simpleString

    def sql(self) -> str:
        """The type as SQL writes it, in capitals."""
        return self._type.simpleString().upper()

    def typeName(self) -> str:
        """The type's name alone."""
        return self._type.typeName()

    def toDDL(self) -> str:
        """The fields as CREATE TABLE writes them."""
        return self._type.toDDL()

    def treeString(self) -> str:
        """The fields as a tree."""
        return self._type.treeString()

    def fieldNames(self) -> List[str]:
        """The fields' names."""
        return self._type.fieldNames()

    names = fieldNames

    def size(self) -> int:
        """How many fields there are."""
        return len(self._type.fields)

    length = size


class _Statistics(JavaObject):
    """What is estimated of a plan."""

    _name = "_jdf.queryExecution().optimizedPlan().stats()"


class _Plan(JavaObject):
    """One stage of a query's plan, as text."""

    _name = "_jdf.queryExecution().plan"

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text + "\n"

    treeString = JavaObject.toString

    def numberedTreeString(self) -> str:
        """The plan with numbers before its lines."""
        return "\n".join(f"{number:02d} {line}" for number, line in enumerate(self._text.splitlines()))

    def nodeName(self) -> str:
        """The uppermost operator."""
        return self._text.lstrip("'*").split(" ", 1)[0].split("\n", 1)[0]

    def stats(self) -> _Statistics:
        """Estimates; none is told."""
        return _Statistics()


class _QueryExecution(JavaObject):
    """The stages of a query's plan."""

    _name = "_jdf.queryExecution()"

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __str__(self) -> str:
        return self._frame._explain_string(True)

    def simpleString(self) -> str:
        """The plan that runs."""
        return self._frame._explain_string(False)

    def explainString(self, mode: Any) -> str:
        """What `explain` prints."""
        return self._frame._explain_string(mode=str(mode))

    def _stages(self) -> Dict[str, str]:
        stages: Dict[str, str] = {}
        for part in self._frame._explain_string(True).split("== ")[1:]:
            name, _, text = part.partition(" ==\n")
            stages[name] = text.rstrip("\n")
        return stages

    def logical(self) -> _Plan:
        """The plan before names are resolved."""
        return _Plan(self._stages()["Parsed Logical Plan"])

    def analyzed(self) -> _Plan:
        """The plan with names and types resolved."""
        return _Plan(self._stages()["Analyzed Logical Plan"].partition("\n")[2])

    def optimizedPlan(self) -> _Plan:
        """The plan after optimization."""
        return _Plan(self._stages()["Optimized Logical Plan"])

    def executedPlan(self) -> _Plan:
        """The plan that runs."""
        return _Plan(self._stages()["Physical Plan"])

    sparkPlan = executedPlan


class JavaFrame(JavaObject):
    """A DataFrame's ``_jdf``; ``DataFrame(df._jdf, df.sparkSession)`` is the DataFrame again."""

    _name = "_jdf"

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame

    def __str__(self) -> str:
        return repr(self._frame)[len("DataFrame") :]

    def schema(self) -> JavaType:
        """The columns and their types."""
        return JavaType(self._frame.schema)

    def columns(self) -> List[str]:
        """The columns' names."""
        return self._frame.columns

    def count(self) -> int:
        """How many rows there are."""
        return self._frame.count()

    def isEmpty(self) -> bool:
        """Whether there are no rows."""
        return self._frame.isEmpty()

    def isLocal(self) -> bool:
        """Whether the rows are at hand without a query."""
        return self._frame.isLocal()

    def isStreaming(self) -> bool:
        """Whether rows keep coming; never."""
        return False

    def showString(self, n: int, truncate: int, vertical: bool) -> str:
        """What `show` prints."""
        return self._frame._show_string(n, truncate, vertical)

    def queryExecution(self) -> _QueryExecution:
        """The stages of the plan."""
        return _QueryExecution(self._frame)

    def semanticHash(self) -> int:
        """A number that is equal for plans that do the same."""
        return self._frame.semanticHash()

    def sameSemantics(self, other: JavaFrame) -> bool:
        """Whether both plans are the same but for names."""
        return self._frame.sameSemantics(other._frame)

    def inputFiles(self) -> List[str]:
        """The files that the rows are read from."""
        return self._frame.inputFiles()

    def createOrReplaceTempView(self, name: str) -> None:
        """Give the query a name."""
        self._frame.createOrReplaceTempView(name)


class JavaColumn(JavaObject):
    """A column's ``_jc``: its text."""

    _name = "_jc"

    def __init__(self, column: Column) -> None:
        self._column = column

    def __str__(self) -> str:
        return repr(self._column)[len("Column<'") : -len("'>")]
