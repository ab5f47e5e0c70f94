/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that clients register with a session (spark.udf.register, spark.udtf.register): a name, and what the
 * protocol says of the function. Each lives in an arena of its own, replaced as a whole. Of a table function the
 * message itself is kept, because there are expressions in it, which are read anew for every query.
 */
#include "session/functions.h"

#include <string.h>
#include <strings.h>

#include "base/proto_arena.h"
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
    size_t message_size; /* of a table function, else 0 */
    const uint8_t *message;
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

bool session_function_known(const struct session *session, const char *name) {
    return find(session, name);
}

bool session_function_drop(struct session *session, const char *name) {
    struct session_function *f = find(session, name);
    if (f) function_free(f);
    return f;
}

const char *session_function_at(const struct session *session, uint32_t index) {
    for (struct link *l = session->functions.next; l != &session->functions; l = l->next)
        if (index-- == 0) return LINK_OWNER(l, struct session_function, link)->name;
    return NULL;
}

void session_functions_free(struct session *session) {
    for (struct link *l; (l = list_first(&session->functions));)
        function_free(LINK_OWNER(l, struct session_function, link));
}

/* ---- registering ---- */

/* In the place of one of the same name. */
static struct session_function *put_name(struct session *session, const char *name) {
    struct arena arena;
    arena_init(&arena, &session->budget->account);
    struct session_function *f = ARENA_NEW(&arena, struct session_function), *old = find(session, name);
    f->arena = arena;
    f->name = arena_strdup(&f->arena, name);
    list_append(&session->functions, &f->link);
    if (old) function_free(old);
    return f;
}

static bool put(struct command_run *run, struct error *err) {
    (void)err;
    const struct u_expr *u = run->command->arguments;
    struct session_function *f = put_name(run->session, u->udf.name);
    f->type = type_copy(&f->arena, u->udf.type);
    f->eval_type = u->udf.eval_type;
    f->deterministic = u->udf.deterministic;
    f->command_size = u->udf.command_size;
    f->command = arena_copy(&f->arena, u->udf.command, u->udf.command_size);
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

struct packed {
    const char *name;
    size_t size;
    uint8_t *bytes;
};

static bool put_table(struct command_run *run, struct error *err) {
    (void)err;
    const struct packed *m = run->command->arguments;
    struct session_function *f = put_name(run->session, m->name);
    f->message_size = m->size;
    f->message = arena_copy(&f->arena, m->bytes, m->size);
    return true;
}

static const struct command_kind register_table_command = {.name = "RegisterTableFunction", .finish = put_table};

struct plan *register_table_function(struct derivation *d,
                                     const Spark__Connect__CommonInlineUserDefinedTableFunction *m, struct error *err) {
    struct packed *packed = ARENA_NEW(door_arena(d), struct packed);
    TRY_NULL(door_table_udf(d, m, err));
    packed->name = door_text(d, m->function_name);
    packed->size = protobuf_c_message_get_packed_size(&m->base);
    packed->bytes = arena_alloc(door_arena(d), packed->size);
    protobuf_c_message_pack(&m->base, packed->bytes);
    struct command *command = command_create(&d->analyzer, &register_table_command, packed);
    command->changes_session = true;
    command->state_key = arena_printf(door_arena(d), "function:%s", packed->name);
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
    if (!f || f->message_size) return true;
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

bool find_table_function(struct analyzer *a, const struct u_name *name, const struct u_expr **udf, struct error *err) {
    struct derivation *d = a->owner;
    const char *plain = plain_name(name);
    const struct session_function *f = plain ? find(d->session, plain) : NULL;
    *udf = NULL;
    if (!f || !f->message_size) return true;
    const ProtobufCMessage *m =
        proto_arena_unpack(a->arena, &spark__connect__common_inline_user_defined_table_function__descriptor, f->message,
                           f->message_size, d->session->engine->options.max_depth, err);
    TRY(m);
    *udf = door_table_udf(d, (const Spark__Connect__CommonInlineUserDefinedTableFunction *)m, err);
    return *udf != NULL;
}
