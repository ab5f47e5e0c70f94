# SPDX-License-Identifier: Apache-2.0
"""What functions cost over a million rows, beside DuckDB and Polars. Run by `make bench`.

All engines hold the same table in memory and run on one thread, one after another for each function, so that only the
ratios carry over to another machine. A time is CPU time of the engine: the best of some runs, less what the engine takes
to condense the function's input column in the same way (bench_cases.py). No rows go to the client. A peer that is not
installed is left out.
"""

import argparse
import os
import tempfile
import time
from decimal import Decimal

os.environ["POLARS_MAX_THREADS"] = "1"
os.environ["TZ"] = "UTC"

import pyarrow as pa
import pyarrow.parquet as pq
from bench_cases import CHECKS, COLUMNS, COMMON, SCALAR, WHOLE

import roost
from roost.sql import SparkSession

# A nanosecond per row: a run differs from the next by as much, so that less is not seen.
NOISE = 1e-9
WORDS = ["heron", "owl", "rook", "Kingfisher", "nightjar", "Wren", "eagle", "dunnock", "crane", "swift"]
NAMES = ["Anna", "Hannah", "Bernhard", "Cecilia", "Dan", "Emmanuel", "Franziska", "Gert"]


def make_table(path, rows):
    """Write the table that all engines read."""
    import numpy as np

    r = np.random.default_rng(1)
    i = r.integers(-500_000, 500_000, rows, dtype=np.int32)
    j = r.integers(1, 1000, rows, dtype=np.int32)
    k = r.integers(0, len(WORDS), rows)
    days = r.integers(10_000, 20_000, rows, dtype=np.int32)
    seconds = r.integers(0, 1_700_000_000, rows)
    price = np.round(r.random(rows) * 1000, 2)
    date, stamp = days.astype("datetime64[D]"), seconds.astype("datetime64[s]")
    words = [WORDS[a] for a in k]
    s = [f"{NAMES[a % 8]} {w}-{b}" for a, w, b in zip(j, words, i)]
    lists = r.integers(0, 100, rows * 3, dtype=np.int32)
    ends = np.concatenate([[0], np.cumsum(np.arange(rows) % 7)]).astype(np.int32)
    iso = date.astype(str)
    columns = {
        "s": s,
        "t": [" " * (b % 4) + w + " " * (b % 3) for w, b in zip(words, j)],
        "w": [f"{w}{b % 20}" for w, b in zip(words, j)],
        "u": [f"Zoë Müller, Straße {b}" for b in i],
        "c": [f"{a},{w},{b},x" for a, w, b in zip(i, words, j)],
        "its": [str(a) for a in i],
        "ds": [str(a) for a in price],
        "dts": iso,
        "dmy": [f"{a[8:]}/{a[5:7]}/{a[:4]}" for a in iso],
        "tss": [a.replace("T", " ") for a in stamp.astype(str)],
        "js": [f'{{"a": {a}, "b": "{w}", "c": {{"d": {p}, "e": [1, 2]}}}}' for a, w, p in zip(i, words, price)],
        "ai": pa.ListArray.from_arrays(ends, lists[: ends[-1]]),
        "az": pa.ListArray.from_arrays(ends, [words[a % rows] for a in range(ends[-1])]),
        "i": i,
        "j": j,
        "n": pa.array(i, mask=j % 10 == 0),
        "l": r.integers(0, 10**12, rows),
        "g": j,
        "d": r.random(rows) * 1000,
        "x": r.random(rows) * 10 + 0.1,
        "p": price,
        "m": pa.array([Decimal(int(a)).scaleb(-2) for a in (price * 100).round()], pa.decimal128(12, 2)),
        "dt": pa.array(days).cast(pa.date32()),
        "dt2": pa.array(days[::-1]).cast(pa.date32()),
        "ts": pa.array(stamp.astype("datetime64[us]")),
        "e": seconds,
    }
    pq.write_table(pa.table(columns), path)


class Roost:
    """The daemon; its CPU time is what /proc says of it and its engine."""

    name = "roost"

    def __init__(self, path):
        self.server = roost.start_server()
        self.spark = SparkSession.builder.remote(self.server.address).getOrCreate()
        t = self.spark.read.parquet(path)
        t = t.withColumn("ts", t.ts.cast("timestamp")).cache()
        t.createOrReplaceTempView("t")
        t.count()

    def clock(self):
        with open(f"/proc/{self.server.pid}/task/{self.server.pid}/children") as f:
            pids = [self.server.pid, *map(int, f.read().split())]
        total = 0
        for pid in pids:
            with open(f"/proc/{pid}/schedstat") as f:
                total += int(f.read().split()[0])
        return total * 1e-9

    def run(self, text):
        return self.spark.sql(text).collect()[0][0]


class DuckDB:
    name = "DuckDB"

    def __init__(self, path):
        import duckdb

        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(f"create table t as select * from '{path}'")

    clock = staticmethod(time.process_time)

    def run(self, text):
        return self.connection.execute(text).fetchone()[0]


class Polars:
    name = "Polars"

    def __init__(self, path):
        import polars

        self.names = {"pl": polars, "c": polars.col, "t": polars.read_parquet(path).lazy()}

    clock = staticmethod(time.process_time)

    def run(self, text):
        return eval(text, self.names).collect().item()


def engines(path, peers):
    """roost, and those peers that are installed."""
    found = [Roost(path)]
    for peer in peers:
        try:
            found.append(peer(path))
        except ImportError:
            print(f"{peer.name} is not installed: left out")
    return found


def best(engine, text, repeat):
    """The least CPU time of some runs, in seconds."""
    times = []
    for _ in range(repeat):
        start = engine.clock()
        engine.run(text)
        times.append(engine.clock() - start)
    return min(times)


def condensed(which, check, expression):
    """The whole query of an engine (its place in CHECKS) that computes an expression and condenses it."""
    text = CHECKS[check][which].format(expression)
    return f"t.select({text})" if which == 2 else f"select {text} from t"


def cases():
    """Family, function, the queries by engine, the input's check and column (None: nothing to take off)."""
    reads = {column: check for check, columns in COLUMNS.items() for column in columns}
    for family, name, check, column, *texts in SCALAR:
        queries = [text and condensed(which, check, text) for which, text in enumerate(texts)]
        yield family, name, queries, (reads[column], column)
    for family, name, *queries in WHOLE:
        yield family, name, queries, None


class Bench:
    """Times per engine, with what its bare reading of a column takes."""

    def __init__(self, found, rows, repeat):
        self.engines, self.rows, self.repeat = found, rows, repeat
        self.bare = {}

    def floor(self, engine, which, source):
        if source is None:
            return 0
        check, column = source
        if (engine.name, column) not in self.bare:
            text = condensed(which, check, f"c.{column}" if which == 2 else column)
            self.bare[engine.name, column] = best(engine, text, 2 * self.repeat)
        return self.bare[engine.name, column]

    def times(self, queries, source):
        """Seconds per engine; None where it has no such function."""
        found = {}
        for which, peer in enumerate((Roost, DuckDB, Polars)):
            engine = next((e for e in self.engines if isinstance(e, peer)), None)
            if engine is None or queries[which] is None:
                found[peer.name] = None
                continue
            floor = self.floor(engine, which, source)
            found[peer.name] = max(best(engine, queries[which], self.repeat) - floor, NOISE * self.rows)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the table (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the best counts (default: %(default)s)")
    parser.add_argument("--family", help="this one alone")
    parser.add_argument("--only", help="functions whose name contains this")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--data", help="a folder to keep the table in; made when it is not there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(arguments.data or scratch, f"functions-{arguments.rows}.parquet")
        if not os.path.exists(path):
            make_table(path, arguments.rows)
        bench = Bench(engines(path, () if arguments.alone else (DuckDB, Polars)), arguments.rows, arguments.repeat)
        report(bench, arguments)


def report(bench, arguments):
    """The table, and how many cases, and common functions, keep within what ratio to the faster peer."""
    print(f"{'family':12}{'function':26}{'roost ms':>10}{'DuckDB':>10}{'Polars':>10}{'ratio':>8}")
    ratios, common = [], {}
    for family, name, queries, source in cases():
        if (arguments.family or family) != family or (arguments.only or "") not in name:
            continue
        times = bench.times(queries, source)
        own, *peers = times.values()
        known = [t for t in peers if t]
        ratio = own / min(known) if known else None
        ratios += [ratio] if ratio else []
        function = name.split(",")[0]
        if ratio and function in COMMON:
            common[function] = max(ratio, common.get(function, 0))
        shown = "".join(f"{t * 1e3:10.1f}" if t else f"{'-':>10}" for t in times.values())
        print(f"{family:12}{name:26}{shown}{f'{ratio:8.2f}' if ratio else ''}", flush=True)
    for limit in (1, 2):
        print(f"within {limit}x of the faster peer: {sum(r <= limit for r in ratios)} of {len(ratios)}")
    kept = sum(worst <= 2 for worst in common.values())
    print(f"common functions within 2x in all their cases: {kept} of {len(common)}")


if __name__ == "__main__":
    main()
