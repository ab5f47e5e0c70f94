# SPDX-License-Identifier: Apache-2.0
"""SQL and DataFrames, as ``pyspark.sql`` has them.

Names are imported when they are first asked for, so that ``from roost.sql import SparkSession``
costs a few milliseconds.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from roost.sql.catalog import Catalog as Catalog
    from roost.sql.cogroup import PandasCogroupedOps as PandasCogroupedOps
    from roost.sql.column import Column as Column
    from roost.sql.context import HiveContext as HiveContext
    from roost.sql.context import SQLContext as SQLContext
    from roost.sql.dataframe import DataFrame as DataFrame
    from roost.sql.dataframe import DataFrameNaFunctions as DataFrameNaFunctions
    from roost.sql.dataframe import DataFrameStatFunctions as DataFrameStatFunctions
    from roost.sql.group import GroupedData as GroupedData
    from roost.sql.merge import MergeIntoWriter as MergeIntoWriter
    from roost.sql.observation import Observation as Observation
    from roost.sql.readwriter import DataFrameReader as DataFrameReader
    from roost.sql.readwriter import DataFrameWriter as DataFrameWriter
    from roost.sql.readwriter import DataFrameWriterV2 as DataFrameWriterV2
    from roost.sql.session import SparkSession as SparkSession
    from roost.sql.types import Geography as Geography
    from roost.sql.types import Geometry as Geometry
    from roost.sql.types import Row as Row
    from roost.sql.udf import UDFRegistration as UDFRegistration
    from roost.sql.udtf import UDTFRegistration as UDTFRegistration
    from roost.sql.utils import is_remote as is_remote
    from roost.sql.variant import VariantVal as VariantVal
    from roost.sql.window import Window as Window
    from roost.sql.window import WindowSpec as WindowSpec

_HOMES = {
    "SparkSession": "session",
    "SQLContext": "context",
    "HiveContext": "context",
    "UDFRegistration": "udf",
    "UDTFRegistration": "udtf",
    "DataFrame": "dataframe",
    "GroupedData": "group",
    "Column": "column",
    "Catalog": "catalog",
    "Observation": "observation",
    "Row": "types",
    "DataFrameNaFunctions": "dataframe",
    "DataFrameStatFunctions": "dataframe",
    "VariantVal": "variant",
    "Geography": "types",
    "Geometry": "types",
    "Window": "window",
    "WindowSpec": "window",
    "DataFrameReader": "readwriter",
    "DataFrameWriter": "readwriter",
    "DataFrameWriterV2": "readwriter",
    "MergeIntoWriter": "merge",
    "PandasCogroupedOps": "cogroup",
    "is_remote": "utils",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOMES.get(name)
    if home is None:
        # Submodules are found as attributes, as if they had been imported here.
        try:
            return import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def preload() -> None:
    """Imports what every query needs, so that the children of later forks find it there.

    A forked child that is the first to use a module imports it for itself alone: under pytest-forked
    once more for every test.
    """
    from importlib import import_module

    for name in ("session", "dataframe", "functions", "types", "ingest", "window"):
        import_module(f"{__name__}.{name}")


def __dir__() -> list:
    return sorted({*globals(), *_HOMES})
