/* SPDX-License-Identifier: Apache-2.0 */
/* Making nodes, and names as text. */
#include "sql/unresolved.h"

#include <string.h>

#include "sql/sql.h"

struct u_expr *u_expr_new(struct arena *arena, enum u_expr_kind kind, const struct origin *origin,
                          uint32_t child_count) {
    struct u_expr *e = ARENA_NEW(arena, struct u_expr);
    e->kind = kind;
    e->origin = origin;
    e->child_count = child_count;
    e->children = child_count ? ARENA_ARRAY(arena, struct u_expr *, child_count) : NULL;
    return e;
}

struct u_plan *u_plan_new(struct arena *arena, enum u_plan_kind kind, const struct origin *origin, uint32_t child_count,
                          uint32_t expr_count) {
    struct u_plan *plan = ARENA_NEW(arena, struct u_plan);
    plan->kind = kind;
    plan->origin = origin;
    plan->child_count = child_count;
    plan->children = child_count ? ARENA_ARRAY(arena, struct u_plan *, child_count) : NULL;
    plan->expr_count = expr_count;
    plan->exprs = expr_count ? ARENA_ARRAY(arena, struct u_expr *, expr_count) : NULL;
    return plan;
}

static struct u_name one_part(struct arena *arena, const char *part) {
    struct u_name name = {1, ARENA_NEW(arena, const char *)};
    name.parts[0] = part;
    return name;
}

struct u_expr *u_call(struct arena *arena, const struct origin *origin, const char *name, uint32_t count,
                      struct u_expr *const *arguments) {
    struct u_expr *e = u_expr_new(arena, U_CALL, origin, count);
    if (count) memcpy(e->children, arguments, count * sizeof *arguments);
    e->call.name = one_part(arena, name);
    return e;
}

struct u_expr *u_attribute(struct arena *arena, const struct origin *origin, const char *one_part_name) {
    struct u_expr *e = u_expr_new(arena, U_ATTRIBUTE, origin, 0);
    e->attribute.name = one_part(arena, one_part_name);
    return e;
}

static bool is_plain(const char *part) {
    bool digits_only = true;
    for (const char *c = part; *c; c++) {
        bool digit = *c >= '0' && *c <= '9';
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        if (!digit && !letter) return false;
        digits_only &= digit;
    }
    return *part && !digits_only;
}

static const char *quote(struct arena *arena, const char *const *parts, uint32_t count, bool always) {
    size_t size = 1;
    for (uint32_t i = 0; i < count; i++) size += 2 * strlen(parts[i]) + 3;
    char *text = arena_bytes(arena, size), *out = text;
    for (uint32_t i = 0; i < count; i++) {
        if (i) *out++ = '.';
        if (!always && is_plain(parts[i])) {
            out = stpcpy(out, parts[i]);
            continue;
        }
        *out++ = '`';
        for (const char *c = parts[i]; *c; c++) {
            if (*c == '`') *out++ = '`';
            *out++ = *c;
        }
        *out++ = '`';
    }
    *out = '\0';
    return text;
}

const char *sql_quote_name(struct arena *arena, const char *const *parts, uint32_t count) {
    return quote(arena, parts, count, false);
}

const char *sql_quote_name_always(struct arena *arena, const char *const *parts, uint32_t count) {
    return quote(arena, parts, count, true);
}

/*
 * As the DataFrame API reads a name: parts between points, a part in backquotes may hold anything. Nothing but a point
 * may follow a closing backquote.
 */
bool sql_parse_name(struct arena *arena, const char *text, struct u_name *name, struct error *err) {
    LIST(const char *) parts = {0};
    const char *s = text;
    for (;;) {
        char *part = arena_bytes(arena, strlen(s) + 1), *out = part;
        if (*s == '`') {
            for (s++; *s && (*s != '`' || s[1] == '`'); s++) {
                if (*s == '`') s++;
                *out++ = *s;
            }
            if (*s++ != '`' || (*s && *s != '.')) break;
        } else {
            while (*s && *s != '.' && *s != '`') *out++ = *s++;
            if (*s == '`' || (out == part && *text)) break;
        }
        *out = '\0';
        LIST_PUSH(arena, &parts, part);
        if (!*s) {
            *name = (struct u_name){parts.count, parts.items};
            return true;
        }
        s++;
    }
    return error_set(err, "INVALID_ATTRIBUTE_NAME_SYNTAX", "name", text, NULL);
}

bool u_expr_has_scalar_subquery(const struct u_expr *u) {
    if (u->kind == U_SUBQUERY && u->subquery.kind == U_SUBQUERY_SCALAR) return true;
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u_expr_has_scalar_subquery(u->children[i])) return true;
    return false;
}

bool u_expr_has_subquery(const struct u_expr *u) {
    if (u->kind == U_SUBQUERY) return true;
    for (uint32_t i = 0; i < u->child_count; i++)
        if (u_expr_has_subquery(u->children[i])) return true;
    return false;
}

const char *u_field_name(struct arena *arena, const struct u_expr *e) {
    if (e->kind == U_ALIAS) return e->alias.names[0];
    if (e->kind == U_ATTRIBUTE) return e->attribute.name.parts[e->attribute.name.count - 1];
    if (e->kind != U_EXTRACT || e->children[1]->kind != U_LITERAL) return NULL;
    const struct vector *key = e->children[1]->literal.value;
    if (!type_is_string(key->type) || key->validity) return NULL;
    struct string s = *VECTOR_DATA(key, struct string);
    return arena_strndup(arena, s.data, s.size);
}
