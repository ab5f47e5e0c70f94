# SPDX-License-Identifier: Apache-2.0
"""What PySpark has in ``pyspark.sql.pandas`` and programs ask for: versions, and what type hints mean."""
