# SPDX-License-Identifier: Apache-2.0
"""What all data types share, and the kinds that they are divided into."""

from __future__ import annotations

from roost.errors.base import PySparkNotImplementedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Union


class DataType:
    """Root of all data types."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __ne__(self, other: Any) -> bool:
        return not self.__eq__(other)

    @classmethod
    def typeName(cls) -> str:
        """The name of this kind of type: ``integer``, ``array``."""
        return cls.__name__[:-4].lower()

    def simpleString(self) -> str:
        """The type as SQL writes it."""
        return self.typeName()

    def jsonValue(self) -> Union[str, Dict[str, Any]]:
        """The type as plain Python values, ready for JSON."""
        return self.typeName()

    def json(self) -> str:
        """The type as Spark's JSON."""
        import json

        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether Python values of this type differ from Spark's internal ones."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """The internal value of a Python value."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """The Python value of an internal value."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """Read a type from SQL text; a list of columns gives a struct.

        Parameters
        ----------
        ddl : str
            such as ``"decimal(10,2)"`` or ``"id bigint, name string"``

        Raises
        ------
        ParseException
            when the text is no type
        """
        from roost.sql.types.parse import _parse_datatype_string

        return _parse_datatype_string(ddl)

    def _as_nullable(self) -> DataType:
        return self

    def _tree_name(self) -> str:
        """How printSchema names the type."""
        return self.typeName()

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        """The lines of printSchema below this type, `depth` levels at most."""
        return iter(())


class DataTypeSingleton(type):
    """Metaclass of types without parameters: there is one object of each."""

    _instances: Dict[type, DataType] = {}

    def __call__(cls) -> Any:
        found = cls._instances.get(cls)
        if found is None:
            found = cls._instances[cls] = super().__call__()
        return found


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of None alone."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """Types that are not made of others."""


class NumericType(AtomicType):
    """Numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """Whole numbers."""


class FractionalType(NumericType):
    """Numbers with a fraction."""


class _WithoutPythonValue(DataType):
    """Types whose values Python has no class for."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{type(self).__name__}.toInternal"}
        )

    def fromInternal(self, obj: Any) -> Any:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{type(self).__name__}.fromInternal"}
        )


def _left_out(what: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(errorClass="NOT_IMPLEMENTED", messageParameters={"feature": what})
