#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records tests/sql/*.golden from a real Spark 4.1.

    python scripts/record_goldens.py [NAME ...]

Run it with a Python that has ``pyspark==4.1.1`` and a Java 17. Without names all files are recorded.
"""

import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tests import golden  # noqa: E402


def main():
    os.environ["TZ"] = "UTC"
    time.tzset()
    from pyspark.sql import SparkSession

    base = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1").config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", tempfile.mkdtemp()).getOrCreate())
    base.sparkContext.setLogLevel("OFF")
    names = sys.argv[1:] or sorted(p.stem for p in golden.FOLDER.glob("*.sql"))
    for name in names:
        source = golden.FOLDER / f"{name}.sql"
        session = base.newSession()
        answers = [golden.answer(session, sql) for sql in golden.statements(source.read_text())]
        source.with_suffix(".golden").write_text("".join(answers))
        print(f"{name}: {len(answers)} answers", file=sys.stderr)


if __name__ == "__main__":
    main()
