/* SPDX-License-Identifier: Apache-2.0 */
/* A session's SQL variables. Each value lives in an arena of its own, replaced as a whole. */
#include <string.h>

#include "session/commands.h"

struct variable *variable_find(const struct session *session, const char *name) {
    for (struct link *l = session->variables.next; l != &session->variables; l = l->next) {
        struct variable *v = LINK_OWNER(l, struct variable, link);
        if (strcmp(v->name, name) == 0) return v;
    }
    return NULL;
}

static void variable_free(struct variable *v) {
    list_remove(&v->link);
    struct arena arena = v->arena; /* holds the variable itself */
    arena_release(&arena);
}

/* A copy with this value and default, in place of what was there. */
static void replace(struct session *session, const char *name, const struct variable *from,
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
    struct variable *old = variable_find(session, name);
    list_append(&session->variables, &v->link);
    if (old) variable_free(old);
}

void variable_put(struct session *session, const char *name, const struct variable *made) {
    replace(session, name, made, made->value);
}

bool variable_assign(struct session *session, const char *name, const struct vector *value) {
    const struct variable *v = variable_find(session, name);
    if (!v) return false;
    replace(session, name, v, value);
    return true;
}

bool variable_drop(struct session *session, const char *name) {
    struct variable *v = variable_find(session, name);
    if (v) variable_free(v);
    return v;
}

void variables_free(struct session *session) {
    for (struct link *l; (l = list_first(&session->variables));) variable_free(LINK_OWNER(l, struct variable, link));
}
