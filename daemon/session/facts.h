/* SPDX-License-Identifier: Apache-2.0 */
/* Named facts about tables, partitions and views; see table_facts.c. */
#ifndef ROOST_SESSION_FACTS_H
#define ROOST_SESSION_FACTS_H

#include "session/command_sql.h"

/* Keys of what ANALYZE finds; of a column: "column.<name>.<fact>". */
#define STATISTIC_SIZE "size"
#define STATISTIC_ROWS "rows"

struct facts {
    struct arena *arena;
    bool without_modes; /* spark.sql.legacy.viewSchemaBindingMode is off: views have none */
    LIST(struct text_row) list;
};

void table_facts(struct facts *f, const struct catalog_table *t);
void bucket_facts(struct facts *f, const struct catalog_table *t);
void storage_facts(struct facts *f, const struct catalog_table *t);
void partition_facts(struct facts *f, const struct catalog_table *t, const struct catalog_partition *part);
void temporary_view_facts(struct facts *f, const struct view_entry *view);
/* "name: value", one a line. */
const char *facts_as_lines(const struct facts *f);
/* "[p=1, q=a]" */
const char *partition_values_text(struct arena *arena, const struct catalog_table *t,
                                  const struct catalog_partition *part);
/* The value, or what stands for a secret. */
const char *shown_value(const char *key, const char *value);
const struct catalog_property *shown_properties(struct arena *arena, const struct catalog_property *p, uint32_t count,
                                                bool sorted);
/* NULL: not known. */
const char *statistic_of(const struct catalog_property *statistics, uint32_t count, const char *key);

/* What SHOW TABLE EXTENDED says. */
const char *table_information(struct arena *arena, const struct context *context, const struct catalog_table *table);
const char *view_information(struct arena *arena, const struct context *context, const struct view_entry *view);
bool shows_view_modes(const struct context *context);
/* Its mode, as settings let it be seen; NULL: none. */
const char *shown_mode(const struct context *context, const struct catalog_table *view);

/* describe_json.c */
const char *table_as_json(struct arena *arena, const struct catalog_table *t, const struct catalog_partition *part);
const char *view_as_json(struct arena *arena, const struct view_entry *view);

#endif
