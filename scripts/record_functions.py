#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records tests/functions/*.golden from a real Spark 4.1: see tests/function_cases.py.

    python scripts/record_functions.py [--new] [FAMILY ...]

Run it with a Python that has ``pyspark==4.1.1`` and a Java 17. ``--new`` records only calls that the golden has not.
Takes a second or so per call.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import py4j.java_gateway  # noqa: E402
import py4j.protocol  # noqa: E402

from tests import function_cases as cases  # noqa: E402


class SparkEngine(cases.Engine):
    def condition(self, error):
        thrown = getattr(error, "java_exception", None)
        if thrown is None:
            return super().condition(error)
        while thrown is not None:
            try:
                if found := thrown.getCondition():
                    return found
            except Exception:  # not a SparkThrowable
                pass
            thrown = thrown.getCause()
        return "INTERNAL_ERROR"


def record(session, family, known):
    # An error stays a Py4JJavaError, as PySpark's own take ten calls each to make. Each session sets this anew.
    py4j.java_gateway.get_return_value = py4j.protocol.get_return_value
    engine = SparkEngine(session)
    target = cases.FOLDER / f"{family}.golden"
    start = time.monotonic()
    out = []
    for line in cases.calls(family):
        out += known.get(line) or cases.answer(engine, line)
        target.write_text("\n".join(out) + "\n")
    print(f"{family}: {len(cases.calls(family))} calls, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--new", action="store_true")
    parser.add_argument("family", nargs="*")
    arguments = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    from pyspark.sql import SparkSession

    base = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1").config("spark.driver.memory", "2g")
            .config("spark.sql.warehouse.dir", tempfile.mkdtemp()).getOrCreate())
    base.sparkContext.setLogLevel("OFF")
    for family in arguments.family or cases.families():
        golden = cases.FOLDER / f"{family}.golden"
        known = cases.blocks(family) if arguments.new and golden.exists() else {}
        record(base.newSession(), family, known)


if __name__ == "__main__":
    main()
