# SPDX-License-Identifier: Apache-2.0
"""The names of py4j that programs for PySpark mention, where py4j is not installed: nothing raises or makes them."""

from roost.py4j import protocol as protocol
