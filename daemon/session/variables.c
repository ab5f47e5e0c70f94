/* SPDX-License-Identifier: Apache-2.0 */
/* SQL variables: a session's, and those of the blocks of a script that runs. Each lives in an arena of its own. */
#include <string.h>
#include <strings.h>

#include "session/commands.h"

struct variable *variable_find(const struct link *variables, const char *name) {
    for (struct link *l = variables->next; l != variables; l = l->next) {
        struct variable *v = LINK_OWNER(l, struct variable, link);
        if (strcmp(v->name, name) == 0) return v;
    }
    return NULL;
}

struct variable *variable_lookup(const struct session *session, struct arena *arena, const struct u_name *name) {
    if (!session->scopes && list_is_empty(&session->variables)) return NULL;
    const char *last = view_key(session, arena, name->parts[name->count - 1]);
    const char *before = name->count > 1 ? name->parts[name->count - 2] : NULL;
    struct variable *v = NULL;
    for (struct variable_scope *s = session->scopes; s && !v && name->count < 3; s = s->up)
        if (!before || (s->label && strcasecmp(s->label, before) == 0)) v = variable_find(&s->variables, last);
    bool of_session = !before || strcasecmp(before, "session") == 0;
    if (name->count == 3) of_session = of_session && strcasecmp(name->parts[0], "system") == 0;
    return v || !of_session || name->count > 3 ? v : variable_find(&session->variables, last);
}

const char *variable_qualifier(const struct session *session, struct arena *arena, const struct variable *v) {
    for (const struct variable_scope *s = session->scopes; s; s = s->up)
        if (variable_find(&s->variables, v->name) == v)
            return s->label ? arena_printf(arena, "local.%s", s->label) : "local";
    return "system.session";
}

void variable_drop(struct variable *v) {
    list_remove(&v->link);
    struct arena arena = v->arena; /* holds the variable itself */
    arena_release(&arena);
}

/* A copy with this value, at the end of the list that `before` is a place of. */
static void put_before(struct session *session, struct link *before, const char *name, const struct variable *from,
                       const struct vector *value) {
    struct arena arena;
    arena_init(&arena, &session->budget->account);
    struct variable *v = ARENA_NEW(&arena, struct variable);
    v->arena = arena;
    v->name = arena_strdup(&v->arena, name);
    v->type = type_copy(&v->arena, from->type);
    v->default_text = arena_strdup(&v->arena, from->default_text);
    struct vector *copies = ARENA_ARRAY(&v->arena, struct vector, 2);
    if (value)
        vector_copy(&copies[0], &v->arena, value, 1);
    else
        vector_init_null(&copies[0], &v->arena, v->type);
    vector_copy(&copies[1], &v->arena, from->otherwise, 1);
    copies[0].form = copies[1].form = VECTOR_CONSTANT;
    copies[0].type = copies[1].type = v->type;
    v->value = &copies[0];
    v->otherwise = &copies[1];
    list_append(before, &v->link);
}

void variable_put(struct session *session, struct link *variables, const char *name, const struct variable *made) {
    struct variable *old = variable_find(variables, name);
    put_before(session, variables, name, made, made->value);
    if (old) variable_drop(old);
}

void variable_assign(struct session *session, struct variable *v, const struct vector *value) {
    put_before(session, &v->link, v->name, v, value);
    variable_drop(v);
}

void variables_free(struct link *variables) {
    for (struct link *l; (l = list_first(variables));) variable_drop(LINK_OWNER(l, struct variable, link));
}
