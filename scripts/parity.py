#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes docs/parity.md: what of PySpark's API and of Spark's SQL functions roost has.

    python scripts/parity.py                 compare with the record and write the page
    python scripts/parity.py --check         fail when the page is not what it would write
    python scripts/parity.py --record        walk the installed PySpark and a Spark session, write the record

The record (scripts/pyspark_api.json) holds facts about one PySpark release: names of public classes, methods and
functions, their parameters, and the names of Spark's built-in SQL functions.  So the page can be made, and a test can
check it, where there is no PySpark.  What roost has is asked of roost itself: the API by inspection, the functions by
SHOW FUNCTIONS.  Whether a function does the same is read from what tests/functions compares with a real Spark's answers.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "scripts" / "pyspark_api.json"
PAGE = ROOT / "docs" / "parity.md"
RECORDED = ROOT / "tests" / "functions"

# Modules whose public names are compared: PySpark's name after "pyspark", and what the page calls it.
MODULES = (
    ("", "pyspark"),
    (".sql", "pyspark.sql"),
    (".sql.session", "pyspark.sql.session"),
    (".sql.catalog", "pyspark.sql.catalog"),
    (".sql.conf", "pyspark.sql.conf"),
    (".sql.functions", "pyspark.sql.functions"),
    (".sql.types", "pyspark.sql.types"),
    (".sql.udf", "pyspark.sql.udf"),
    (".sql.udtf", "pyspark.sql.udtf"),
    (".sql.tvf", "pyspark.sql.tvf"),
    (".sql.table_arg", "pyspark.sql.table_arg"),
    (".sql.window", "pyspark.sql.window"),
    (".sql.merge", "pyspark.sql.merge"),
    (".sql.datasource", "pyspark.sql.datasource"),
    (".sql.pandas.functions", "pyspark.sql.pandas.functions"),
    (".errors", "pyspark.errors"),
    (".testing", "pyspark.testing"),
)
# Where roost has them under another name; `import pyspark...` finds them all the same.
_ELSEWHERE = {".sql.pandas.functions": "roost.sql.vectorized"}
# What roost does not set out to be.
OUTSIDE = (
    ("RDDs on a cluster: barriers, Hadoop's formats, profiles", "RDDs are lists in the process of the program"),
    ("pyspark.sql.streaming", "queries are finite"),
    ("pyspark.pandas", "use pandas, or toPandas()"),
    ("pyspark.ml, pyspark.mllib", "not a query engine's work"),
    ("Java and Scala functions, Hive", "there is no JVM"),
)


# ---- walking an API


def public_names(module: Any) -> List[str]:
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    return sorted(set(names))


def parameters(function: Any) -> Optional[str]:
    """The parameters with their defaults, without types: what a call depends on."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    made = []
    for p in signature.parameters.values():
        default = p.default
        if default is not p.empty and not isinstance(default, (int, float, str, bool, type(None), tuple)):
            default = inspect.Parameter.empty if default is p.empty else _Shown("...")
        made.append(p.replace(annotation=p.empty, default=default))
    return str(signature.replace(parameters=made, return_annotation=signature.empty))


class _Shown:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def members(cls: type) -> Iterator[Tuple[str, Any]]:
    """Public members, those of bases too, but not what every object or exception has."""
    for name in sorted(dir(cls)):
        if name.startswith("_") or any(name in vars(base) for base in (object, Exception, tuple, dict, int, str)):
            continue
        static = inspect.getattr_static(cls, name)
        if isinstance(static, (staticmethod, classmethod)):
            yield name, static.__func__
        elif isinstance(static, property) or not callable(static):
            yield name, None
        else:
            yield name, static


def describe(module: Any) -> Dict[str, Any]:
    """Name -> parameters of a function, or {member: parameters} of a class, or null for another value."""
    found: Dict[str, Any] = {}
    for name in public_names(module):
        value = getattr(module, name, None)
        if inspect.isclass(value):
            found[name] = {member: parameters(f) if f is not None else None for member, f in members(value)}
        elif callable(value):
            found[name] = parameters(value)
        else:
            found[name] = None
    return found


# ---- the record


def record() -> None:
    import pyspark
    from pyspark.sql import SparkSession

    modules = {}
    for suffix, name in MODULES:
        modules[name] = describe(importlib.import_module("pyspark" + suffix))
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    functions = [row[0] for row in spark.sql("SHOW SYSTEM FUNCTIONS").collect()]
    made = {"version": pyspark.__version__, "modules": modules, "functions": sorted(functions)}
    RECORD.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")


# ---- the comparison


def refused(function: Any) -> bool:
    """Does a function do nothing but raise?"""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):
        return False
    body = getattr(tree.body[0], "body", [])
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    body = [statement for statement in body if not isinstance(statement, (ast.Import, ast.ImportFrom))]
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def compare_callable(theirs: Optional[str], ours: Any) -> Tuple[str, str]:
    if refused(ours):
        return "refused", ""
    mine = parameters(ours)
    if theirs is None or mine is None or plain(theirs) == plain(mine):
        return "same", ""
    return "differs", f"`{theirs}` there, `{mine}` here"


def plain(signature: str) -> str:
    """Signatures compare by names, kinds and defaults; how NoValue and the like are written is left out."""
    return signature.replace("<no value>", "...").replace("<no_default>", "...")


def compare() -> Dict[str, List[Tuple[str, str, str]]]:
    """For each module rows of (name, state, how it differs)."""
    wanted = json.loads(RECORD.read_text())
    rows: Dict[str, List[Tuple[str, str, str]]] = {}
    for suffix, name in MODULES:
        try:
            module = importlib.import_module(_ELSEWHERE.get(suffix, "roost" + suffix))
        except ModuleNotFoundError:
            module = None
        rows[name] = list(compare_module(wanted["modules"][name], module))
    return rows


def compare_module(wanted: Dict[str, Any], module: Any) -> Iterator[Tuple[str, str, str]]:
    for name, theirs in sorted(wanted.items()):
        ours = getattr(module, name, None)
        if ours is None:
            missing = not hasattr(module, name)
            yield name, "missing" if missing else "same", ""
        elif not isinstance(theirs, dict):
            yield (name, *compare_callable(theirs, ours)) if callable(ours) else (name, "same", "")
        else:
            yield from compare_class(name, theirs, ours)


def compare_class(name: str, wanted: Dict[str, Optional[str]], ours: Any) -> Iterator[Tuple[str, str, str]]:
    yield name, "same", ""
    for member, theirs in sorted(wanted.items()):
        full = f"{name}.{member}"
        if not hasattr(ours, member) and member not in getattr(ours, "__annotations__", {}):
            yield full, "missing", ""
            continue
        static = inspect.getattr_static(ours, member, None)
        function = getattr(static, "__func__", static)
        if theirs is None or not callable(function):
            getter = getattr(static, "fget", None)
            yield full, "refused" if getter is not None and refused(getter) else "same", ""
        else:
            yield (full, *compare_callable(theirs, function))


def sql_functions() -> List[Tuple[str, str, int, str]]:
    """Spark's functions: name, state, how many recorded calls it was compared in, what differs."""
    from roost.sql import SparkSession

    wanted = json.loads(RECORD.read_text())["functions"]
    spark = SparkSession.builder.getOrCreate()
    have = {row[0] for row in spark.sql("SHOW SYSTEM FUNCTIONS").collect()}
    compared, differing = recorded_calls()
    rows = []
    for name in wanted:
        found = differing.get(name, {})
        calls = [f"`{call}`: {', '.join(keys[:3])}{' ...' if keys[3:] else ''}" for call, keys in found.items()]
        state = "missing" if name not in have else "differs" if found else "same"
        rows.append((name, state, compared.get(name, 0), "; ".join(calls)))
    return rows


def names_in(call: str) -> List[str]:
    """The functions a line of tests/functions/*.calls is about: the one it begins with, or the operators between braces."""
    if begins := re.match(r"[!^~@]*(\w+)\(", call):
        return [begins[1]]
    return re.sub(r"\{[^}]*\}", " ", call[1:]).lower().split()


def recorded_calls() -> Tuple[Dict[str, int], Dict[str, Dict[str, List[str]]]]:
    """Per function the number of answers recorded from Spark, and per function and call the keys that differ."""
    compared: Dict[str, int] = {}
    for golden in sorted(RECORDED.glob("*.golden")):
        names: List[str] = []
        for line in golden.read_text().splitlines():
            if line.startswith("# "):
                names = names_in(line[2:])
            for name in names:
                compared[name] = compared.get(name, 0) + (not line.startswith("# "))
    differing: Dict[str, Dict[str, List[str]]] = {}
    for line in (RECORDED / "differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            _, call, key = line.split("\t")
            for name in names_in(call):
                differing.setdefault(name, {}).setdefault(call, []).append(key)
    return compared, differing


# ---- the page


def page() -> str:
    rows = compare()
    functions = sql_functions()
    version = json.loads(RECORD.read_text())["version"]
    lines = [
        "# Parity",
        "",
        f"roost's API beside that of PySpark {version}, made by `scripts/parity.py`. A name counts as *same* when it is",
        "there with the same parameters and defaults; whether it does the same is what the goldens and tests compare.",
        "",
        "| module | names | same | differs | refused | missing |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for module, found in [*((f"`{module}`", found) for module, found in rows.items()), ("SQL functions", functions)]:
        count = {state: sum(row[1] == state for row in found) for state in ("same", "differs", "refused", "missing")}
        lines.append(f"| {module} | {len(found)} | " + " | ".join(str(n) for n in count.values()) + " |")
    lines += ["", "## Not here", "", "| what | why |", "|---|---|"]
    lines += [f"| {what} | {why} |" for what, why in OUTSIDE]
    for module, found in rows.items():
        lines += module_lines(module, found)
    return "\n".join(lines + function_lines(functions)) + "\n"


def function_lines(functions: List[Tuple[str, str, int, str]]) -> List[str]:
    lines = ["", "## SQL functions", ""]
    lines += textwrap.wrap(
        "How many answers recorded from Spark (tests/functions: a call with one kind of argument, as columns and as "
        "constants, in ANSI mode and without) each was compared in, and which of them differ. Without a number the "
        "goldens and the function's own example compare it.",
        118,
    )
    lines += ["", "| function | state | compared | what differs |", "|---|---|---:|---|"]
    for name, state, compared, how in functions:
        cells = (f"`{name}`", state, str(compared or ""), how)
        lines.append("| " + " | ".join(cell.replace("|", chr(92) + "|") for cell in cells) + " |")
    return lines


def module_lines(module: str, found: List[Tuple[str, str, str]]) -> List[str]:
    lines = ["", f"## {module}", ""]
    other = [row for row in found if row[1] != "same"]
    if other:
        lines += ["| name | state | how |", "|---|---|---|"]
        lines += [f"| `{name}` | {state} | {how.replace('|', chr(92) + '|')} |" for name, state, how in other]
        lines.append("")
    same = ", ".join(f"`{name}`" for name, state, _ in found if state == "same")
    return lines + textwrap.wrap("Same: " + (same or "none") + ".", 118, break_on_hyphens=False)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--record", action="store_true", help="write the record from an installed PySpark")
    options.add_argument("--check", action="store_true", help="fail when the page is out of date")
    chosen = options.parse_args()
    if chosen.record:
        record()
        return
    made = page()
    if chosen.check:
        raise SystemExit(0 if PAGE.read_text() == made else f"{PAGE} is out of date: run scripts/parity.py")
    PAGE.write_text(made)


if __name__ == "__main__":
    main()
