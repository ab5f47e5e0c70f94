# SPDX-License-Identifier: Apache-2.0
"""DataFrame.transpose: the columns of the result are named by rows, so the rows are fetched first."""

from __future__ import annotations

from roost.errors.base import AnalysisException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from roost.sql.dataframe import DataFrame
    from roost.sql.types import DataType, StructField


def _refused(condition: str, state: str, **parameters: str) -> AnalysisException:
    error = AnalysisException(errorClass=condition, messageParameters=parameters)
    error._sql_state = state
    return error


def transposed(df: DataFrame, index_column: Any) -> DataFrame:
    """The DataFrame with a row for each column but the index, a column for each of its rows."""
    from roost.sql.types import StringType, StructField, StructType

    if not df.schema.fields:
        return df
    index = df.select(df.columns[0] if index_column is None else index_column)
    field = index.schema.fields[0]
    _check_index(df, field)
    names = [name for name in df.columns if name != field.name]
    kind = common_type(df, [df.schema[name] for name in names])
    most = int(df.sparkSession.conf.get("spark.sql.transposeMaxValues", "500"))
    rows = (
        df.where(df[field.name].isNotNull())
        .select(df[field.name].cast("string"), *[df[name].cast(kind) for name in names])
        .orderBy(df[field.name])
        .limit(most + 1)
        .collect()
    )
    if len(rows) > most:
        raise _refused(
            "TRANSPOSE_EXCEED_ROW_LIMIT", "54006", maxValues=str(most), config="spark.sql.transposeMaxValues"
        )
    fields = [StructField("key", StringType(), False), *[StructField(row[0], kind, True) for row in rows]]
    turned = [tuple([name, *[row[i + 1] for row in rows]]) for i, name in enumerate(names)]
    return df.sparkSession.createDataFrame(turned, StructType(fields))


def _check_index(df: DataFrame, field: StructField) -> None:
    from roost.sql.types import ArrayType, MapType, StructType, VariantType

    reason = None
    if field.name not in df.columns:
        reason = "Index column must be an atomic attribute"
    elif isinstance(field.dataType, (ArrayType, MapType, StructType, VariantType)):
        shown = str(field.dataType).replace("()", "").replace(", ", ",").replace("True", "true").replace("False", "false")
        reason = f"Index column must be of atomic type, but found: {shown}"
    if reason:
        raise _refused("TRANSPOSE_INVALID_INDEX_COLUMN", "42804", reason=reason)


def common_type(df: DataFrame, fields: List[StructField]) -> DataType:
    """The type that the values of several columns have in common; text only with text."""
    from roost.sql import functions as F
    from roost.sql.types import StringType

    if not fields:
        return StringType()
    common = fields[0].dataType
    for field in fields[1:]:
        if field.dataType == common:
            continue
        pair = [F.lit(None).cast(common), F.lit(None).cast(field.dataType)]
        try:
            if isinstance(common, StringType) != isinstance(field.dataType, StringType):
                raise AnalysisException("no common type")
            common = df.sparkSession.range(0).select(F.coalesce(*pair)).schema.fields[0].dataType
        except AnalysisException:
            shown = [f'"{kind.simpleString().upper()}"' for kind in (common, field.dataType)]
            raise _refused("TRANSPOSE_NO_LEAST_COMMON_TYPE", "42K09", dt1=shown[0], dt2=shown[1]) from None
    return common
