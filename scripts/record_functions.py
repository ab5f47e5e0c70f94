#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records tests/functions/*.golden from a real Spark 4.1: see tests/function_cases.py.

    python scripts/record_functions.py [--new] [FAMILY ...]
    python scripts/record_functions.py --differences

Run it with a Python that has ``pyspark==4.1.1`` and a Java 17. ``--new`` records only calls that the golden has not.
Takes a second or so per call. ``--differences`` asks roost instead and writes what differs to differences.txt, behind
the comments that head the file.
"""

import argparse
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
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
    import py4j.java_gateway
    import py4j.protocol

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


def write_differences():
    from roost.sql import SparkSession

    target = cases.FOLDER / "differences.txt"
    head = [line for line in target.read_text().splitlines() if line.startswith("#")] if target.exists() else []
    found = []
    for family in cases.families():
        engine = cases.Engine(SparkSession.builder.getOrCreate().newSession())
        found += ["\t".join((family, line, key)) for line, key, _, _ in cases.differences(engine, family)]
    target.write_text("\n".join(head + found) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--differences", action="store_true")
    parser.add_argument("family", nargs="*")
    arguments = parser.parse_args()
    if arguments.differences:
        write_differences()
        return
    os.environ["TZ"] = "UTC"
    time.tzset()
    from pyspark.sql import SparkSession

    base = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1").config("spark.driver.memory", "2g")
            .config("spark.sql.codegen.wholeStage", "false").config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.warehouse.dir", tempfile.mkdtemp()).getOrCreate())
    base.sparkContext.setLogLevel("OFF")
    for family in arguments.family or sorted(p.stem for p in cases.FOLDER.glob("*.calls")):
        golden = cases.FOLDER / f"{family}.golden"
        known = cases.blocks(family) if arguments.new and golden.exists() else {}
        record(base.newSession(), family, known)


if __name__ == "__main__":
    main()
