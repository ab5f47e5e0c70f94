# SPDX-License-Identifier: Apache-2.0
"""pandas_udf and arrow_udf: functions on whole columns."""
