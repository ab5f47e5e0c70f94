# SPDX-License-Identifier: Apache-2.0
"""Golden files of SQL: queries of our own with what a real Spark answers.

A file tests/sql/NAME.sql holds statements that end in ``;``. NAME.golden beside it holds, for each::

    -- query
    SELECT 1 AS one
    -- schema
    one: int not null
    -- rows
    (1,)

or, for one that fails, ``-- error`` with the condition and the SQL state. It is written by
``scripts/record_goldens.py`` on a real Spark and read by ``tests/python/test_goldens.py``.
"""

import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent / "sql"


def statements(text):
    """The statements of a .sql file: lines up to one that ends in ``;``, without comment lines."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            lines.append(line)
        if line.rstrip().endswith(";"):
            yield "\n".join(lines).strip().rstrip(";").strip()
            lines = []


def first_line(error):
    return str(error).splitlines()[0]


def answer(spark, sql):
    """What a session answers to a statement, as the text of a golden."""
    try:
        frame = spark.sql(sql)
        rows = [repr(tuple(row)) for row in frame.collect()]
        fields = [f"{f.name}: {f.dataType.simpleString()}{'' if f.nullable else ' not null'}" for f in frame.schema.fields]
    except Exception as error:
        condition = getattr(error, "getCondition", lambda: None)()
        if condition is None and not hasattr(error, "getCondition"):
            raise
        told = f"{condition} {error.getSqlState()}" if condition else f"{type(error).__name__}: {first_line(error)}"
        return f"-- query\n{sql}\n-- error\n{told}\n"
    return "\n".join(["-- query", sql, "-- schema", *fields, "-- rows", *rows]) + "\n"


def read(path):
    """The answers of a .golden file, in order."""
    parts = path.read_text().split("-- query\n")[1:]
    return ["-- query\n" + part for part in parts]
