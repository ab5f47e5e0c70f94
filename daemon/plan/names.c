/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a dotted name means.
 *
 * a.b.c.d may be catalog.database.table.column with fields after it, or a table's column, or a column's field. As
 * Spark does, the longest qualifier that finds anything wins; several columns at that length are ambiguous, unless
 * they are the same column. What a name can mean, in the order tried:
 *
 *     a variable of a lambda around it
 *     a column of the inputs
 *     what the clause adds (ORDER BY: the input of SELECT; HAVING: the SELECT list's aliases)
 *     a function that needs no parentheses (current_date)
 *     a hidden column: the other side's key of a USING join, what a projection below left out (missing.c)
 *     a column that a generator in the same SELECT gives
 *     an alias to the left in the same SELECT
 *     a column of the enclosing query, for a subquery
 *     a SQL variable
 *
 * Wide inputs get a hash index on first use.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plan/analyze.h"

enum { INDEX_WIDTH = 24 }; /* attributes from which an index pays */

struct name_index {
    uint32_t mask;
    uint32_t *first; /* by hash: attribute number + 1 */
    uint32_t *next;  /* by attribute: the next in its chain + 1 */
};

bool name_matches(const struct analysis *n, const char *a, const char *b) {
    return n->a->context->case_sensitive ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

static uint32_t name_hash(const char *name) {
    uint32_t hash = 2166136261u;
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        hash = (hash ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 16777619u;
    }
    return hash;
}

static struct name_index *index_make(struct arena *arena, struct attribute *const *attributes, uint32_t count) {
    uint32_t size = 16;
    while (size < count * 2) size *= 2;
    struct name_index *index = ARENA_NEW(arena, struct name_index);
    index->mask = size - 1;
    index->first = ARENA_ARRAY(arena, uint32_t, size);
    index->next = ARENA_ARRAY(arena, uint32_t, count);
    for (uint32_t i = count; i-- > 0;) {
        uint32_t slot = name_hash(attributes[i]->name) & index->mask;
        index->next[i] = index->first[slot];
        index->first[slot] = i + 1;
    }
    return index;
}

void scope_init(struct scope *s, struct analysis *n, struct plan *const *inputs, uint32_t count) {
    *s = (struct scope){.n = n, .inputs = inputs, .input_count = count};
    if (count == 1) {
        s->attributes = inputs[0]->output;
        s->attribute_count = inputs[0]->output_count;
    } else if (count == 2) {
        uint32_t left = inputs[0]->output_count, right = inputs[1]->output_count;
        struct attribute **all = ARENA_ARRAY(n->arena, struct attribute *, left + right);
        for (uint32_t i = 0; i < left; i++) all[i] = inputs[0]->output[i];
        for (uint32_t i = 0; i < right; i++) all[left + i] = inputs[1]->output[i];
        s->attributes = all;
        s->attribute_count = left + right;
    }
}

struct candidates {
    struct arena *arena;
    LIST(struct attribute *) list;
};

/* Is parts[0 .. k) a qualifier of a, as far as parts says it? */
static bool qualifies(struct scope *s, const struct attribute *a, const char *const *parts, uint32_t k) {
    if (k == 0) return true;
    if (k > a->qualifier_count || (k == 3 && a->qualifier_count != 3)) return false;
    uint32_t skip = a->qualifier_count - k;
    for (uint32_t i = 0; i < k; i++)
        if (!name_matches(s->n, a->qualifier[skip + i], parts[i])) return false;
    return true;
}

static void consider(struct scope *s, struct candidates *c, struct attribute *a, const struct u_name *name,
                     uint32_t k) {
    if (!name_matches(s->n, a->name, name->parts[k]) || !qualifies(s, a, name->parts, k)) return;
    for (uint32_t i = 0; i < c->list.count; i++)
        if (c->list.items[i]->id == a->id) return;
    LIST_PUSH(c->arena, &c->list, a);
}

static void collect(struct scope *s, struct candidates *c, struct attribute *const *attributes, uint32_t count,
                    const struct u_name *name, uint32_t k) {
    if (attributes != s->attributes || count < INDEX_WIDTH || ++s->lookups < 3) {
        for (uint32_t i = 0; i < count; i++) consider(s, c, attributes[i], name, k);
        return;
    }
    if (!s->index) s->index = index_make(c->arena, attributes, count);
    for (uint32_t i = s->index->first[name_hash(name->parts[k]) & s->index->mask]; i; i = s->index->next[i - 1])
        consider(s, c, attributes[i - 1], name, k);
}

/* Columns win over metadata columns of the same name. */
static void prefer_columns(struct candidates *c) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->list.count; i++)
        if (!c->list.items[i]->is_metadata) c->list.items[kept++] = c->list.items[i];
    if (kept) c->list.count = kept;
}

const char *quoted_name(struct arena *arena, const char *const *parts, uint32_t count) {
    size_t size = 1;
    for (uint32_t i = 0; i < count; i++) size += 2 * strlen(parts[i]) + 3;
    char *text = arena_bytes(arena, size), *to = text;
    for (uint32_t i = 0; i < count; i++) {
        if (i) *to++ = '.';
        *to++ = '`';
        for (const char *from = parts[i]; *from; from++) {
            if (*from == '`') *to++ = '`';
            *to++ = *from;
        }
        *to++ = '`';
    }
    *to = '\0';
    return text;
}

/* An attribute with its qualifier, as messages call it. */
static struct u_name full_name(struct arena *arena, const struct attribute *a) {
    struct u_name name = {0, ARENA_ARRAY(arena, const char *, a->qualifier_count + 1)};
    for (uint32_t i = 0; i < a->qualifier_count; i++)
        if (strcmp(a->qualifier[i], UNNAMED_SUBQUERY) != 0) name.parts[name.count++] = a->qualifier[i];
    name.parts[name.count++] = a->name;
    return name;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* k: which part of the name is the column's; the candidates are listed as it is written. */
static struct expr *ambiguous(struct scope *s, struct candidates *c, const struct u_name *name, uint32_t k,
                              const struct origin *origin, struct error *err) {
    const char **found = ARENA_ARRAY(c->arena, const char *, c->list.count), *list = "";
    for (uint32_t i = 0; i < c->list.count; i++) {
        struct u_name full = full_name(c->arena, c->list.items[i]);
        full.parts[full.count - 1] = name->parts[k];
        found[i] = quoted_name(c->arena, full.parts, full.count);
    }
    qsort(found, c->list.count, sizeof *found, by_text);
    for (uint32_t i = 0; i < c->list.count; i++) list = arena_printf(c->arena, "%s%s%s", list, i ? ", " : "", found[i]);
    error_set(err, "AMBIGUOUS_REFERENCE", "name", quoted_name(c->arena, name->parts, name->count), "referenceNames",
              arena_printf(c->arena, "[%s]", list), NULL);
    error_at(err, origin);
    return NULL;
}

/* The column under the name as written, and the fields after it. */
static struct expr *column_of(struct scope *s, struct attribute *a, const struct u_name *name, uint32_t k,
                              const struct origin *origin, struct error *err) {
    struct arena *arena = s->n->arena;
    if (strcmp(a->name, name->parts[k]) != 0) {
        a = arena_copy(arena, a, sizeof *a);
        a->name = name->parts[k];
    }
    struct expr *e = expr_attribute(arena, a);
    e->origin = origin;
    if (k + 1 == name->count) return e;
    for (uint32_t i = k + 1; i < name->count; i++) {
        struct expr *key = expr_string(arena, name->parts[i], strlen(name->parts[i]));
        e = resolve_extract(&s->n->resolver, e, key, origin, err);
        if (!e) return NULL;
    }
    return expr_alias(arena, e, name->parts[name->count - 1], fresh_id(s->n));
}

struct expr *names_among(struct scope *s, struct attribute *const *attributes, uint32_t count,
                         const struct u_name *name, const struct origin *origin, struct error *err) {
    struct candidates c = {.arena = s->n->arena};
    uint32_t longest = name->count > 3 ? 3 : name->count - 1;
    for (uint32_t k = longest + 1; k-- > 0;) {
        collect(s, &c, attributes, count, name, k);
        if (!c.list.count) continue;
        if (c.list.count > 1) prefer_columns(&c);
        if (c.list.count > 1) return s->ambiguous_is_none ? NULL : ambiguous(s, &c, name, k, origin, err);
        return column_of(s, c.list.items[0], name, k, origin, err);
    }
    return NULL;
}

/* --- literal functions --- */

static const char *const literal_functions[] = {"grouping__id", "current_date", "current_timestamp", "current_time",
                                                "current_user", "user",         "session_user"};

static struct expr *literal_function(struct scope *s, const struct u_name *name, const struct origin *origin,
                                     struct error *err) {
    if (name->count != 1) return NULL;
    for (size_t i = 0; i < sizeof literal_functions / sizeof *literal_functions; i++) {
        if (strcasecmp(literal_functions[i], name->parts[0]) != 0) continue;
        const char *function = i == 0 ? "grouping_id" : literal_functions[i];
        struct u_expr *call = u_call(s->n->arena, origin, function, 0, NULL);
        struct expr *e = analyze_call(s, call, err);
        return e && i == 0 ? expr_alias(s->n->arena, e, name->parts[0], fresh_id(s->n)) : e;
    }
    return NULL;
}

/* --- aliases to the left --- */

/* written: those with AS; else those that expressions have by themselves, which come after variables. */
static struct expr *lateral_alias(struct scope *s, const struct u_name *name, bool written, const struct origin *origin,
                                  struct error *err) {
    if (!s->lateral) return NULL;
    const struct item *found = NULL;
    uint32_t matches = 0;
    for (uint32_t i = 0; i < s->lateral->count; i++) {
        const struct item *item = &s->lateral->items[i];
        if (written != (!item->source || item->source->kind == U_ALIAS)) continue;
        if (item->expr->kind != EXPR_ALIAS || !name_matches(s->n, item->expr->alias.name, name->parts[0])) continue;
        found = item;
        matches++;
    }
    if (!matches) return NULL;
    if (matches > 1) {
        error_set(err, "AMBIGUOUS_LATERAL_COLUMN_ALIAS", "name", quoted_name(s->n->arena, name->parts, name->count),
                  "n", arena_printf(s->n->arena, "%u", matches), NULL);
        error_at(err, origin);
        return NULL;
    }
    struct expr *e = column_of(s, expr_to_attribute(s->n->arena, found->expr), name, 0, origin, err);
    if (!e) return NULL;
    if (found->level + 1 > s->level) s->level = found->level + 1;
    /* Spark's names for expressions over such a column tell where it comes from. */
    const char *shown = arena_printf(s->n->arena, "lateralAliasReference(%s)", name->parts[0]);
    if (e->kind == EXPR_ATTRIBUTE)
        e->pretty = expr_attribute(s->n->arena, attribute_new(s->n->arena, 0, shown, e->type, e->nullable));
    return e;
}

/* --- what a generator in the same SELECT gives --- */

static struct expr *generated_column(struct scope *s, const struct u_name *name, const struct origin *origin,
                                     struct error *err) {
    for (uint32_t i = 0; s->generators && i < s->generators->count; i++) {
        const struct item *item = &s->generators->items[i];
        struct expr *e = names_among(s, item->generated, item->generated_count, name, origin, err);
        if (!e && !error_is_set(err)) continue;
        if (e && s->aggregate_depth) { /* which makes groups of what is generated above them */
            error_set(err, "MISSING_GROUP_BY", NULL);
            error_at(err, origin);
        }
        if (item->level > s->level) s->level = item->level;
        return error_is_set(err) ? NULL : e;
    }
    return NULL;
}

/* --- the enclosing query --- */

struct outer_wrap {
    struct analysis *n;
    struct correlation *c;
};

/* What is outer to the enclosing query stays as it is; an aggregate of that query is outer as a whole. */
static struct expr *wrap_outer(struct expr *e, void *data) {
    struct outer_wrap *w = data;
    if (e->kind == EXPR_OUTER) return e;
    if (e->kind != EXPR_ATTRIBUTE && e->kind != EXPR_AGGREGATE)
        return e->child_count ? expr_map_children(w->n->arena, e, wrap_outer, w) : e;
    LIST_PUSH(w->n->arena, &w->c->used, e);
    struct expr *outer = expr_new(w->n->arena, EXPR_OUTER, 1);
    outer->children[0] = e;
    outer->type = e->type;
    outer->nullable = e->nullable;
    outer->origin = e->origin;
    expr_update_flags(outer);
    outer->foldable = false;
    return outer;
}

struct expr *outer_column(struct scope *s, struct attribute *a) {
    struct outer_wrap w = {s->n, s->n->correlation};
    struct expr *e = expr_attribute(s->n->arena, a);
    return w.c->as_is ? e : wrap_outer(e, &w);
}

static struct expr *outer_reference(struct scope *s, const struct u_name *name, const struct origin *origin,
                                    struct error *err) {
    struct correlation *c = s->n->correlation;
    if (!c) return NULL;
    struct scope *outer = c->scope;
    struct error ambiguous = ERROR_INIT; /* a name that means two columns there means none here */
    struct expr *e = names_among(outer, outer->attributes, outer->attribute_count, name, origin, &ambiguous);
    error_release(&ambiguous);
    /* a subquery in ORDER BY sees the columns that are sorted, and no others of the input */
    if (!e && outer->fallback && !outer->ambiguous_is_none) e = outer->fallback(outer, name, origin, err);
    if (!e) return NULL;
    struct outer_wrap w = {s->n, c};
    return c->as_is ? e : wrap_outer(e, &w);
}

static struct expr *lambda_variable(struct scope *s, const struct u_name *name, const struct origin *origin,
                                    struct error *err) {
    for (struct lambda_frame *f = s->lambdas; f; f = f->up)
        for (uint32_t i = 0; i < f->count; i++) {
            struct expr *v = f->variables[i];
            if (!name_matches(s->n, v->column.attribute->name, name->parts[0])) continue;
            for (uint32_t k = 1; k < name->count; k++) {
                struct expr *key = expr_string(s->n->arena, name->parts[k], strlen(name->parts[k]));
                v = resolve_extract(&s->n->resolver, v, key, origin, err);
                if (!v) return NULL;
            }
            return v;
        }
    return NULL;
}

/* The longest beginning of the name that is a variable; what follows are fields of it. */
static struct expr *sql_variable(struct scope *s, const struct u_name *name, const struct origin *origin,
                                 struct error *err) {
    const struct analyzer_world *w = s->n->a->world;
    struct expr *e = NULL;
    if (!w->variable) return NULL;
    for (uint32_t k = name->count < 3 ? name->count : 3; k > 0; k--) {
        struct u_name variable = {k, name->parts};
        if (!w->variable(s->n->a, &variable, &e, err)) return NULL;
        if (!e) continue;
        if (k == name->count) return e;
        e = strip_alias(e);
        for (; e && k < name->count; k++) {
            struct expr *key = expr_string(s->n->arena, name->parts[k], strlen(name->parts[k]));
            e = resolve_extract(&s->n->resolver, e, key, origin, err);
        }
        return e ? expr_alias(s->n->arena, e, name->parts[name->count - 1], fresh_id(s->n)) : NULL;
    }
    return NULL;
}

#define FIRST(call)                                                                                                    \
    do {                                                                                                               \
        struct expr *found = (call);                                                                                   \
        if (found || error_is_set(err)) return found;                                                                  \
    } while (0)

struct expr *names_of_input(struct scope *s, const struct u_name *name, const struct origin *origin,
                            struct error *err) {
    FIRST(names_among(s, s->attributes, s->attribute_count, name, origin, err));
    if (s->fallback) FIRST(s->fallback(s, name, origin, err));
    FIRST(literal_function(s, name, origin, err));
    for (uint32_t i = 0; i < s->input_count; i++) FIRST(names_below(s, s->inputs[i], name, origin, err));
    return NULL;
}

/* What is no column of the input, nor of what stands below it. */
static struct expr *names_beyond(struct scope *s, const struct u_name *name, const struct origin *origin,
                                 struct error *err) {
    FIRST(generated_column(s, name, origin, err));
    FIRST(lateral_alias(s, name, true, origin, err));
    FIRST(outer_reference(s, name, origin, err));
    FIRST(sql_variable(s, name, origin, err));
    FIRST(lateral_alias(s, name, false, origin, err));
    return NULL;
}

struct expr *names_resolve(struct scope *s, const struct u_name *name, const struct origin *origin, struct error *err) {
    FIRST(lambda_variable(s, name, origin, err));
    FIRST(names_of_input(s, name, origin, err));
    return names_beyond(s, name, origin, err);
}

const char *suggest_columns(struct arena *arena, const struct u_name *name, struct attribute *const *columns,
                            uint32_t count) {
    struct u_name *names = ARENA_ARRAY(arena, struct u_name, count);
    for (uint32_t i = 0; i < count; i++) names[i] = full_name(arena, columns[i]);
    return suggest(arena, sql_quote_name(arena, name->parts, name->count), name->count, names, count);
}

/* Columns that are as near to a name as others are suggested in this order. */
static int by_name(const void *a, const void *b) {
    const struct attribute *x = *(struct attribute *const *)a, *y = *(struct attribute *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static bool unresolved(struct scope *s, const struct u_name *name, const char *suggested, struct error *err) {
    const char *quoted = quoted_name(s->n->arena, name->parts, name->count);
    if (!suggested) return error_set(err, "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "objectName", quoted, NULL);
    return error_set(err, "UNRESOLVED_COLUMN.WITH_SUGGESTION", "objectName", quoted, "proposal", suggested, NULL);
}

bool unresolved_column(struct scope *s, const struct u_name *name, const struct origin *origin, struct error *err) {
    struct attribute *const *from = s->suggested ? s->suggested : s->attributes;
    uint32_t count = s->suggested ? s->suggested_count : s->attribute_count;
    struct attribute **sorted = arena_copy(s->n->arena, from, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_name);
    unresolved(s, name, count ? suggest_columns(s->n->arena, name, sorted, count) : NULL, err);
    return error_at(err, origin);
}

/* A column's name as if it were one with dots between its parts: that is how Spark lists them here. */
static const char *quoted_path(struct arena *arena, const char *name) {
    struct u_name path;
    struct error ignored = ERROR_INIT;
    bool parsed = sql_parse_name(arena, name, &path, &ignored);
    error_release(&ignored);
    return parsed ? quoted_name(arena, path.parts, path.count) : quoted_name(arena, &name, 1);
}

bool unresolved_of_frame(struct scope *s, const struct u_name *name, struct error *err) {
    struct text all;
    text_init(&all, s->n->arena);
    for (uint32_t i = 0; i < s->attribute_count; i++)
        text_printf(&all, "%s%s", i ? ", " : "", quoted_path(s->n->arena, s->attributes[i]->name));
    return unresolved(s, name, s->attribute_count ? text_finish(&all) : NULL, err);
}

struct expr *analyze_attribute(struct scope *s, const struct u_expr *u, struct error *err) {
    if (u->attribute.has_plan_id) return resolve_by_plan_id(s, u, err);
    struct expr *e = NULL;
    bool sought = find_bound(s, u, &e);
    if (!e) e = (sought ? names_beyond : names_resolve)(s, &u->attribute.name, u->origin, err);
    if (!e && !error_is_set(err)) unresolved_column(s, &u->attribute.name, u->origin, err);
    return e;
}

struct attribute *find_column(struct analysis *n, const struct plan *p, const char *name, const struct origin *origin,
                              struct error *err) {
    struct scope s;
    struct plan *inputs[1] = {(struct plan *)p};
    scope_init(&s, n, inputs, 1);
    struct u_name parts;
    TRY_NULL(sql_parse_name(n->arena, name, &parts, err));
    struct expr *e = names_among(&s, s.attributes, s.attribute_count, &parts, origin, err);
    if (!e && !error_is_set(err)) unresolved_of_frame(&s, &parts, err);
    return e && e->kind == EXPR_ATTRIBUTE ? e->column.attribute : NULL;
}
