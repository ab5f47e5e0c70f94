#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what a compiler does not: layering, headers, licences, tables.

    python3 scripts/lint.py            everything
    python3 scripts/lint.py layering   one check

- layering: an #include in daemon/ points to the same folder or one further down the list LAYERS; client/ and python/
  see proto/ and their own folder alone.
- headers: every header compiles by itself.
- licences: every source file begins with an SPDX line.
- conditions: daemon/base/error_conditions.inc is sorted, and every condition that the code raises is a row of it.
- ruff, layout: the Python sources by ruff, the C sources by clang-format, as far as they are installed.

Prints one line per finding, FILE:LINE: TEXT, and exits with 1 when there is any.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["base", "type", "column", "expr", "function", "sql", "plan", "format", "exec", "catalog", "session", "serve"]
INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.M)
SOURCES = (".c", ".h", ".inc")


def sources(*folders, suffixes=SOURCES):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "build" not in path.parts:
                yield path


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def layering():
    for path in sources("daemon"):
        first = path.relative_to(ROOT / "daemon").parts[0]
        own = LAYERS.index(first) if first in LAYERS else len(LAYERS)
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            folder = match.group(1).split("/")[0]
            if folder in LAYERS and LAYERS.index(folder) > own:
                yield path, line_of(text, match.start()), f"{first}/ includes {match.group(1)}, which is further up"
            if folder in ("client", "roost.h"):
                yield path, line_of(text, match.start()), "the daemon includes the client"
        if re.search(r"^\s*#include <uv.h>", text, re.M) and first not in ("serve", "main.c"):
            yield path, 1, "only serve/ knows libuv"
    for path in sources("client", "python/ext", "proto"):
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            if match.group(1).split("/")[0] in LAYERS:
                yield path, line_of(text, match.start()), f"includes {match.group(1)} of the daemon"


def headers():
    flags = ["-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wno-unused-parameter", "-fsyntax-only", "-x", "c"]
    includes = ["-Idaemon", "-Iproto", "-Iclient", "-I.", "-Ibuild/release/gen"]
    for path in sources("daemon", "proto", "client", suffixes=(".h",)):
        run = subprocess.run(["gcc", *flags, *includes, str(path)], cwd=ROOT, capture_output=True, text=True)
        if run.returncode or run.stderr:
            yield path, 1, "does not compile by itself: " + (run.stderr.strip().splitlines() or ["?"])[0]


def licences():
    suffixes = (".c", ".h", ".py", ".proto")
    for path in sources("daemon", "client", "proto", "python", "scripts", "tests", suffixes=suffixes):
        head = path.read_text()[:200]
        if head.strip() and "SPDX-License-Identifier" not in head:
            yield path, 1, "has no SPDX line"


def conditions():
    table = ROOT / "daemon/base/error_conditions.inc"
    names = re.findall(r'^CONDITION\("([^"]*)"', table.read_text(), re.M)
    for before, after in zip(names, names[1:]):
        if before.encode() >= after.encode():
            yield table, 1, f"{after} is not in order"
    for path in sources("daemon"):
        text = path.read_text()
        for match in re.finditer(r'error_set\(\s*[^,()]+,\s*"([^"]+)"', text):
            if match.group(1) not in names:
                yield path, line_of(text, match.start()), f"raises {match.group(1)}, which is not in the table"


def tracked(*patterns):
    return subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout.split()


def ruff():
    command = shutil.which("ruff") or str(ROOT / ".venv/bin/ruff")
    if not pathlib.Path(command).exists():
        return
    run = subprocess.run([command, "check", "--quiet", "--output-format=concise", "python", "scripts", "tests"],
                         cwd=ROOT, capture_output=True, text=True)
    for line in run.stdout.splitlines():
        yield ROOT, 0, line


def layout():
    command = ROOT / ".venv/bin/clang-format"  # the release that `make setup` installs: layout differs between releases
    if not command.exists():
        return
    run = subprocess.run([command, "--dry-run", *sorted(map(str, tracked("*.c", "*.h")))],
                         cwd=ROOT, capture_output=True, text=True)
    for path in sorted({line.split(":", 1)[0] for line in run.stderr.splitlines() if "-Wclang-format" in line}):
        yield ROOT / path, 1, "is not laid out as .clang-format says: make fmt"


CHECKS = {"layering": layering, "headers": headers, "licences": licences, "conditions": conditions, "ruff": ruff,
          "layout": layout}


def main():
    found = 0
    for name in sys.argv[1:] or CHECKS:
        for path, line, text in CHECKS[name]():
            found += 1
            print(f"{path.relative_to(ROOT)}:{line}: {text}" if line else text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
