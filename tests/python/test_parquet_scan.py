# SPDX-License-Identifier: Apache-2.0
"""Parquet files by another writer: rows that conditions leave out, whatever the encoding and the size of pages."""

import datetime
import decimal
import random

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ROWS = 8_000


def column(name, kind, make, null_every=0):
    rng = random.Random(name)
    return [None if null_every and i % null_every == 1 else make(rng, i) for i in range(ROWS)], kind


COLUMNS = {
    "id": column("id", pa.int64(), lambda r, i: i),
    "n": column("n", pa.int64(), lambda r, i: r.randrange(1000)),
    "m": column("m", pa.int32(), lambda r, i: r.randrange(40), null_every=7),
    "wide": column("wide", pa.float64(), lambda r, i: r.random(), null_every=11),
    "price": column("price", pa.decimal128(15, 2), lambda r, i: decimal.Decimal(r.randrange(10**6)).scaleb(-2)),
    "big": column("big", pa.decimal128(30, 3), lambda r, i: decimal.Decimal(r.randrange(10**20)).scaleb(-3), 5),
    "word": column("word", pa.string(), lambda r, i: r.choice(["red", "green", "blue", "yellow"])),
    "text": column("text", pa.string(), lambda r, i: f"text {r.randrange(10**9)}", null_every=3),
    "flag": column("flag", pa.bool_(), lambda r, i: r.random() < 0.3, null_every=13),
    "day": column("day", pa.date32(), lambda r, i: datetime.date(2020, 1, 1) + datetime.timedelta(i // 300)),
    "list": column("list", pa.list_(pa.int32()), lambda r, i: list(range(r.randrange(4))), null_every=9),
    "pair": column("pair", pa.struct([("x", pa.int32()), ("y", pa.string())]), lambda r, i: {"x": i % 5, "y": str(i % 3)}),
}

WRITERS = {
    "small pages": {"data_page_size": 600, "row_group_size": 3000},
    "no dictionary": {"use_dictionary": False, "data_page_size": 3000, "compression": "none"},
    "v2": {"data_page_version": "2.0", "data_page_size": 2000, "row_group_size": 5000, "compression": "zstd"},
    "dictionary given up": {"dictionary_pagesize_limit": 2000, "data_page_size": 4000},
    "delta": {
        "use_dictionary": False,
        "column_encoding": {"n": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY", "word": "DELTA_LENGTH_BYTE_ARRAY"},
        "data_page_size": 2500,
    },
    "page index": {"write_page_index": True, "data_page_size": 700, "row_group_size": 4_000},
}

CONDITIONS = {
    "n < 3": lambda r: r["n"] < 3,
    "n < 500 and m > 20": lambda r: r["n"] < 500 and r["m"] is not None and r["m"] > 20,
    "word = 'red'": lambda r: r["word"] == "red",
    "word like '%e%' and text is null": lambda r: "e" in r["word"] and r["text"] is None,
    "id between 2490 and 4010": lambda r: 2490 <= r["id"] <= 4010,
    "day = date'2020-01-05' and flag": lambda r: r["day"] == datetime.date(2020, 1, 5) and r["flag"],
    "price > 9980 or wide < 0.002": lambda r: r["price"] > 9980 or (r["wide"] is not None and r["wide"] < 0.002),
    "pair.x = 4 and n >= 970": lambda r: r["pair"]["x"] == 4 and r["n"] >= 970,
    "n < 0": lambda r: False,
    "n <> 7 and 1000 / (n - 7) > 200": lambda r: r["n"] > 7 and 1000 / (r["n"] - 7) > 200,
}


@pytest.fixture(scope="module")
def rows():
    names = list(COLUMNS)
    return [dict(zip(names, values)) for values in zip(*(values for values, _ in COLUMNS.values()))]


@pytest.fixture(scope="module", params=WRITERS, ids=lambda name: name.replace(" ", "_"))
def path(request, tmp_path_factory):
    table = pa.table({name: pa.array(values, kind) for name, (values, kind) in COLUMNS.items()})
    file = tmp_path_factory.mktemp("parquet") / "t.parquet"
    pq.write_table(table, file, **WRITERS[request.param])
    return str(file)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_leave_rows_out(spark, path, rows, condition):
    got = spark.read.parquet(path).where(condition).collect()
    expected = [r for r in rows if CONDITIONS[condition](r)]
    assert [r.asDict(recursive=True) for r in got] == expected


def test_joins_leave_rows_out(spark, path, rows):
    keys = spark.createDataFrame([(5, "a"), (700, "b")], "n bigint, name string")
    got = spark.read.parquet(path).join(keys, "n").select("id", "name", "text", "big").collect()
    names = {5: "a", 700: "b"}
    assert sorted(tuple(r) for r in got) == sorted(
        ((r["id"], names[r["n"]], r["text"], r["big"]) for r in rows if r["n"] in names), key=lambda r: r[0]
    )


@pytest.fixture
def half_broken(tmp_path):
    """Rows (i, day, v) in four row groups by day; the bytes of the first two and of the last are no pages."""
    file = str(tmp_path / "t.parquet")
    table = pa.table({"i": range(4000), "day": [i // 10 for i in range(4000)], "v": [i * 2 for i in range(4000)]})
    pq.write_table(table, file, row_group_size=1000)
    metadata = pq.ParquetFile(file).metadata
    with open(file, "r+b") as f:
        for group in (0, 1, 3):
            for c in range(3):
                chunk = metadata.row_group(group).column(c)
                f.seek(chunk.dictionary_page_offset)
                f.write(b"\xff" * chunk.total_compressed_size)
    return file


def test_row_groups_without_a_joins_keys_are_not_read(spark, half_broken):
    spark.read.parquet(half_broken).createOrReplaceTempView("facts")
    days = spark.createDataFrame([(200, "a"), (299, "b"), (777, "c")], "day bigint, name string")
    days.createOrReplaceTempView("days")
    found = spark.sql("select name, count(*), sum(v) from facts join days using (day) group by name order by name")
    assert [tuple(r) for r in found.collect()] == [("a", 10, 40090), ("b", 10, 59890)]
    by_two = spark.sql("select i from facts f join days d on f.day = d.day and f.i = length(d.name) + 1999 order by i")
    assert [r.i for r in by_two.collect()] == [2000]
    by_both = spark.sql("select f.i from facts f join (select day, day * 10 as i from days) d using (day, i)")
    assert sorted(r.i for r in by_both.collect()) == [2000, 2990]
    with pytest.raises(Exception, match="FAILED_READ_FILE"):
        spark.sql("select name from facts left join days using (day)").collect()


def test_a_function_of_few_texts_fails_only_for_those_that_are_there(spark, tmp_path):
    file = str(tmp_path / "t.parquet")
    table = pa.table({"i": [1, 2, 3, 4] * 1000, "s": ["1", "2", "x", "4"] * 1000})
    pq.write_table(table, file)
    df = spark.read.parquet(file)
    assert df.where("i <> 3 and cast(s as int) > 1").count() == 2000
    with pytest.raises(Exception, match="CAST_INVALID_INPUT"):
        df.where("cast(s as int) > 1").count()
