# SPDX-License-Identifier: Apache-2.0
"""Data sources that a program brings."""

import pytest

from roost.errors import AnalysisException, PythonException
from roost.sql import Row
from roost.sql.datasource import (
    DataSource,
    DataSourceArrowWriter,
    DataSourceReader,
    DataSourceWriter,
    InputPartition,
    WriterCommitMessage,
)


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


class Written(WriterCommitMessage):
    def __init__(self, rows):
        self.rows = rows


class PairsWriter(DataSourceWriter):
    def __init__(self, overwrite):
        self.overwrite = overwrite

    def write(self, iterator):
        return Written([tuple(row) for row in iterator])

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
        sources.format("Pushing").load().collect()
    spark.conf.set("spark.sql.python.filterPushdown.enabled", True)
    assert sources.format("Pushing").load().filter("i > 0").collect() == [(1,)]


def test_rows_are_handed_to_the_writer(spark, sources):
    df = spark.createDataFrame([(1, "x")], "i int, s string")
    df.write.format("Pairs").mode("overwrite").save()
    overwrite, messages = Pairs.written
    assert overwrite and [message.rows for message in messages] == [[(1, "x")]]
    with pytest.raises(AnalysisException) as refused:
        df.write.format("Pairs").save()
    assert refused.value.getCondition() == "UNSUPPORTED_DATA_SOURCE_SAVE_MODE"
    assert refused.value.getSqlState() == "0A000"


def source_of(spark, rows, schema="i int", partitions=None, writer=None):
    """A source that reads the rows, registered and reached as `format("Given")`."""

    class Reader(DataSourceReader):
        def read(self, partition):
            yield from rows() if callable(rows) else rows

    if partitions is not None:
        Reader.partitions = lambda self: partitions

    class Given(DataSource):
        def schema(self):
            return schema

        def reader(self, schema):
            return Reader()

        def writer(self, schema, overwrite):
            return writer

    spark.dataSource.register(Given)
    return spark.read.format("Given")


def test_rows_are_read_when_a_query_wants_them(spark):
    reads = []

    def rows():
        reads.append(1)
        return [(len(reads),)]

    frame = source_of(spark, rows).load()
    assert reads == [] and frame.collect() == [(1,)] and frame.collect() == [(2,)]
    failing = source_of(spark, lambda: 1 // 0).load()
    with pytest.raises(PythonException, match="ZeroDivisionError"):
        failing.count()


def test_values_are_converted_as_arrow_does(spark):
    assert source_of(spark, [(5,)], "a string").load().collect() == [("5",)]
    assert source_of(spark, [(5,)], "a double").load().collect() == [(5.0,)]
    for value, kind in (("a", "int"), (True, "int"), (2**40, "int"), ("5", "boolean")):
        with pytest.raises(PythonException):
            source_of(spark, [(value,)], f"a {kind}").load().collect()


def test_forms_of_rows(spark):
    pa = pytest.importorskip("pyarrow")
    assert source_of(spark, [Row(b=2, a=1)], "a int, b int").load().collect() == [(1, 2)]
    batch = pa.RecordBatch.from_pydict({"b": pa.array([1, 2], pa.int32()), "a": pa.array([3, 4], pa.int32())})
    assert source_of(spark, [batch, batch], "a int, b int").load().collect() == [(1, 3), (2, 4)] * 2
    for row, condition in ((Row(x=1), "RETURN_SCHEMA_MISMATCH"), ((), "RETURN_SCHEMA_MISMATCH"), (1, "INVALID_RETURN_TYPE"),
                           (batch, "RETURN_SCHEMA_MISMATCH"), ({"i": 1}, "INVALID_RETURN_TYPE")):
        with pytest.raises(PythonException, match=f"DATA_SOURCE_{condition}"):
            source_of(spark, [row]).load().collect()


def test_partitions_are_a_list_of_partitions(spark):
    assert source_of(spark, [(1,)], partitions=[]).load().collect() == [(1,)]
    for partitions in (5, [1, 2], [InputPartition(1), 5]):
        with pytest.raises(AnalysisException, match="(?s)Failed to generate Python data source read partitions.*TYPE_MISMATCH"):
            source_of(spark, [(1,)], partitions=partitions).load().collect()


def test_paths_are_options(spark):
    class Told(DataSource):
        def schema(self):
            return "told string"

        def reader(self, schema):
            told = str(dict(self.options))

            class Reader(DataSourceReader):
                def read(self, partition):
                    yield (told,)

            return Reader()

    spark.dataSource.register(Told)
    assert spark.read.format("told").load("/a").first().told == "{'path': '/a'}"
    assert spark.read.format("told").load(["/a", "/b"]).first().told == """{'paths': '["/a","/b"]'}"""


def test_writers_that_fail(spark):
    class Failing(DataSourceWriter):
        def write(self, iterator):
            raise ValueError(len(list(iterator)))

        def abort(self, messages):
            self.aborted = messages

    class Arrow(DataSourceArrowWriter):
        def write(self, iterator):
            self.rows = sum(batch.num_rows for batch in iterator)
            return WriterCommitMessage()

    failing, arrow = Failing(), Arrow()
    source_of(spark, [], writer=failing)
    with pytest.raises(PythonException, match="ValueError: 2"):
        spark.range(2).write.format("Given").mode("append").save()
    assert failing.aborted == [None]
    source_of(spark, [], writer=arrow)
    pytest.importorskip("pyarrow")
    spark.range(3).write.format("Given").mode("append").save()
    assert arrow.rows == 3
    source_of(spark, [], writer=5)
    with pytest.raises(AnalysisException, match="(?s)Failed to initialize Python data source writer.*DATA_SOURCE_TYPE_MISMATCH"):
        spark.range(3).write.format("Given").mode("append").save()
