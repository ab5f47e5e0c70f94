# SPDX-License-Identifier: Apache-2.0
"""Random queries on roost and on a real Spark: what differs, as small as it gets.

    python -m tests.generator [--seed N] [--count N] [--ansi] [--tries N] [--depth N]

Needs a Python with pyspark 4.1.1, a Java 17, and roost on its path. Compared are column names, types and nullability,
the rows in any order (floating point to 9 digits), or the error's condition. The same seed makes the same queries.
"""

import argparse
import logging
import math
import os
import random
import re
import tempfile
import time

from .grammar import Queries, learn, setup
from .shrink import shrink

NUMBER = re.compile(r"-?\d+\.\d+(?:E-?\d+)?")


def spark_session():
    from pyspark.sql import SparkSession

    session = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
               .config("spark.driver.memory", "2g").config("spark.sql.shuffle.partitions", "1")
               .config("spark.sql.codegen.wholeStage", "false").config("spark.sql.adaptive.enabled", "false")
               .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
               .config("spark.sql.warehouse.dir", tempfile.mkdtemp()).getOrCreate())
    session.sparkContext.setLogLevel("OFF")
    logging.disable(logging.CRITICAL)
    return session


def roost_session():
    from roost.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def analyzed(session, sql):
    """The schema, or the error that is there instead, and its condition."""
    try:
        return session.sql(sql).schema, None
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        return None, condition or f"{type(error).__name__}: {str(error)[:200]}"


def rows(session, sql, schema):
    """The rows as texts, sorted, or None and the condition. Read as strings: Python has no type for some values."""
    names = [f"y{i}" for i in range(len(schema))]
    columns = ", ".join(f"hex({n})" if f.dataType.simpleString() == "binary" else f"cast({n} AS string)"
                        for n, f in zip(names, schema))
    try:
        found = session.sql(f"SELECT {columns} FROM ({sql}) AS z({', '.join(names)})").collect()
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        return None, condition or f"{type(error).__name__}: {str(error)[:200]}"
    return sorted(map(repr, found)), None


def shown(schema):
    return ", ".join(f"{f.name}: {f.dataType.simpleString()}{'' if f.nullable else ' not null'}" for f in schema)


def same_text(a, b):
    """Equal but for the last digits of doubles."""
    if a == b:
        return True
    if NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return False
    pairs = zip(NUMBER.findall(a), NUMBER.findall(b))
    return all(math.isclose(float(x), float(y), rel_tol=1e-9, abs_tol=1e-12) for x, y in pairs)


def difference(sessions, sql):
    """What kind of difference there is, and both sides of it; or None. The rows are asked for when all else is equal."""
    schemas, errors = zip(*[analyzed(session, sql) for session in sessions])
    if errors != (None, None):
        sides = [error or "a schema" for error in errors]
        return None if errors[0] == errors[1] else ("analysis: {} for {}".format(*sides), *sides)
    sides = [shown(schema) for schema in schemas]
    if sides[0] != sides[1]:
        return "schema", *sides
    tables, errors = zip(*[rows(session, sql, schema) for session, schema in zip(sessions, schemas)])
    if errors != (None, None):
        sides = [error or "rows" for error in errors]
        return None if errors[0] == errors[1] else ("{} for {}".format(*sides), *sides)
    if len(tables[0]) != len(tables[1]):
        return "rows", *tables
    pairs = [pair for pair in zip(*tables) if not same_text(*pair)]
    return ("rows", *pairs[0]) if pairs else None


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.generator", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200, help="queries")
    parser.add_argument("--tries", type=int, default=40, help="calls tried per function and number of arguments")
    parser.add_argument("--depth", type=int, default=1, help="nesting of relations")
    parser.add_argument("--ansi", action="store_true", help="ANSI mode: most rows of extremes then fail")
    options = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    chance = random.Random(options.seed)
    sessions = roost_session(), spark_session()
    for session in sessions:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        session.conf.set("spark.sql.ansi.enabled", str(options.ansi).lower())
        for name in ("t1", "t2"):
            session.sql(setup(name, f"{options.seed} {name}"))
    learnt = learn(sessions[0], chance, options.tries)
    print(f"{sum(map(len, learnt.values()))} productions of {len(learnt)} types", flush=True)
    queries, found = Queries(learnt, chance), 0
    for _ in range(options.count):
        tree, _ = queries.query(options.depth)
        differs = difference(sessions, str(tree))
        if differs is None:
            continue
        found, kind = found + 1, differs[0]
        small = str(shrink(tree, lambda sql, kind=kind: (difference(sessions, sql) or [None])[0] == kind))
        _, ours, sparks = difference(sessions, small)
        print(f"\n-- {kind}\n{small};\n--   roost: {ours}\n--   spark: {sparks}", flush=True)
    print(f"\n{options.count} queries, {found} differences")


if __name__ == "__main__":
    main()
