/* SPDX-License-Identifier: Apache-2.0 */
/* What the door's files share. */
#ifndef ROOST_SESSION_DOOR_INT_H
#define ROOST_SESSION_DOOR_INT_H

#include <stdlib.h>
#include <string.h>

#include "session/door.h"
#include "sql/sql.h"

static inline struct arena *door_arena(const struct derivation *d) {
    return d->analyzer.arena;
}
static inline const char *door_text(const struct derivation *d, const char *text) {
    return arena_strdup(door_arena(d), text ? text : "");
}
static inline const char **door_texts(const struct derivation *d, char *const *texts, size_t count) {
    const char **copies = ARENA_ARRAY(door_arena(d), const char *, count);
    for (size_t i = 0; i < count; i++) copies[i] = door_text(d, texts[i]);
    return copies;
}
/* Always NULL. */
static inline void *door_refuse(const char *what, const char *reason, struct error *err) {
    error_set(err, "PROTOCOL_ERROR", "what", what, "reason", reason, NULL);
    return NULL;
}

/* "file.py:12" and what was called there, for errors; NULL where the message says nothing. */
const struct origin *door_origin(const struct derivation *d, const Spark__Connect__Origin *m);
/* A dotted name with backquotes. */
bool door_name(const struct derivation *d, const char *text, struct u_name *name, struct error *err);
/* The same of a table or view, which has to be written as in SQL. */
bool door_table_name(const struct derivation *d, const char *text, struct u_name *name, struct error *err);
bool door_expressions(struct derivation *d, Spark__Connect__Expression *const *m, size_t count, struct u_expr **out,
                      struct error *err);
struct u_expr *door_literal_expression(struct derivation *d, const Spark__Connect__Expression__Literal *m,
                                       const struct origin *origin, struct error *err);
struct u_expr *door_sort_order(struct derivation *d, const Spark__Connect__Expression__SortOrder *m, struct error *err);
struct u_expr *door_alias(struct derivation *d, const Spark__Connect__Expression__Alias *m, const struct origin *origin,
                          struct error *err);
struct u_expr *door_table_udf(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedTableFunction *m,
                              struct error *err);
struct u_expr *door_udf(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedFunction *m,
                        const struct origin *origin, struct error *err);

/* door_relations.c and its companions: each makes one kind of relation. */
struct u_plan *door_statistics(struct derivation *d, const Spark__Connect__Relation *m, const struct origin *origin,
                               struct error *err);
struct u_plan *door_catalog(struct derivation *d, const Spark__Connect__Catalog *m, const struct origin *origin,
                            struct error *err);
struct u_plan *door_local(struct derivation *d, const Spark__Connect__Relation *m, const struct origin *origin,
                          struct error *err);
/* The entries of a map<string, string>, whatever message they stand in. */
struct u_option *door_options(struct derivation *d, ProtobufCMessage *const *entries, size_t count);
/* A node over one input. */
struct u_plan *door_node(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                         const Spark__Connect__Relation *input, size_t expr_count, struct error *err);

#endif
