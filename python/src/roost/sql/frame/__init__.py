# SPDX-License-Identifier: Apache-2.0
"""The parts of DataFrame, by subject; ``roost.sql.dataframe`` puts them together.

``base.py`` holds what all parts stand on: how an operation becomes a plan of the engine.
"""
