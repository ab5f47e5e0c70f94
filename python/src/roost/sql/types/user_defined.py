# SPDX-License-Identifier: Apache-2.0
"""Classes of the user's as types."""

from __future__ import annotations

from weakref import WeakValueDictionary

from roost.sql.types.base import DataType, _left_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


_called: WeakValueDictionary = WeakValueDictionary()


def _pickled(cls: type) -> str:
    """A class as pickle has it; empty for one that it cannot find, which is found by its name in this process."""
    import base64
    import pickle

    try:
        return base64.b64encode(pickle.dumps(cls)).decode("utf8")
    except (pickle.PicklingError, AttributeError):
        return ""


class UserDefinedType(DataType):
    """A class of the user's that is stored as another type.

    A subclass says what it is stored as (`sqlType`), where it is found (`module`) and how values
    are turned into that and back (`serialize`, `deserialize`).
    """

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """The type that values are stored as."""
        raise _left_out("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The Python module that defines the type."""
        raise _left_out("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """Name of a paired Scala class; empty when there is none."""
        return ""

    def needConversion(self) -> bool:
        return True

    @classmethod
    def _cachedSqlType(cls) -> DataType:
        if "_cached_sql_type" not in cls.__dict__:
            cls._cached_sql_type = cls.sqlType()
        return cls._cached_sql_type

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self._cachedSqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        value = self._cachedSqlType().fromInternal(obj)
        return None if value is None else self.deserialize(value)

    def serialize(self, obj: Any) -> Any:
        """The value as `sqlType` stores it."""
        raise _left_out("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """The value again."""
        raise _left_out("fromInternal()")

    def simpleString(self) -> str:
        return "udt"

    def _python_class(self) -> str:
        """What the class is called in schemas; it is found by this name while it lives, wherever it says it is."""
        name = f"{self.module()}.{type(self).__name__}"
        _called[name] = type(self)
        return name

    def jsonValue(self) -> Dict[str, Any]:
        found = {
            "type": "udt",
            "pyClass": self._python_class(),
            "sqlType": self.sqlType().jsonValue(),
        }
        if self.scalaUDT():
            assert self.module() != "__main__", "UDT in __main__ cannot work with ScalaUDT"
            found["class"] = self.scalaUDT()
        else:
            found["serializedClass"] = _pickled(type(self))
        return found

    @classmethod
    def fromJson(cls, json: Dict[str, Any]) -> UserDefinedType:
        """Find the class that `jsonValue` named."""
        import importlib

        module, _, name = str(json["pyClass"]).rpartition(".")
        found = _called.get(json["pyClass"]) or getattr(importlib.import_module(module), name, None)
        if found is None:
            import base64
            import pickle

            found = pickle.loads(base64.b64decode(json["serializedClass"]))
        return found()

    def __eq__(self, other: Any) -> bool:
        return type(self) is type(other)

    __hash__ = DataType.__hash__
