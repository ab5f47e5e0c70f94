/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that clients register with a session (spark.udf.register): a name, and what the protocol says of the
 * function. Each lives in an arena of its own, replaced as a whole.
 */
#include "session/functions.h"

#include <string.h>
#include <strings.h>

#include "session/door_int.h"

struct session_function {
    struct link link;
    struct arena arena; /* holds the function itself */
    const char *name;
    const struct type *type;
    int32_t eval_type;
    bool deterministic;
    uint32_t command_size;
    const uint8_t *command;
};

static struct session_function *find(const struct session *session, const char *name) {
    for (struct link *l = session->functions.next; l != &session->functions; l = l->next) {
        struct session_function *f = LINK_OWNER(l, struct session_function, link);
        if (strcasecmp(f->name, name) == 0) return f;
    }
    return NULL;
}

static void function_free(struct session_function *f) {
    list_remove(&f->link);
    struct arena arena = f->arena;
    arena_release(&arena);
}

void session_functions_free(struct session *session) {
    for (struct link *l; (l = list_first(&session->functions));)
        function_free(LINK_OWNER(l, struct session_function, link));
}

/* ---- registering ---- */

static bool put(struct command_run *run, struct error *err) {
    (void)err;
    const struct u_expr *u = run->command->arguments;
    struct session *session = run->session;
    struct arena arena;
    arena_init(&arena, &session->budget->account);
    struct session_function *f = ARENA_NEW(&arena, struct session_function);
    f->arena = arena;
    f->name = arena_strdup(&f->arena, u->udf.name);
    f->type = type_copy(&f->arena, u->udf.type);
    f->eval_type = u->udf.eval_type;
    f->deterministic = u->udf.deterministic;
    f->command_size = u->udf.command_size;
    f->command = arena_copy(&f->arena, u->udf.command, u->udf.command_size);
    struct session_function *old = find(session, f->name);
    list_append(&session->functions, &f->link);
    if (old) function_free(old);
    return true;
}

static const struct command_kind register_command = {.name = "RegisterFunction", .finish = put};

struct plan *register_function(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedFunction *m,
                               struct error *err) {
    struct u_expr *u = door_udf(d, m, NULL, err);
    TRY_NULL(u);
    struct command *command = command_create(&d->analyzer, &register_command, u);
    command->changes_session = true;
    command->state_key = arena_printf(door_arena(d), "function:%s", u->udf.name);
    return command_as_plan(&d->analyzer, command);
}

/* ---- calling ---- */

/* A call by name: one part, or in the schema where temporary functions live. */
static const char *plain_name(const struct u_name *name) {
    if (name->count == 1) return name->parts[0];
    bool temporary = strcasecmp(name->parts[name->count - 2], "session") == 0;
    return temporary ? name->parts[name->count - 1] : NULL;
}

bool call_session_function(struct analyzer *a, const struct u_expr *call, struct expr **arguments, uint32_t count,
                           struct expr **result, struct error *err) {
    (void)err;
    const struct derivation *d = a->owner;
    *result = NULL;
    if (list_is_empty(&d->session->functions)) return true;
    const char *name = plain_name(&call->call.name);
    const struct session_function *f = name ? find(d->session, name) : NULL;
    if (!f) return true;
    struct expr *e = expr_new(a->arena, EXPR_UDF, count);
    bool deterministic = f->deterministic;
    for (uint32_t i = 0; i < count; i++) {
        e->children[i] = arguments[i];
        deterministic = deterministic && arguments[i]->deterministic;
    }
    e->origin = call->origin;
    e->type = type_copy(a->arena, f->type);
    e->nullable = true;
    e->deterministic = deterministic;
    e->udf.name = arena_strdup(a->arena, f->name);
    e->udf.eval_type = f->eval_type;
    e->udf.deterministic = f->deterministic;
    e->udf.command_size = f->command_size;
    e->udf.command = arena_copy(a->arena, f->command, f->command_size);
    *result = e;
    return true;
}
