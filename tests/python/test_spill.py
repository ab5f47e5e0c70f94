# SPDX-License-Identifier: Apache-2.0
"""Sorts, joins and aggregates that go to disk give what they give in memory."""

import contextlib
import os
import subprocess
import sys

import pytest

ROWS = 24_000

FACTS = f"""
    select id, id % 20011 k, concat('text ', id * 7919 % 30011) t, if(id % 13 = 0, null, id * 31 % 20011) n,
           cast(id * 17 % 1000 as decimal(12, 2)) d, id * 0.37D r
    from range({ROWS})
"""
OTHERS = f"select id * 3 % 25013 k, concat('text ', id) t, if(id % 17 = 0, null, id % 7000) n, id v from range({ROWS // 2})"

QUERIES = {
    "groups": "select k, count(*), sum(d), max(t), collect_list(id) from facts group by k",
    "text groups": "select t, n, count(distinct id), min(r) from facts group by t, n",
    "rollup": "select k, n, sum(id) from facts group by rollup(k, n)",
    "distinct": "select distinct t, k % 100 m from facts",
    "sort": "select * from facts order by n desc nulls first, t, id",
    "sort by text": "select id, t from facts order by t desc, id",
    "inner": "select f.id, o.v, o.t from facts f join others o on f.k = o.k and o.v % 3 = 0",
    "text keys": "select f.id, o.v from facts f join others o on f.t = o.t",
    "left": "select f.id, o.v from facts f left join others o on f.n = o.n and f.k < o.k",
    "right": "select f.id, o.v from facts f right join others o on f.n = o.n and f.d < 3",
    "full": "select f.id, o.v from (select * from facts where k < 900) f full join others o on f.k = o.k",
    "semi": "select f.id from facts f left semi join others o on f.n = o.n",
    "anti": "select f.id from facts f left anti join others o on f.n = o.n",
    "null-safe": "select f.id, o.v from facts f join others o on f.n <=> o.n and f.k = o.k",
    "not in": "select id from facts where k not in (select k from others where k > 5000)",
    "join, group, sort": """
        select f.k, sum(o.v) s, count(*) c from facts f join others o on f.k = o.k group by f.k order by s desc, f.k""",
}


@pytest.fixture
def tables(spark):
    spark.sql(FACTS).createOrReplaceTempView("facts")
    spark.sql(OTHERS).createOrReplaceTempView("others")
    return spark


def key(row):
    return [(value is None, sorted(value) if isinstance(value, list) else value or 0) for value in row]


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_the_same_rows_from_disk(tables, name):
    expected = tables.sql(QUERIES[name]).collect()
    tables.conf.set("spark.roost.query.spillThreshold", "1m")
    got = tables.sql(QUERIES[name]).collect()
    if "sort" not in name:
        got, expected = sorted(got, key=key), sorted(expected, key=key)
    assert [key(r) for r in got] == [key(r) for r in expected]


def open_files(process):
    """What a process has open; other tests' files may come and go meanwhile."""
    found = []
    with contextlib.suppress(OSError):
        for fd in os.listdir(f"/proc/{process}/fd"):
            with contextlib.suppress(OSError):
                found.append(os.readlink(f"/proc/{process}/fd/{fd}"))
    return found


def test_files_have_no_names(spark):
    """So nothing is left, whatever becomes of the query or of the engine."""
    spark.conf.set("spark.roost.query.spillThreshold", "100k")
    rows = spark.sql("select id, uuid() u from range(300000) order by u").toLocalIterator()
    next(rows)
    nameless = {f for p in os.listdir("/proc") if p.isdigit() for f in open_files(p) if f.endswith("(deleted)")}
    folders = {os.path.dirname(f) for f in nameless if "/roost-" in f}
    assert folders
    assert not [name for folder in folders for name in os.listdir(folder) if "spill" in name]


LIMITED = {
    "select count(*), sum(s) from (select uuid() u, sum(id) s from range(300000) group by 1)": (300000, 44999850000),
    """select count(*), sum(a.id) from (select id, concat('some long text ', id) t from range(300000)) a
       join (select concat('some long text ', id) t from range(300000)) b on a.t = b.t""": (300000, 44999850000),
    """select count(*), sum(id) from (select id, concat('some long text ', id * 7919 % 300007) t from range(300000)
       order by t limit 250000)""": (250000, None),
}


def test_a_session_with_little_memory(tmp_path):
    """Half of the limit is where spilling begins when nothing else is said."""
    script = f"""
from roost.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
for query, (count, total) in {LIMITED!r}.items():
    row = spark.sql(query).collect()[0]
    assert row[0] == count and total in (None, row[1]), (query, row)
"""
    env = {name: value for name, value in os.environ.items() if name != "ROOST_ADDRESS"}
    env["ROOST_SESSION_MEMORY_LIMIT"] = str(14 << 20)
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env)
    assert out.returncode == 0, out.stderr
