/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of the catalog: copies of them, and how records hold them (record.c). */
#ifndef ROOST_CATALOG_CATALOG_INT_H
#define ROOST_CATALOG_CATALOG_INT_H

#include "catalog/catalog.h"
#include "catalog/log.h"

/* Everything into the arena. */
void copy_database(struct arena *arena, const struct catalog_database *from, struct catalog_database *to);
void copy_table(struct arena *arena, const struct catalog_table *from, struct catalog_table *to);
void copy_function(struct arena *arena, const struct catalog_function *from, struct catalog_function *to);

void write_database(struct log_record *record, const struct catalog_database *database);
/* Without its partitions, which have records of their own. */
void write_table(struct log_record *record, const struct catalog_table *table);
void write_partition_list(struct log_record *record, const struct catalog_partition *parts, uint32_t count,
                          uint32_t value_count);
void write_function(struct log_record *record, const struct catalog_function *function);
/* What they give points into the record's arena. */
bool read_database(struct log_reader *in, struct catalog_database *database, struct error *err);
bool read_table(struct log_reader *in, struct catalog_table *table, struct error *err);
bool read_function(struct log_reader *in, struct catalog_function *function, struct error *err);
const struct catalog_partition *read_partition_list(struct log_reader *in, uint32_t value_count, uint32_t *count);

#endif
