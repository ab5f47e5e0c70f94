#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes a machine ready: installs the Debian packages that are missing, and a virtual environment in .venv with what
# the tests need and the package built in place. Safe to run again; does nothing that is done already.
#
#     scripts/setup.sh             all of it
#     scripts/setup.sh --packages  the Debian packages alone
set -eu
cd "$(dirname "$0")/.."

packages="gcc make pkg-config protobuf-c-compiler protobuf-compiler libprotobuf-c-dev libuv1-dev libmsgpack-dev
  libpcre2-dev zlib1g-dev libzstd-dev liblz4-dev libsnappy-dev libbz2-dev libxml2-dev libssl-dev libicu-dev libedit-dev
  check python3 python3-dev python3-venv tzdata"

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then root="sudo"
    else
        echo "roost needs Debian packages that are not installed. As root, run:" >&2
        echo "    apt-get install$missing" >&2
        exit 1
    fi
    echo "installing:$missing" >&2
    $root apt-get update -q >&2
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $root apt-get install -q -y --no-install-recommends $missing >&2
fi
[ "${1:-}" = "--packages" ] && exit 0

if [ ! -x .venv/bin/python ]; then
    python=/usr/bin/python3 # the one whose headers python3-dev brings
    [ -x "$python" ] || python=python3
    echo "making .venv" >&2
    "$python" -m venv .venv
fi
stamp=.venv/.requirements
if [ ! -e "$stamp" ] || [ scripts/requirements.txt -nt "$stamp" ]; then
    .venv/bin/pip install -q --disable-pip-version-check -r scripts/requirements.txt
    touch "$stamp"
fi
