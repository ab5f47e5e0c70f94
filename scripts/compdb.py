# SPDX-License-Identifier: Apache-2.0
"""compile_commands.json from what `make -n` would run: its lines on stdin, the database on stdout. Used by `make compdb`."""

import json
import pathlib
import shlex
import sys


def commands(lines):
    """Each compile command among the lines as an entry of the database; everything else is passed over."""
    root = str(pathlib.Path(__file__).resolve().parent.parent)
    for line in lines:
        try:
            words = shlex.split(line)
        except ValueError:  # shell text of another recipe
            continue
        if "-c" not in words:
            continue
        source = words[words.index("-c") + 1] if words.index("-c") + 1 < len(words) else ""
        if source.endswith(".c"):
            while "gcc" not in pathlib.Path(words[0]).name:  # ccache
                words = words[1:]
            yield {"directory": root, "file": source, "arguments": words}


if __name__ == "__main__":
    json.dump(list(commands(sys.stdin)), sys.stdout, indent=1)
