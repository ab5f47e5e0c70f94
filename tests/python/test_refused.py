# SPDX-License-Identifier: Apache-2.0
"""PySpark's modules that roost does not have: importable, and refused where they are used."""

import subprocess
import sys
import textwrap

import pytest

import roost
from roost.errors import PySparkNotImplementedError, UnsupportedOperationException


@pytest.fixture
def pyspark():
    roost.install_as_pyspark()
    import pyspark

    yield pyspark
    roost.uninstall_as_pyspark()


def test_every_name_of_the_table_can_be_imported():
    code = """
        import importlib
        import roost
        from roost.refused import _table
        roost.install_as_pyspark()
        for module, entries in _table().items():
            for name in entries:
                getattr(importlib.import_module(module), name)
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_imports_and_isinstance_work(pyspark):
    import importlib.util
    from abc import ABC

    import pyspark.ml
    import pyspark.pandas as ps
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql.connect.dataframe import DataFrame as ConnectDataFrame
    from pyspark.sql.streaming import StreamingQuery

    assert not isinstance(1, (ps.DataFrame, ps.Series, StreamingQuery)) and isinstance(ConnectDataFrame, type)
    assert issubclass(VectorAssembler, pyspark.ml.Transformer) and VectorAssembler.__module__ == "pyspark.ml.feature"
    assert pyspark.ml.feature.VectorAssembler is VectorAssembler and "Series" in dir(ps)
    assert importlib.util.find_spec("pyspark.pandas").name == "pyspark.pandas"

    class Step(pyspark.ml.Transformer, ABC):
        pass

    def typed(frame: ps.DataFrame[int, str]) -> ps.Series[int]:
        raise AssertionError

    with pytest.raises(PySparkNotImplementedError):
        Step()
    with pytest.raises(ModuleNotFoundError):
        import pyspark.nonsense  # noqa: F401


def test_use_is_refused_with_advice(pyspark):
    import pyspark.pandas as ps
    from pyspark.ml.linalg import Vectors

    for use in (lambda: ps.DataFrame({"a": [1]}), lambda: ps.read_csv("file"), lambda: ps.options.display):
        with pytest.raises(PySparkNotImplementedError, match=r"\[NOT_IMPLEMENTED\] pyspark.pandas.*toPandas") as raised:
            use()
        assert raised.value.getCondition() == "NOT_IMPLEMENTED"
    with pytest.raises(PySparkNotImplementedError, match="Vectors.dense"):
        Vectors.dense([1.0])
    assert not hasattr(Vectors, "nothing")


def test_mocks_know_the_members(pyspark):
    from unittest.mock import Mock

    from pyspark.sql.streaming import StreamingQuery

    query = Mock(spec=StreamingQuery)
    query.stop.side_effect = ValueError
    assert isinstance(query, StreamingQuery) and not hasattr(query, "nothing")


def test_methods_that_lead_there_are_refused(spark):
    frame = spark.range(1)
    for use in (lambda: frame.pandas_api(), lambda: spark.readStream, lambda: spark.streams):
        with pytest.raises(PySparkNotImplementedError, match="is not implemented. "):
            use()


def test_extensions_of_refused_classes_are_taken(pyspark):
    from pyspark.pandas.extensions import register_dataframe_accessor

    @register_dataframe_accessor("geo")
    class Accessor:
        pass

    assert isinstance(Accessor, type)


def test_modules_hand_on_what_pysparks_import(pyspark):
    from pyspark.sql.dataframe import Column, DataFrame
    from pyspark.sql.functions import StringType
    from pyspark.sql.session import DataFrameReader, SparkConf
    from pyspark.sql.types import PySparkTypeError
    from pyspark.util import VersionUtils, is_remote_only

    import roost.sql

    assert Column is roost.sql.Column and DataFrame is roost.sql.DataFrame and StringType is roost.sql.types.StringType
    assert DataFrameReader is roost.sql.DataFrameReader and SparkConf is roost.SparkConf
    assert PySparkTypeError is roost.errors.PySparkTypeError
    assert not is_remote_only() and VersionUtils.majorMinorVersion("4.1.1") == (4, 1)
    from pyspark.errors.exceptions import captured
    from pyspark.sql.connect import dataframe

    from pyspark.ml import param
    from pyspark.ml.param.shared import HasInputCol, Param, TypeConverters

    assert (Param, TypeConverters) == (param.Param, param.TypeConverters) and issubclass(HasInputCol, param.Params)
    assert captured.AnalysisException is roost.errors.AnalysisException and dataframe.DataFrame is DataFrame
    with pytest.raises(ImportError):
        from pyspark.sql.dataframe import nothing  # noqa: F401


def test_jdbc_is_refused_with_advice(spark):
    uses = [
        lambda: spark.read.jdbc("jdbc:postgresql://host/db", "t"),
        lambda: spark.range(1).write.jdbc("jdbc:postgresql://host/db", "t"),
        lambda: spark.range(1).write.format("jdbc").option("url", "x").save(),
        lambda: spark.sql("CREATE TABLE t USING jdbc OPTIONS (url 'x', dbtable 't')"),
    ]
    for use in uses:
        with pytest.raises(UnsupportedOperationException, match="Python driver .* createDataFrame"):
            use()
