/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands: what has an effect besides its rows.
 *
 * A command is known by a const struct command_kind. Whoever understands the request (the protocol's commands in
 * command_message.c, catalog calls in command_catalog.c, SQL's in command_sql.c) makes a struct command and wraps it
 * in a PLAN_COMMAND, whose output are the kind's columns. It takes effect when that plan runs: session_command_ops is
 * the operator that runs it, in slices like any other; when it has an input, that query runs inside it first.
 *
 *     begin ─► batch, batch, ... (rows of the input) ─► finish: makes the rows of the answer ─► the rows
 *
 * To add one: a row of columns, a kind, its functions; and the place that makes it.
 */
#ifndef ROOST_SESSION_COMMANDS_H
#define ROOST_SESSION_COMMANDS_H

#include "session/session_int.h"

struct command_run;

struct command_column {
    const char *name;
    enum type_kind type; /* STRING, BOOLEAN, LONG or ARRAY (of strings) */
    bool nullable;
};

struct command_kind {
    const char *name; /* as EXPLAIN shows it */
    uint32_t column_count;
    const struct command_column *columns;
    bool (*begin)(struct command_run *run, struct error *err);
    bool (*batch)(struct command_run *run, const struct batch *batch, struct error *err);
    /* Instead of an input: called until it is done, as an operator's next is, but gives no batches. */
    enum exec_status (*step)(struct command_run *run, struct error *err);
    bool (*finish)(struct command_run *run, struct error *err);
    void (*abandon)(struct command_run *run); /* begun and not finished */
};

struct command {
    const struct command_kind *kind;
    const struct plan *input; /* analyzed; NULL: none */
    struct handle *handle;    /* of the plan in the making: holds everything here */
    void *arguments;          /* the kind's own */
    const char *state_key;    /* it changes the session; NULL: it does not, or has no key */
    bool changes_session;
};

struct command_run {
    struct operator op;
    const struct command *command;
    struct session *session;
    struct task *task;
    enum { COMMAND_NEW, COMMAND_RUNNING, COMMAND_ROWS } phase;
    struct query inner; /* runs the input */
    bool inner_is_open;
    struct builder *columns; /* the answer's rows */
    uint32_t row_count, emitted;
    void *state; /* the kind's own, in op.memory */
};

/* A plan for the command: *plan is a PLAN_COMMAND in the analyzer's arena. */
struct plan *command_as_plan(struct analyzer *a, const struct command *command);
struct command *command_create(struct analyzer *a, const struct command_kind *kind, void *arguments);

/* The analyzer's questions (struct analyzer_world.command): U_COMMAND and U_CATALOG. */
bool command_analyze(struct analyzer *a, const struct u_plan *u, struct plan **plan, struct error *err);
/* Commands of the protocol; NULL with *err. */
struct plan *command_from_message(struct derivation *d, const Spark__Connect__Command *m, struct error *err);
/* about NULL: a view without a text. */
struct plan *create_view_plan(struct analyzer *a, const struct plan *input, const char *name, bool global, bool replace,
                              const struct view_about *about);
struct plan *command_from_catalog(struct analyzer *a, const struct u_plan *u, struct error *err);

/* Rows of the answer: values of one row from left to right, then row_end(). Text is copied; NULL is NULL. */
void row_text(struct command_run *run, uint32_t column, const char *text);
void row_bool(struct command_run *run, uint32_t column, bool value);
void row_texts(struct command_run *run, uint32_t column, const char *const *texts, uint32_t count);
void row_end(struct command_run *run);

/* LIKE of SHOW ... and of catalog.list*: * matches anything, | separates; without case. NULL matches all. */
bool pattern_matches(const char *pattern, const char *name);

/* names.c: what a name means. In lower case unless the session minds case. */
struct table_name {
    const char *catalog, *database, *name;
    uint32_t parts; /* as written */
};
bool resolve_table_name(struct session *session, struct arena *arena, const struct u_name *name, struct table_name *out,
                        struct error *err);
/* A temporary view, or NULL. */
struct view_entry *find_temporary_view(struct session *session, struct arena *arena, const struct u_name *name);
bool schema_not_found(const char *database, struct error *err);
bool table_not_found(struct arena *arena, const struct u_name *name, struct error *err);
/* `a`.`b` */
const char *quote_name(struct arena *arena, const struct u_name *name);
/* The comment in a column's metadata, or NULL. */
const char *field_comment(struct arena *arena, const struct field *field);
/* The functions that users may call. */
const struct function **functions_by_name(struct arena *arena, uint32_t *count);
bool session_use(struct session *session, const char *database);
/* The application's catalog, opened at first use. */
struct catalog *session_catalog(struct session *session, struct error *err);

#endif
