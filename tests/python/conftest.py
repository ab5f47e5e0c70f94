# SPDX-License-Identifier: Apache-2.0
"""Python's clock is UTC here, as collect() gives timestamps in the process's zone."""

import os
import time

os.environ["TZ"] = "UTC"
time.tzset()
