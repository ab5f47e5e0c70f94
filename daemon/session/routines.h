/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions written in SQL: a session's temporary ones, and those of the catalog.
 *
 * What is kept of one is the statement that made it, with what its creator saw: database, mode, the type that the body
 * gives. A call parses the statement again, so there is one form of a function in memory and in the log.
 */
#ifndef ROOST_SESSION_ROUTINES_H
#define ROOST_SESSION_ROUTINES_H

#include "session/command_sql.h"

struct routine_source {
    const char *database, *name;
    bool temporary, is_table;
    const char *text;
    const struct type *returns; /* NULL: of a class */
    int64_t created;
    uint32_t property_count;
    const struct catalog_property *properties; /* as DESCRIBE FUNCTION shows them; sorted by nothing */
};

/* Everything is copied. Replaces the temporary function of that name and kind. */
void routine_put(struct session *session, const struct routine_source *source);
bool routine_drop(struct session *session, const char *name, bool is_table);
void routines_free(struct session *session);
/* In order of their making: index from 0 until NULL. */
const struct routine_source *routine_at(const struct session *session, uint32_t index);

/* A name that a call or DESCRIBE writes: a temporary function, then one of the catalog. False: there is none.
 * What is found is the session's or the catalog's until their next change. */
bool routine_find(struct analyzer *a, const struct u_name *name, bool is_table, struct routine_source *found);
/* What DESCRIBE says of its use: all that is kept of it, as JSON. */
const char *routine_usage(struct arena *arena, const struct routine_source *source);
const char *routine_property(const struct routine_source *source, const char *key); /* NULL: none */

/* struct analyzer_world's routine, enter and leave. */
bool world_routine(struct analyzer *a, const struct u_name *name, bool is_table, const struct routine **routine,
                   struct error *err);
void world_enter(struct analyzer *a, const struct routine *routine, struct context *saved);
void world_leave(struct analyzer *a, const struct context *saved);
/* A statement read as a routine; returns: what it gives, or NULL while it is made. */
const struct routine *routine_of(struct analyzer *a, const struct u_command *c, const struct routine_source *source,
                                 struct error *err);

#endif
