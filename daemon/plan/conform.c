/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An expression over a value of one type that makes it one of another: structs are taken apart and made again,
 *
 *     if(isnull(s), NULL, named_struct('b', s.b, 'a', s.a, 'c', NULL))
 *
 * within transform() for arrays and transform_values() for maps. It is not analyzed yet: whoever asks for it knows what
 * the value is called.
 */
#include "plan/conform.h"

#include <string.h>
#include <strings.h>

#include "expr/expr.h"

static const struct field *field_named(const struct type *t, const char *name) {
    for (uint32_t i = 0; i < t->field_count; i++)
        if (strcasecmp(t->fields[i].name, name) == 0) return &t->fields[i];
    return NULL;
}

static bool conforms(const struct type *from, const struct type *to) {
    if (from->kind != to->kind) return true;
    if (from->kind == TYPE_ARRAY || from->kind == TYPE_MAP) return conforms(from->element, to->element);
    if (from->kind != TYPE_STRUCT) return true;
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < to->field_count; i++)
        if (strcasecmp(from->fields[i].name, to->fields[i].name) != 0 ||
            !conforms(from->fields[i].type, to->fields[i].type))
            return false;
    return true;
}

static struct u_expr *literal(struct arena *arena, const struct expr *constant) {
    struct u_expr *e = u_expr_new(arena, U_LITERAL, NULL, 0);
    e->literal.value = constant->literal;
    return e;
}

/* transform(value, element -> ...), transform_values(value, (key, element) -> ...) */
static struct u_expr *conform_elements(struct arena *arena, struct u_expr *value, const struct type *from,
                                       const struct type *to) {
    static const char *const names[] = {" key", " element"}; /* nobody else can write such */
    uint32_t first = from->kind == TYPE_ARRAY ? 1 : 0;
    struct u_expr *lambda = u_expr_new(arena, U_LAMBDA, NULL, 1);
    lambda->lambda.count = 2 - first;
    lambda->lambda.variables = arena_copy(arena, names + first, (2 - first) * sizeof *names);
    lambda->children[0] = conform_fields(arena, u_attribute(arena, NULL, names[1]), from->element, to->element);
    struct u_expr *arguments[] = {value, lambda};
    return u_call(arena, NULL, first ? "transform" : "transform_values", 2,
                  arena_copy(arena, arguments, sizeof arguments));
}

static struct u_expr *null_if_null(struct arena *arena, struct u_expr *value, struct u_expr *otherwise) {
    struct u_expr *arguments[] = {u_call(arena, NULL, "isnull", 1, arena_copy(arena, &value, sizeof value)),
                                  literal(arena, expr_null(arena, TYPE_OF(NULL))), otherwise};
    return u_call(arena, NULL, "if", 3, arena_copy(arena, arguments, sizeof arguments));
}

static struct u_expr *conform_field(struct arena *arena, struct u_expr *value, const struct type *from,
                                    const struct field *to) {
    const struct field *own = field_named(from, to->name);
    if (!own) return literal(arena, expr_null(arena, to->type));
    struct u_expr *get = u_expr_new(arena, U_EXTRACT, NULL, 2);
    get->children[0] = value;
    get->children[1] = literal(arena, expr_string(arena, own->name, strlen(own->name)));
    return conform_fields(arena, get, own->type, to->type);
}

struct u_expr *conform_fields(struct arena *arena, struct u_expr *value, const struct type *from,
                              const struct type *to) {
    if (conforms(from, to)) return value;
    if (from->kind != TYPE_STRUCT) return conform_elements(arena, value, from, to);
    struct u_expr **parts = ARENA_ARRAY(arena, struct u_expr *, 2 * (size_t)to->field_count);
    for (uint32_t i = 0; i < to->field_count; i++) {
        const struct field *f = &to->fields[i];
        parts[2 * i] = literal(arena, expr_string(arena, f->name, strlen(f->name)));
        parts[2 * i + 1] = conform_field(arena, value, from, f);
    }
    return null_if_null(arena, value, u_call(arena, NULL, "named_struct", 2 * to->field_count, parts));
}

static bool fields_may_store(const struct type *from, const struct type *to) {
    if (from->field_count != to->field_count) return false;
    for (uint32_t i = 0; i < from->field_count; i++)
        if (!type_may_store(from->fields[i].type, to->fields[i].type)) return false;
    return true;
}

bool type_may_store(const struct type *from, const struct type *to) {
    if (type_same(from, to, true) || from->kind == TYPE_NULL) return true;
    if (type_is_numeric(from) && type_is_numeric(to)) return true;
    if (type_is_string(to)) return !type_is_nested(from) && from->kind != TYPE_BINARY && from->kind != TYPE_VARIANT;
    if (type_is_datetime(from) && type_is_datetime(to)) return true;
    if (from->kind == to->kind && type_is_ansi_interval(from)) return true;
    if (from->kind == TYPE_ARRAY && to->kind == TYPE_ARRAY) return type_may_store(from->element, to->element);
    if (from->kind == TYPE_MAP && to->kind == TYPE_MAP)
        return type_may_store(from->key, to->key) && type_may_store(from->element, to->element);
    return from->kind == TYPE_STRUCT && to->kind == TYPE_STRUCT && fields_may_store(from, to);
}
