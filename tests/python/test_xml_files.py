# SPDX-License-Identifier: Apache-2.0
"""XML files: records by rowTag, what malformed ones become, and files that come back as they were written."""

import gzip

import pytest
from roost.errors import AnalysisException, SparkException

DOCUMENT = """<?xml version="1.0"?>
<rows><row id="1"><a>1</a></row>
<!-- <row id="9"/> -->
<row id="2"><a>x</a><b>q</b><row id="3"/></row></rows>"""


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(DOCUMENT)
    return str(path)


def test_records_are_the_outermost_elements_of_the_row_tag(spark, document):
    frame = spark.read.xml(document, rowTag="row")
    assert frame.schema.simpleString() == "struct<_id:bigint,a:string,b:string,row:struct<_id:bigint>>"
    assert [tuple(row) for row in frame.select("_id", "a", "row._id").collect()] == [(1, "1", None), (2, "x", 3)]


def test_the_row_tag_is_required(spark, document):
    with pytest.raises(AnalysisException, match="XML_ROW_TAG_MISSING"):
        spark.read.xml(document)
    with pytest.raises(AnalysisException, match="XML_ROW_TAG_MISSING"):
        spark.range(1).write.format("xml").save(document + ".out")


def test_values_that_do_not_fit_make_a_record_corrupt(spark, document):
    read = spark.read.option("rowTag", "row").schema("_id INT, a INT, _corrupt_record STRING")
    rows = [tuple(row) for row in read.xml(document).collect()]
    assert rows == [(1, 1, None), (2, None, DOCUMENT), (3, None, None)]  # reading goes on inside of it
    dropped = spark.read.schema("_id INT, a INT").xml(document, rowTag="row", mode="DROPMALFORMED")
    assert [tuple(row) for row in dropped.collect()] == [(1, 1), (3, None)]
    with pytest.raises(SparkException, match="FAILED_READ_FILE"):
        spark.read.schema("_id INT, a INT").xml(document, rowTag="row", mode="FAILFAST").collect()


def test_malformed_text_ends_the_file(spark, tmp_path):
    text = "<rows><row><a>1</a></row><row><a>2</b></row><row><a>3</a></row></rows>"
    (tmp_path / "b.xml").write_text(text)
    rows = spark.read.xml(str(tmp_path / "b.xml"), rowTag="row").collect()
    assert [tuple(row) for row in rows] == [(None, 1), (text, None)]


def test_a_record_may_be_a_variant(spark, document):
    frame = spark.read.option("singleVariantColumn", "v").xml(document, rowTag="row")
    assert frame.selectExpr("variant_get(v, '$._id', 'int')").collect()[1] == (2,)


def test_written_files_read_back(spark, tmp_path):
    rows = "SELECT 1 AS a, array(1, 2) AS b, named_struct('_x', 1, 'y', 'z') AS c UNION ALL SELECT 2, array(3), NULL"
    path = str(tmp_path / "out")
    spark.sql(rows).coalesce(1).write.format("xml").option("rowTag", "r").option("compression", "gzip").save(path)
    (file,) = (tmp_path / "out").glob("part-*.xml.gz")
    assert gzip.decompress(file.read_bytes()).decode().startswith(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ROWS>\n    <r>\n        <a>1</a>\n')
    back = spark.read.xml(path, rowTag="r", schema="a INT, b ARRAY<INT>, c STRUCT<_x: INT, y: STRING>")
    assert back.orderBy("a").collect() == spark.sql(rows).orderBy("a").collect()


def test_tables_may_be_xml(spark):
    spark.sql("CREATE TABLE xml_rows (a INT, b STRING) USING xml OPTIONS (rowTag 'r')")
    spark.sql("INSERT INTO xml_rows VALUES (1, 'x'), (2, NULL)")
    assert spark.sql("SELECT * FROM xml_rows ORDER BY a").collect() == [(1, "x"), (2, None)]
