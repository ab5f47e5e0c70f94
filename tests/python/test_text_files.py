# SPDX-License-Identifier: Apache-2.0
"""CSV and JSON files: what options do to them, and what malformed records become."""

import bz2
import gzip
import os

import pytest
from roost.errors import (
    AnalysisException,
    IllegalArgumentException,
    ParseException,
    SparkException,
    SparkRuntimeException,
    UnsupportedOperationException,
)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "file"
        path.write_text(text)
        return str(path)

    return write


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def test_json_records_end_where_line_sep_says(spark, file):
    assert rows(spark.read.json(file('{"a":1};{"a":2}'), lineSep=";")) == [(1,), (2,)]


def test_a_json_record_may_be_a_variant(spark, file):
    frame = spark.read.option("singleVariantColumn", "v").json(file('{"a":1}\n{"b":[2]}'))
    assert rows(frame.selectExpr("CAST(v AS STRING)")) == [('{"a":1}',), ('{"b":[2]}',)]


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1,"A":2}'])
def test_inferred_columns_must_differ(spark, file, text):
    with pytest.raises(AnalysisException, match="COLUMN_ALREADY_EXISTS"):
        spark.read.json(file(text))


def test_what_fits_of_a_json_record_is_kept(spark, file):
    path = file('{"a":"x","b":{"c":1,"d":"y"},"e":[1,"z"]}')
    schema = "a INT, b STRUCT<c: INT, d: INT>, e ARRAY<INT>"
    assert rows(spark.read.schema(schema).json(path)) == [(None, (1, None), None)]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_failfast_fails_when_rows_are_read(spark, file, kind):
    frame = spark.read.schema("a INT").format(kind).option("mode", "FAILFAST").load(file("x\n"))
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT"):
        frame.collect()


def test_the_corrupt_column_alone_is_no_query(spark, file):
    frame = spark.read.schema("a INT, _corrupt_record STRING").csv(file("x\n"))
    assert rows(frame) == [(None, "x")]
    with pytest.raises(AnalysisException, match="QUERY_ONLY_CORRUPT_RECORD_COLUMN"):
        frame.select("_corrupt_record").collect()


def test_a_header_may_have_to_name_the_schema(spark, file):
    path = file("a,b\n1,2\n")
    read = spark.read.option("header", True).option("enforceSchema", False)
    assert rows(read.schema("A INT, b INT").csv(path)) == [(1, 2)]
    with pytest.raises(SparkException, match="FAILED_READ_FILE"):
        read.schema("a INT, x INT").csv(path).collect()


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [("gzip", ".gz"), ("deflate", ".deflate"), ("bzip2", ".bz2"), ("snappy", ".snappy"), ("lz4", ".lz4"), ("none", "")])
@pytest.mark.parametrize("kind", ["csv", "json", "text", "xml"])
def test_what_is_compressed_is_read_by_its_name(spark, tmp_path, kind, codec, suffix):
    made = spark.sql("SELECT concat('row ', id * 7919 % 100003) AS value FROM range(50000)")
    path = str(tmp_path / "out")
    made.coalesce(1).write.format(kind).option("rowTag", "r").option("compression", codec).save(path)
    [part] = (tmp_path / "out").glob("part-*")
    assert part.name.endswith(("txt" if kind == "text" else kind) + suffix)
    read = spark.read.format(kind).schema("value STRING").option("rowTag", "r").load(path)
    assert read.count() == 50000 and read.exceptAll(made).count() == 0


def test_what_other_programs_compress_is_read(spark, tmp_path):
    (tmp_path / "a.json.bz2").write_bytes(bz2.compress(b'{"a":1}\n') + bz2.compress(b'{"a":2}\n'))
    (tmp_path / "b.json.GZ").write_bytes(gzip.compress(b'{"a":3}\n'))
    (tmp_path / "c.json.zst").write_bytes(b"(\xb5/\xfd \x08A\x00\x00{\"a\":4}\n")
    assert sorted(rows(spark.read.json(str(tmp_path)))) == [(1,), (2,), (3,), (4,)]
    (tmp_path / "a.json.bz2").write_bytes(bz2.compress(b'{"a":1}\n' * 1000)[:-9])
    with pytest.raises(SparkException, match="the compressed file is cut short"):
        spark.read.json(str(tmp_path), schema="a INT").collect()


def test_a_codec_that_there_is_not_is_refused(spark, tmp_path):
    with pytest.raises(IllegalArgumentException, match="CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION"):
        spark.range(1).write.option("compression", "zstd").csv(str(tmp_path / "out"))


def test_quote_all_quotes_nulls_too(spark, tmp_path):
    spark.sql("SELECT 1 AS a, CAST(NULL AS STRING) AS b").write.csv(str(tmp_path / "out"), quoteAll=True)
    (part,) = (tmp_path / "out").glob("part-*")
    assert part.read_text() == '"1",""\n'


def test_files_may_be_rows_as_a_whole(spark, tmp_path):
    (tmp_path / "p=1").mkdir()
    (tmp_path / "p=1" / "x.gz").write_bytes(b"\x00\xff")
    frame = spark.read.format("binaryFile").load(str(tmp_path))
    assert frame.columns == ["path", "modificationTime", "length", "content", "p"]
    assert rows(frame.select("path", "length", "content", "p")) == [
        (f"file:{tmp_path}/p=1/x.gz", 2, b"\x00\xff", 1)]


def test_partitions_may_begin_above_the_path(spark, tmp_path):
    (tmp_path / "p=1" / "q=a").mkdir(parents=True)
    (tmp_path / "p=1" / "q=a" / "x.csv").write_text("7\n")
    read = spark.read.schema("v INT")
    assert read.csv(str(tmp_path / "p=1")).columns == ["v", "q"]
    assert rows(read.option("basePath", str(tmp_path)).csv(str(tmp_path / "p=1"))) == [(7, 1, "a")]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-32"])
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_files_have_the_encoding_that_is_asked_for(spark, tmp_path, kind, encoding):
    made = spark.sql("SELECT concat('h\u00e9', id) AS a, repeat('\u00fc', 50) AS b FROM range(5000)")
    options = {"encoding": encoding, "lineSep": "\n"}
    made.coalesce(1).write.format(kind).options(**options).save(str(tmp_path / "out"))
    [part] = (tmp_path / "out").glob("part-*")
    assert "h\u00e917" in part.read_bytes().decode(encoding.replace("UTF-32", "UTF-32-BE"))
    read = spark.read.format(kind).schema("a STRING, b STRING").options(**options).load(str(tmp_path / "out"))
    assert read.exceptAll(made).count() == 0 and read.count() == 5000


def test_bytes_that_are_none_of_the_encoding_are_replaced(spark, tmp_path):
    (tmp_path / "file").write_bytes("a\ud800b\nc\n".encode("utf-16-le", "surrogatepass"))
    assert rows(spark.read.csv(str(tmp_path / "file"), encoding="UTF-16LE")) == [("a\ufffdb",), ("c",)]


def test_json_lines_in_another_encoding_need_their_end(spark, file):
    with pytest.raises(IllegalArgumentException, match="lineSep option must be specified for the UTF-16"):
        spark.read.json(file("{}"), encoding="UTF-16")


def test_files_are_chosen_by_their_age(spark, tmp_path):
    for name, age in (("old", 1_000_000_000), ("new", 1_700_000_000)):
        (tmp_path / name).write_text(f"{name}\n")
        os.utime(tmp_path / name, (age, age))
    assert rows(spark.read.csv(str(tmp_path), "a STRING", modifiedAfter="2020-01-01T00:00:00")) == [("new",)]
    assert rows(spark.read.csv(str(tmp_path), "a STRING", modifiedBefore="2020-01-01T00:00:00")) == [("old",)]
    with pytest.raises(AnalysisException, match="expected format is 'YYYY-MM-DDTHH:mm:ss'"):
        spark.read.csv(str(tmp_path), "a STRING", modifiedBefore="yesterday's")


def test_damaged_and_missing_files_may_be_passed_over(spark, tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(b"no gzip")
    (tmp_path / "b.csv").write_text("good\n")
    read = spark.read.schema("a STRING")
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT"):
        read.csv(str(tmp_path)).collect()
    frame = read.csv(str(tmp_path / "b.csv"))
    assert rows(read.option("ignoreCorruptFiles", True).csv(str(tmp_path))) == [("good",)]
    ignoring = read.option("ignoreMissingFiles", True).csv(str(tmp_path / "b.csv"))
    (tmp_path / "b.csv").unlink()
    with pytest.raises(SparkException, match="FAILED_READ_FILE.FILE_NOT_EXIST"):
        frame.collect()
    assert rows(ignoring) == []


def test_hidden_files_are_not_read_even_by_name(spark, tmp_path):
    (tmp_path / "_data.json").write_text('{"id": 1}\n')
    assert rows(spark.read.schema("id long").json(str(tmp_path / "_data.json"))) == []


def test_a_glob_filter_may_have_alternatives(spark, tmp_path):
    for name in ("a.png", "b.jpg", "c.pdf"):
        (tmp_path / name).write_text("")
    frame = spark.read.format("binaryFile").option("pathGlobFilter", "*.{png,j{pe,p}g}").load(str(tmp_path))
    assert [name.rsplit("/", 1)[1] for name in frame.inputFiles()] == ["a.png", "b.jpg"]


def test_input_files_are_uris_and_told_once(spark, tmp_path):
    (tmp_path / "a b.json").write_text('{"id": 1}\n')
    frame = spark.read.json(str(tmp_path))
    assert frame.union(frame).inputFiles() == [f"file://{tmp_path}/a%20b.json"]


def test_what_comes_behind_a_json_record_is_not_looked_at(spark, file):
    assert rows(spark.read.json(file('{"a":1} x\n{"a":2}{"a":3}\n'))) == [(1,), (2,)]
    assert rows(spark.read.json(file('{\n"a":1}\n{"a":2}'), multiLine=True)) == [(1,)]


@pytest.mark.parametrize("text", ["1", '"s"', "true", "[1]"])
def test_a_json_record_that_is_no_object_is_corrupt(spark, file, text):
    assert rows(spark.read.json(file(text + '\n{"a":2}\n'))) == [(text, None), (None, 2)]


def test_types_come_from_a_sample_of_the_records(spark, file):
    numbers = "\n".join("0.1" if i == 1 else str(i) for i in range(100))
    assert spark.read.csv(file(numbers), inferSchema=True, samplingRatio=0.5).dtypes == [("_c0", "int")]
    assert spark.read.csv(file(numbers), inferSchema=True, samplingRatio=0.9).dtypes == [("_c0", "double")]
    records = "\n".join(f'{{"a":{number}}}' for number in numbers.split("\n"))
    assert spark.read.json(file(records), samplingRatio=0.5).dtypes == [("a", "bigint")]
    with pytest.raises(IllegalArgumentException, match="should be greater than 0"):
        spark.read.json(file(records), samplingRatio=-1.0)


@pytest.mark.parametrize(
    "kind, schema, condition",
    [
        ("text", "x int", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
        ("text", "x string, y string", "_LEGACY_ERROR_TEMP_1290"),
        ("csv", "x array<int>", "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE"),
    ],
)
def test_columns_that_texts_have_not(spark, tmp_path, kind, schema, condition):
    (tmp_path / "a").write_text("a\n")
    with pytest.raises(AnalysisException) as refused:
        spark.read.format(kind).schema(schema).load(str(tmp_path / "a"))
    assert refused.value.getCondition() == condition


def test_a_reader_refuses_a_schema_at_once(spark):
    with pytest.raises(ParseException, match="Syntax error at or near 'nope': extra input 'nope'"):
        spark.read.schema("nope nope nope")


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de", "26 März 2015|März|Mär|Donnerstag|Do."), ("fr-FR", "26 mars 2015|mars|mars|jeudi|jeu."),
     ("ru", "26 марта 2015|мар.|март|четверг|чт"), ("en-US", "26 March 2015|Mar|Mar|Thursday|Thu"),
     ("xx", "26 Mar 2015|Mar|Mar|Thu|Thu")])
def test_dates_are_written_in_the_words_of_a_locale(spark, tmp_path, locale, words):
    frame = spark.sql("SELECT DATE'2015-03-26' AS d")
    options = {"dateFormat": "d MMMM yyyy|MMM|LLL|EEEE|E", "locale": locale}
    frame.write.options(**options).csv(str(tmp_path / "csv"))
    frame.write.options(**options).json(str(tmp_path / "json"))
    assert rows(spark.read.text(str(tmp_path / "csv"))) == [(words,)]
    assert rows(spark.read.text(str(tmp_path / "json"))) == [(f'{{"d":"{words}"}}',)]


@pytest.mark.parametrize(("locale", "text"), [("de", "26 März 2015"), ("ru", "26 марта 2015"), ("ko", "26 3월 2015")])
def test_dates_are_read_in_the_words_of_a_locale(spark, file, locale, text):
    options = {"dateFormat": "d MMMM yyyy", "locale": locale}
    assert rows(spark.read.options(**options).csv(file(text), "d DATE").selectExpr("CAST(d AS STRING)")) == [("2015-03-26",)]
    assert rows(spark.read.schema("d DATE").options(**options).json(file(f'{{"d":"{text}"}}')).selectExpr(
        "CAST(d AS STRING)")) == [("2015-03-26",)]
    assert rows(spark.read.options(**options).csv(file("26 March 2015"), "d DATE")) == [(None,)]


@pytest.mark.parametrize(
    ("locale", "text", "number"),
    [("de-DE", "-1.000,25", "-1000.250"), ("fr-FR", "1000,25", "1000.250"), ("en-GB", "1,000.25", "1000.250"),
     ("de-DE", "1000.25", "100025.000"), ("de-DE", "12,5abc", None), ("de-DE", "+5", None), ("de-DE", "1E3", "1000.000")])
def test_decimals_are_read_as_a_locale_writes_them(spark, file, locale, text, number):
    read = spark.read.options(sep="|", locale=locale).schema("a DECIMAL(10, 3)")
    assert rows(read.csv(file(text)).selectExpr("CAST(a AS STRING)")) == [(number,)]
    assert rows(read.json(file(f'{{"a":"{text}"}}')).selectExpr("CAST(a AS STRING)")) == [(number,)]


def test_strings_that_are_decimals_may_be_inferred_as_such(spark, file):
    read = spark.read.option("prefersDecimal", True)
    assert read.json(file('{"a":"1,000.25","b":"0.001","c":"1E3","d":"x"}')).dtypes == [
        ("a", "decimal(6,2)"), ("b", "string"), ("c", "string"), ("d", "string")]
    assert read.option("locale", "de").json(file('{"a":"1.000,25"}')).dtypes == [("a", "decimal(6,2)")]
    assert spark.read.csv(file("1000.25"), inferSchema=True, locale="de").dtypes == [("_c0", "decimal(6,0)")]


@pytest.mark.parametrize(
    ("text", "options", "row"),
    [
        (r'"a\"b",c', {}, ('a"b', "c")),
        (r'"a\\",c', {}, ("a\\", "c")),
        (r'"a\\",c', {"charToEscapeQuoteEscaping": "|"}, (r'a\",c', None)),
        (r'"a\n",c', {}, (r"a\n", "c")),
        (r'"a\"b"c,d', {}, ('"a"b"c', "d")),
        (r'"a,b"c,d', {}, ('"a,b"c', "d")),
        (r'"a""b"c,d', {}, ('"a""b"c', "d")),
        (r'"a""b"c,d', {"escape": '"'}, ('"a"b"c', "d")),
        (r'"a""",c', {}, ('a""', "c")),
        (r'"a""",c', {"escape": '"'}, ('a"', "c")),
        ('"a"\x0b ,c', {}, ("a", "c")),
        (r'"a" b,c', {}, ('"a" b', "c")),
        (r'"a"b",c', {"unescapedQuoteHandling": "STOP_AT_CLOSING_QUOTE"}, ('a"b', "c")),
        (r'"a"b,c', {"unescapedQuoteHandling": "STOP_AT_CLOSING_QUOTE"}, ('a"b,c', None)),
        (r'"a"b",c', {"unescapedQuoteHandling": "SKIP_VALUE"}, (None, "c")),
        ('"', {}, ('"', None)),
        ('"a', {}, ("a", None)),
    ],
)
def test_quotes_of_csv(spark, file, text, options, row):
    frame = spark.read.schema("a STRING, b STRING")
    assert rows(frame.csv(file(text + "\n"), **options)) == [row]
    if row[1]:
        assert rows(frame.csv(file(text + "\nx,y\n"), multiLine=True, **options)) == [row, ("x", "y")]


@pytest.mark.parametrize("option", [{"unescapedQuoteHandling": "RAISE_ERROR"}, {"maxColumns": 1}, {"maxCharsPerColumn": 2}])
def test_csv_records_that_are_refused_name_their_file(spark, file, option):
    with pytest.raises(SparkException, match="FAILED_READ_FILE.NO_HINT") as refused:
        spark.read.schema("a STRING").csv(file('"x"yz,1\n'), **option).collect()
    assert '"x"yz,1' in str(refused.value)


def test_a_width_limit_is_of_each_field_in_characters(spark, file):
    assert rows(spark.read.csv(file("日本語,é\n"), maxCharsPerColumn=3)) == [("日本語", "é")]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\x0b \x01"])
def test_blank_lines_of_csv(spark, file, blank):
    path = file(f"1\n{blank}\n2\n")
    assert rows(spark.read.csv(path)) == [("1",), ("2",)]
    assert rows(spark.read.csv(path, multiLine=True)) == [("1",), *([(blank,)] if blank else []), ("2",)]


def test_what_is_escaped_in_quotes_is_written_escaped(spark, tmp_path):
    frame = spark.createDataFrame([('a"b\\c,d', "e\\f")], "a STRING, b STRING").coalesce(1)
    for name, options, text in [
        ("default", {}, r'"a\"b\\c,d",e\f'),
        ("other", {"charToEscapeQuoteEscaping": "|"}, r'"a\"b|\c,d",e\f'),
        ("doubled", {"escape": '"'}, r'"a""b\c,d",e\f'),
    ]:
        frame.write.options(**options).csv(str(tmp_path / name))
        assert next((tmp_path / name).glob("part-*")).read_text() == text + "\n"
        if name != "other":
            assert rows(spark.read.options(**options).csv(str(tmp_path / name))) == rows(frame)


@pytest.mark.parametrize("multi_line", [False, True])
@pytest.mark.parametrize(
    ("text", "permissive", "dropping"),
    [
        ('[{"a":1},{"a":2}]', [(1, False), (2, False)], [1, 2]),
        ('[{"a":1},{"a":"x"}]', [(1, True), (None, True)], []),
        ('[{"a":1},3]', [(None, True)], []),
        ('[{"a":1},null]', [(None, True)], []),
        ('[[{"a":1}]]', [(None, True)], []),
        ("[]", [], []),
        ("null", [(None, True)], []),
    ],
)
def test_rows_of_one_json_record_share_its_fate(spark, file, text, permissive, dropping, multi_line):
    path = file(text)
    reader = spark.read.schema("a INT, _corrupt_record STRING").option("multiLine", multi_line)
    assert rows(reader.json(path)) == [(a, text if corrupt else None) for a, corrupt in permissive]
    assert [row[0] for row in rows(reader.json(path, mode="DROPMALFORMED"))] == dropping


def test_many_rows_may_be_one_json_record(spark, file):
    path = file("[" + ",".join(f'{{"a":{i}}}' for i in range(10_000)) + ']\n{"a":-1}')
    assert [row[0] for row in rows(spark.read.schema("a INT").json(path))] == [*range(10_000), -1]


def test_strings_from_json_files_are_as_written(spark, file):
    text = '{"a":{ "x" : 1.50 , "y":[ NaN ] },"b":1E5,"c":"d\\u00e4"}'
    reader = spark.read.schema("a STRING, b STRING, c STRING")
    assert rows(reader.json(file(text))) == [('{ "x" : 1.50 , "y":[ NaN ] }', "1E5", "dä")]
    assert rows(reader.json(file(text), encoding="UTF-8")) == [('{"x":1.5,"y":["NaN"]}', "100000.0", "dä")]
    spark.conf.set("spark.sql.json.enableExactStringParsing", "false")
    assert rows(reader.json(file(text))) == [('{"x":1.5,"y":["NaN"]}', "100000.0", "dä")]


def test_keys_of_maps_in_json_are_strings(spark, file):
    with pytest.raises(UnsupportedOperationException, match="MAP<INT, INT>"):
        spark.read.schema("a MAP<INT, INT>").json(file('{"a":{"1":2}}')).collect()


def test_folders_of_one_table_have_the_same_partition_columns(spark, tmp_path):
    for name in ("a=1", "a=2/b=1", "A=3"):
        spark.range(1).write.parquet(str(tmp_path / name))
    with pytest.raises(SparkRuntimeException, match="list #1: a, b") as refused:
        spark.read.parquet(str(tmp_path))
    assert refused.value.getCondition() == "CONFLICTING_PARTITION_COLUMN_NAMES"


def test_files_beside_folders_of_partitions_do_not_count(spark, tmp_path):
    spark.range(5).write.parquet(str(tmp_path / "out"))
    spark.range(1).write.parquet(str(tmp_path / "out" / "a=1"))
    assert rows(spark.read.parquet(str(tmp_path / "out"))) == [(0, 1)]
