/* SPDX-License-Identifier: Apache-2.0 */
/*
 * *, t.*, s.* (a struct's fields), * EXCEPT (a, s.b), * REPLACE (x AS a), and df.colRegex.
 */
#include <string.h>
#include <strings.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "plan/analyze.h"

typedef bool add_column(struct scope *s, struct expr *e, void *data, struct error *err);

bool is_star(const struct u_expr *u) {
    return u->kind == U_STAR || u->kind == U_REGEX;
}

/* Do the parts name the qualifier of a, or its end? */
static bool has_qualifier(struct scope *s, const struct attribute *a, const struct u_name *target) {
    if (target->count > a->qualifier_count) return false;
    uint32_t skip = a->qualifier_count - target->count;
    for (uint32_t i = 0; i < target->count; i++)
        if (!name_matches(s->n, a->qualifier[skip + i], target->parts[i])) return false;
    return true;
}

static struct expr *column(struct scope *s, struct attribute *a, const struct u_expr *star) {
    struct expr *e = expr_attribute(s->n->arena, a);
    e->origin = star->origin;
    return e;
}

/* --- EXCEPT and REPLACE --- */

struct except_use {
    bool *used;
};

static bool except_matches(struct scope *s, const struct u_name *name, const struct attribute *a, const char *field,
                           uint32_t *rest) {
    for (uint32_t k = name->count; k-- > 0;) {
        if (k > a->qualifier_count) continue;
        if (!name_matches(s->n, name->parts[k], field ? field : a->name)) continue;
        bool same = true;
        for (uint32_t i = 0; i < k; i++)
            same &= name_matches(s->n, a->qualifier[a->qualifier_count - k + i], name->parts[i]);
        if (!same) continue;
        *rest = k + 1;
        return true;
    }
    return false;
}

static struct expr *struct_without(struct scope *s, struct expr *e, const struct u_name *names, uint32_t count,
                                   const uint32_t *from, struct error *err);

/* A struct column less some of its fields, rebuilt with named_struct. */
static struct expr *struct_without(struct scope *s, struct expr *e, const struct u_name *names, uint32_t count,
                                   const uint32_t *from, struct error *err) {
    struct arena *arena = s->n->arena;
    struct expr **arguments = ARENA_ARRAY(arena, struct expr *, e->type->field_count * 2);
    uint32_t used = 0;
    for (uint32_t f = 0; f < e->type->field_count; f++) {
        const char *field = e->type->fields[f].name;
        struct u_name *deeper = ARENA_ARRAY(arena, struct u_name, count);
        uint32_t *deeper_from = ARENA_ARRAY(arena, uint32_t, count), deeper_count = 0;
        bool dropped = false;
        for (uint32_t i = 0; i < count; i++) {
            if (!name_matches(s->n, names[i].parts[from[i]], field)) continue;
            if (from[i] + 1 == names[i].count) dropped = true;
            deeper[deeper_count] = names[i];
            deeper_from[deeper_count++] = from[i] + 1;
        }
        if (dropped) continue;
        struct expr *value = resolve_field(&s->n->resolver, e, f);
        if (deeper_count && value->type->kind == TYPE_STRUCT)
            value = struct_without(s, value, deeper, deeper_count, deeper_from, err);
        if (!value) return NULL;
        arguments[used++] = expr_string(arena, field, strlen(field));
        arguments[used++] = value;
    }
    return resolve_named(&s->n->resolver, "named_struct", arguments, used, e->origin, err);
}

static bool emit_except(struct scope *s, struct expr *e, struct attribute *a, const struct u_expr *star, bool *used,
                        add_column *add, void *data, struct error *err) {
    struct arena *arena = s->n->arena;
    struct u_name *nested = ARENA_ARRAY(arena, struct u_name, star->star.except_count);
    uint32_t *from = ARENA_ARRAY(arena, uint32_t, star->star.except_count), nested_count = 0;
    for (uint32_t i = 0; i < star->star.except_count; i++) {
        uint32_t rest;
        if (!except_matches(s, &star->star.except[i], a, NULL, &rest)) continue;
        used[i] = true;
        if (rest == star->star.except[i].count) return true;
        nested[nested_count] = star->star.except[i];
        from[nested_count++] = rest;
    }
    if (nested_count && e->type->kind == TYPE_STRUCT) {
        struct expr *less = struct_without(s, e, nested, nested_count, from, err);
        if (!less) return false;
        e = expr_alias(arena, less, a->name, fresh_id(s->n));
    }
    for (uint32_t i = 0; i < star->star.replace_count; i++) {
        const struct u_expr *replace = star->star.replace[i];
        if (replace->kind != U_ALIAS || !name_matches(s->n, replace->alias.names[0], a->name)) continue;
        e = analyze_named(s, replace, err);
        if (!e) return false;
    }
    return add(s, e, data, err);
}

static bool missing_except(struct scope *s, const struct u_expr *star, const bool *used, struct error *err) {
    for (uint32_t i = 0; i < star->star.except_count; i++) {
        if (used[i]) continue;
        const struct u_name *name = &star->star.except[i];
        error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName",
                  quoted_name(s->n->arena, name->parts, name->count), "proposal",
                  suggest_columns(s->n->arena, name, s->attributes, s->attribute_count), NULL);
        return error_at(err, star->origin);
    }
    return true;
}

static bool expand_struct(struct scope *s, const struct u_expr *star, struct expr *e, bool *used, add_column *add,
                          void *data, struct error *err) {
    for (uint32_t i = 0; i < e->type->field_count; i++) {
        struct expr *field = resolve_field(&s->n->resolver, e, i);
        struct expr *alias = expr_alias(s->n->arena, field, e->type->fields[i].name, fresh_id(s->n));
        alias->alias.metadata = e->type->fields[i].metadata;
        struct attribute *a = expr_to_attribute(s->n->arena, alias);
        if (star->star.except_count || star->star.replace_count)
            TRY(emit_except(s, alias, a, star, used, add, data, err));
        else
            TRY(add(s, alias, data, err));
    }
    return true;
}

static bool is_no_struct(struct scope *s, const struct u_expr *star, struct error *err) {
    const struct u_name *target = &star->star.target;
    const char *list = "";
    for (uint32_t i = 0; i < target->count; i++)
        list = arena_printf(s->n->arena, "%s%s%s", list, i ? ", " : "", target->parts[i]);
    error_set(err, "_LEGACY_ERROR_TEMP_1050", "attributes", arena_printf(s->n->arena, "List(%s)", list), NULL);
    return error_at(err, star->origin);
}

static bool cannot_expand(struct scope *s, const struct u_expr *star, struct error *err) {
    struct arena *arena = s->n->arena;
    error_set(err, "CANNOT_RESOLVE_STAR_EXPAND", "targetString",
              quoted_name(arena, star->star.target.parts, star->star.target.count), "columns",
              names_sorted(arena, s->attributes, s->attribute_count), NULL);
    return error_at(err, star->origin);
}

/* df["*"] or t.*: which attributes, by plan id or qualifier. */
static bool expand_attributes(struct scope *s, const struct u_expr *star, bool *used, add_column *add, void *data,
                              uint32_t *found, struct error *err) {
    const struct plan *of = NULL;
    struct attribute_list hidden = {0};
    for (uint32_t i = 0; star->star.target.count && i < s->input_count; i++) hidden_columns(s, s->inputs[i], &hidden);
    for (uint32_t i = 0; i < hidden.count; i++) {
        if (!has_qualifier(s, hidden.items[i], &star->star.target)) continue;
        s->missing = true;
        (*found)++;
        TRY(emit_except(s, column(s, hidden.items[i], star), hidden.items[i], star, used, add, data, err));
    }
    if (star->star.has_plan_id) of = find_plan_id(s->inputs, s->input_count, star->star.plan_id);
    for (uint32_t i = 0; i < s->attribute_count - s->exposed_count; i++) {
        struct attribute *a = s->attributes[i];
        if (star->star.target.count ? !has_qualifier(s, a, &star->star.target) : a->is_metadata) continue;
        if (of && !plan_find_output(of, a->id)) continue;
        (*found)++;
        if (star->star.except_count || star->star.replace_count)
            TRY(emit_except(s, column(s, a, star), a, star, used, add, data, err));
        else
            TRY(add(s, column(s, a, star), data, err));
    }
    return true;
}

static bool expand_regex(struct scope *s, const struct u_expr *u, add_column *add, void *data, struct error *err) {
    int code;
    size_t offset;
    uint32_t flags =
        PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | (s->n->a->context->case_sensitive ? 0 : PCRE2_CASELESS);
    pcre2_code *pattern =
        pcre2_compile((PCRE2_SPTR)u->regex.pattern, PCRE2_ZERO_TERMINATED, flags, &code, &offset, NULL);
    if (!pattern) return error_unsupported(err, "the column pattern %s", u->regex.pattern);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(pattern, NULL);
    bool good = true;
    for (uint32_t i = 0; good && match && i < s->attribute_count - s->exposed_count; i++) {
        struct attribute *a = s->attributes[i];
        if (u->regex.qualifier &&
            !(a->qualifier_count && name_matches(s->n, a->qualifier[a->qualifier_count - 1], u->regex.qualifier)))
            continue;
        if (pcre2_match(pattern, (PCRE2_SPTR)a->name, strlen(a->name), 0, 0, match, NULL) < 0) continue;
        good = add(s, column(s, a, u), data, err);
    }
    pcre2_match_data_free(match);
    pcre2_code_free(pattern);
    return good;
}

/* t.* where t stands in the enclosing query. */
static bool expand_outer(struct scope *s, const struct u_expr *star, add_column *add, void *data, uint32_t *found,
                         struct error *err) {
    const struct correlation *c = s->n->correlation;
    for (uint32_t i = 0; c && i < c->scope->attribute_count; i++) {
        struct attribute *a = c->scope->attributes[i];
        if (!has_qualifier(s, a, &star->star.target)) continue;
        (*found)++;
        struct expr *e = expr_alias(s->n->arena, outer_column(s, a), a->name, fresh_id(s->n));
        TRY(add(s, e, data, err));
    }
    return true;
}

/* EXCEPT's columns may neither repeat nor lie within one another. */
static bool check_except(struct scope *s, const struct u_expr *u, struct error *err) {
    bool overlap = false;
    const char *list = "";
    for (uint32_t i = 0; i < u->star.except_count; i++) {
        const struct u_name *a = &u->star.except[i];
        for (uint32_t k = 0; k < a->count; k++)
            list = arena_printf(s->n->arena, "%s%s%s", list, k ? "." : i ? ", " : "", a->parts[k]);
        for (uint32_t j = 0; j < i; j++) {
            const struct u_name *b = &u->star.except[j];
            uint32_t common = a->count < b->count ? a->count : b->count, same = 0;
            while (same < common && name_matches(s->n, a->parts[same], b->parts[same])) same++;
            overlap |= same == common;
        }
    }
    if (!overlap) return true;
    error_set(err, "EXCEPT_OVERLAPPING_COLUMNS", "columns", list, NULL);
    return error_at(err, u->origin);
}

bool refuse_star(struct scope *s, const struct u_expr *u, const char *place, struct error *err) {
    const char *elem =
        u->kind == U_STAR ? "'*'" : arena_printf(s->n->arena, "regular expression '%s'", u->regex.pattern);
    error_set(err, "INVALID_USAGE_OF_STAR_OR_REGEX", "elem", elem, "prettyName", place, NULL);
    return false;
}

bool expand_star(struct scope *s, const struct u_expr *u, add_column *add, void *data, struct error *err) {
    if (s->starless) {
        refuse_star(s, u, s->starless, err);
        return error_at(err, u->origin);
    }
    if (u->kind == U_REGEX) return expand_regex(s, u, add, data, err);
    bool *used = ARENA_ARRAY(s->n->arena, bool, u->star.except_count + 1);
    uint32_t found = 0;
    TRY(check_except(s, u, err));
    TRY(expand_attributes(s, u, used, add, data, &found, err));
    if (!found && u->star.target.count) TRY(expand_outer(s, u, add, data, &found, err));
    if (!found && u->star.target.count) {
        struct expr *e = names_resolve(s, &u->star.target, u->origin, err);
        if (error_is_set(err)) return false;
        e = strip_alias(e);
        if (!e) return cannot_expand(s, u, err);
        if (e->type->kind != TYPE_STRUCT) return is_no_struct(s, u, err);
        TRY(expand_struct(s, u, e, used, add, data, err));
    }
    return missing_except(s, u, used, err);
}
