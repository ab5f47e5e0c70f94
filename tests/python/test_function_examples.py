# SPDX-License-Identifier: Apache-2.0
"""The example of every function, as DESCRIBE FUNCTION EXTENDED shows it, gives the value that it says."""

import re

import pytest

from roost.errors import IllegalArgumentException
from roost.sql.types import ArrayType, MapType, StructType

# What an example cannot hold: the clock, the machine, chance.
VOLATILE = re.compile(r"\b(now|uuid|curr?(ent|dat)\w*|localtimestamp|user|session_user|version|shuffle|rand\w*|unix_timestamp)\(")


def examples(spark):
    for (name,) in spark.sql("SHOW SYSTEM FUNCTIONS").collect():
        if not re.fullmatch(r"\w+", name):
            continue
        text = "\n".join(row[0] for row in spark.sql(f"DESCRIBE FUNCTION EXTENDED `{name}`").collect())
        for query, value in re.findall(r"^ *> (SELECT .*?) => (.*)$", text, re.M):
            yield name, query, value


def printed(text):
    """A value's text: the shell writes intervals without their words, and nanoseconds in them."""
    bare = re.sub(r"^INTERVAL '(.*)' [A-Z ]+$", r"\1", text)
    if bare != text and "." in bare:
        bare += "0" * (9 - len(bare.partition(".")[2]))
    return bare.replace("\n", "\\n")


def shown(spark, query):
    """The rows as the shell prints them, a value per line."""
    frame = spark.sql(query)
    texts = []
    for field in frame.schema.fields:
        column = f"`{field.name.replace('`', '``')}`"
        nested = isinstance(field.dataType, (ArrayType, MapType, StructType))
        options = ", map('ignoreNullFields', 'false')"
        texts.append(f"to_json({column}{options})" if nested else f"CAST({column} AS STRING)")
    rows = frame.selectExpr(*texts).collect()
    return ["\t".join("NULL" if v is None else printed(v) for v in row) for row in rows]


def test_examples_give_what_they_say(spark):
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    spark.conf.set("spark.sql.geospatial.enabled", "true")
    wrong, count = [], 0
    for name, query, value in examples(spark):
        if VOLATILE.search(query) and value not in (got := shown(spark, query)):
            continue
        count += 1
        try:
            got = shown(spark, query)
        except Exception as error:
            got = [str(error).split("\n")[0]]
        if value.split(", ") != got and [value] != got:
            wrong.append(f"{name}: {query} => {value}\n  gives {got}")
    assert not wrong, f"{len(wrong)} of {count}:\n" + "\n".join(wrong)
    assert count > 400


@pytest.mark.parametrize(("call", "message"), [
    ("format_string('%-d', 7)", "%-d"),
    ("format_string('%0f', 7D)", "%0f"),
    ("format_string('%05s', 'x')", "Conversion = s, Flags = 0"),
    ("format_string('%,e', 7D)", "Conversion = e, Flags = ,"),
    ("format_string('%#d', 7)", "Conversion = d, Flags = #"),
    ("format_string('%.2d', 7)", "2"),
])
def test_formatter_refuses_what_javas_does(spark, call, message):
    with pytest.raises(IllegalArgumentException) as caught:
        spark.sql(f"SELECT {call}").collect()
    assert str(caught.value).split("\n")[0] == message


def test_a_function_without_an_example_says_so(spark):
    text = spark.sql("DESCRIBE FUNCTION EXTENDED boolean").collect()[-1][0]
    assert text == "Extended Usage:\n    No example/argument for boolean.\n\n    Since: 2.0.1\n"
