# SPDX-License-Identifier: Apache-2.0
"""Data sources that a program brings."""

import pytest

from roost.errors import AnalysisException, PythonException
from roost.sql import Row
from roost.sql.datasource import DataSource, DataSourceReader, DataSourceWriter, InputPartition


class Pairs(DataSource):
    written = None

    def schema(self):
        return "i int, s string"

    def reader(self, schema):
        return PairsReader(int(self.options.get("width", 2)))

    def writer(self, schema, overwrite):
        return PairsWriter(overwrite)


class PairsReader(DataSourceReader):
    def __init__(self, width):
        self.width = width

    def partitions(self):
        return [InputPartition(i) for i in range(2)]

    def read(self, partition):
        yield (partition.value, "a", None)[: self.width]
        yield Row(s=None, i=partition.value + 10) if self.width == 2 else (1, "b", 2)


class PairsWriter(DataSourceWriter):
    def __init__(self, overwrite):
        self.overwrite = overwrite

    def write(self, iterator):
        return [tuple(row) for row in iterator]

    def commit(self, messages):
        Pairs.written = (self.overwrite, messages)


class Bare(DataSource):
    pass


class Pushing(DataSource):
    def schema(self):
        return "i int"

    def reader(self, schema):
        class Reader(DataSourceReader):
            def pushFilters(self, filters):
                return filters

            def read(self, partition):
                yield (1,)

        return Reader()


@pytest.fixture
def sources(spark):
    for source in (Pairs, Bare, Pushing):
        spark.dataSource.register(source)
    return spark.read


def test_rows_of_all_partitions(sources):
    rows = sources.format("pairs").load().collect()
    assert rows == [(0, "a"), (10, None), (1, "a"), (11, None)]


def test_rows_of_another_width(sources):
    with pytest.raises(PythonException, match="DATA_SOURCE_RETURN_SCHEMA_MISMATCH.* Expected: 2 columns, Found: 3"):
        sources.format("Pairs").option("width", 3).load().collect()


def test_what_a_source_does_not_do(spark, sources):
    with pytest.raises(AnalysisException, match="Failed to create Python data source instance") as refused:
        sources.format("Bare").load()
    assert refused.value.getCondition() == "PYTHON_DATA_SOURCE_ERROR" and refused.value.getSqlState() == "38000"
    with pytest.raises(AnalysisException, match="Failed to initialize Python data source writer"):
        spark.range(1).write.format("Bare").mode("append").save()


def test_filters_are_pushed_only_where_that_is_asked_for(spark, sources):
    with pytest.raises(AnalysisException, match="DATA_SOURCE_PUSHDOWN_DISABLED"):
        sources.format("Pushing").load()
    spark.conf.set("spark.sql.python.filterPushdown.enabled", True)
    assert sources.format("Pushing").load().filter("i > 0").collect() == [(1,)]


def test_rows_are_handed_to_the_writer(spark, sources):
    df = spark.createDataFrame([(1, "x")], "i int, s string")
    df.write.format("Pairs").mode("overwrite").save()
    assert Pairs.written == (True, [[(1, "x")]])
    with pytest.raises(AnalysisException) as refused:
        df.write.format("Pairs").save()
    assert refused.value.getCondition() == "UNSUPPORTED_DATA_SOURCE_SAVE_MODE"
    assert refused.value.getSqlState() == "0A000"
