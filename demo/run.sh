#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demo: tests on real data, then the same data from the shell. Run by `make demo`.
set -eu
cd "$(dirname "$0")/.."
data=$PWD/build/demo
shell=${ROOST_SHELL:-build/release/bin/roost}

say() { printf '\n== %s\n' "$*"; }

.venv/bin/python demo/data.py "$data"
say "a PySpark test suite over $(wc -l < "$data/flights.csv") lines of flights, two workers, no JVM"
DEMO_DATA=$data .venv/bin/python -m pytest -c demo/pytest.ini --rootdir demo -n 2 -q demo/test_flights.py

say "the same files from the roost shell: the longest delays"
view="CREATE TEMPORARY VIEW flights USING csv OPTIONS (path '$data/flights.csv', header 'true', inferSchema 'true', nullValue 'NA')"
"$shell" --timing -c "$view" -c "
    SELECT carrier, count(*) AS flights, round(avg(dep_delay), 1) AS delay, max(dep_delay) AS worst
    FROM flights GROUP BY carrier ORDER BY delay DESC LIMIT 5"

say "as JSON, for other programs"
"$shell" --output json -c "$view" -c "
    SELECT origin, percentile(distance, 0.5) AS median_miles FROM flights GROUP BY origin ORDER BY origin"

say "a mistake is told where it stands"
"$shell" -c "$view" -c "SELECT carrier, dep_dely FROM flights" || true
