# SPDX-License-Identifier: Apache-2.0
"""The functions under the name of PySpark's module for them."""

from roost.sql.functions import *  # noqa: F403
