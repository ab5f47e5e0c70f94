/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a Parquet schema to Spark's types, by the rules of Spark's ParquetToSparkSchemaConverter: everything nullable;
 * lists in the three-level form and in the older two-level ones; maps; a schema that Spark itself has left in the
 * file's metadata wins where it has the same columns.
 */
#ifndef ROOST_FORMAT_PARQUET_SCHEMA_H
#define ROOST_FORMAT_PARQUET_SCHEMA_H

#include "format/parquet/metadata.h"

/* Sets every node's type and metadata->schema. */
bool parquet_make_schema(struct arena *arena, const struct context *context, struct parquet_metadata *metadata,
                         const char *spark_schema, const char **corrupt, struct error *err);
/* The node that holds a list's elements, and whether it is the repeated node itself (two-level lists). */
struct parquet_node *parquet_list_element(const struct parquet_node *list, bool *two_level);
struct parquet_node *parquet_map_entries(const struct parquet_node *map);

#endif
