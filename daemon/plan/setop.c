/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UNION, INTERSECT, EXCEPT: columns by position (or name), cast to common types; the left's names.
 */
#include <string.h>

#include "plan/analyze.h"
#include "plan/conform.h"

static bool same_types(const struct plan *a, const struct plan *b) {
    for (uint32_t i = 0; i < a->output_count; i++)
        if (!type_same(a->output[i]->type, b->output[i]->type, true)) return false;
    return true;
}

static const char *operator_name(const struct u_plan *u) {
    static const char *const names[] = {[U_UNION] = "UNION", [U_INTERSECT] = "INTERSECT", [U_EXCEPT] = "EXCEPT"};
    const char *name = names[u ? u->set.operation : U_UNION];
    if (u && u->set.all && u->set.operation == U_INTERSECT) return "INTERSECT ALL";
    if (u && u->set.all && u->set.operation == U_EXCEPT) return "EXCEPT ALL";
    return name;
}

static bool check_counts(struct analysis *n, struct plan **children, uint32_t count, const struct u_plan *u,
                         const struct origin *origin, struct error *err) {
    for (uint32_t i = 1; i < count; i++) {
        if (children[i]->output_count == children[0]->output_count) continue;
        error_set(err, "NUM_COLUMNS_MISMATCH", "operator", operator_name(u), "firstNumColumns",
                  arena_printf(n->arena, "%u", children[0]->output_count), "invalidOrdinalNum",
                  arena_printf(n->arena, "%s", ordinal_word(i)), "invalidNumColumns",
                  arena_printf(n->arena, "%u", children[i]->output_count), NULL);
        return error_at(err, origin);
    }
    return true;
}

/* A projection that gives the columns the types; p itself when it has them. What fails then, fails at the operation. */
static struct plan *cast_columns(struct analysis *n, struct plan *p, const struct type *const *wanted,
                                 const struct origin *origin) {
    struct expr **exprs = ARENA_ARRAY(n->arena, struct expr *, p->output_count);
    bool changed = false;
    for (uint32_t i = 0; i < p->output_count; i++) {
        struct expr *attribute = expr_attribute(n->arena, p->output[i]);
        attribute->origin = origin;
        exprs[i] = coerce_to(&n->resolver, attribute, wanted[i]);
        if (exprs[i] == attribute) continue;
        exprs[i] = expr_alias(n->arena, exprs[i], p->output[i]->name, fresh_id(n));
        changed = true;
    }
    return changed ? plan_project(n->arena, p, exprs, p->output_count) : p;
}

static bool incompatible(struct analysis *n, struct plan **children, uint32_t child, uint32_t column,
                         const struct u_plan *u, const struct origin *origin, struct error *err) {
    error_set(err, "INCOMPATIBLE_COLUMN_TYPE", "operator", operator_name(u), "columnOrdinalNumber",
              ordinal_word(column), "tableOrdinalNumber", ordinal_word(child), "dataType1",
              quoted_type(n->arena, children[child]->output[column]->type), "dataType2",
              quoted_type(n->arena, children[0]->output[column]->type), "hint", "", NULL);
    return error_at(err, origin);
}

/* The union of nullabilities, inside of types too, where types are the same but for that and for names. */
static const struct type *merged_type(struct arena *arena, const struct type *a, const struct type *b) {
    if (type_equal(a, b) || a->kind != b->kind || !type_is_nested(a)) return a;
    bool contains_null = a->contains_null || b->contains_null;
    if (a->kind == TYPE_ARRAY) return type_array(arena, merged_type(arena, a->element, b->element), contains_null);
    if (a->kind == TYPE_MAP)
        return type_map(arena, merged_type(arena, a->key, b->key), merged_type(arena, a->element, b->element),
                        contains_null);
    struct field *fields = arena_copy(arena, a->fields, a->field_count * sizeof *fields);
    for (uint32_t i = 0; i < a->field_count && i < b->field_count; i++) {
        fields[i].type = merged_type(arena, a->fields[i].type, b->fields[i].type);
        fields[i].nullable |= b->fields[i].nullable;
    }
    return type_struct(arena, fields, a->field_count);
}

static bool widen(struct analysis *n, struct plan **children, uint32_t count, const struct u_plan *u,
                  const struct origin *origin, struct error *err) {
    bool same = true;
    for (uint32_t i = 1; i < count; i++) same &= same_types(children[0], children[i]);
    if (same) return true;
    uint32_t width = children[0]->output_count;
    const struct type **wanted = ARENA_ARRAY(n->arena, const struct type *, width);
    for (uint32_t c = 0; c < width; c++) {
        wanted[c] = children[0]->output[c]->type;
        for (uint32_t i = 1; i < count; i++) {
            const struct type *given = children[i]->output[c]->type;
            const struct type *wider = coerce_wider(&n->resolver, wanted[c], given);
            bool is_union = !u || u->set.operation == U_UNION; /* the others hold to names */
            if (!wider && is_union && coerce_same_structure(wanted[c], given))
                wider = merged_type(n->arena, wanted[c], given);
            if (!wider) return incompatible(n, children, i, c, u, origin, err);
            wanted[c] = wider;
        }
    }
    for (uint32_t i = 0; i < count; i++) children[i] = cast_columns(n, children[i], wanted, origin);
    return true;
}

/* The first column that is the same as column c in every child: SELECT a, a UNION ... gives one column twice. */
static uint32_t twin_of(const struct plan *p, uint32_t c) {
    for (uint32_t k = 0; k < c; k++) {
        bool same = true;
        for (uint32_t i = 0; same && i < p->child_count; i++)
            same = p->children[i]->output[k]->id == p->children[i]->output[c]->id;
        if (same) return k;
    }
    return c;
}

static void set_union_output(struct analysis *n, struct plan *p) {
    const struct plan *first = p->children[0];
    p->output_count = first->output_count;
    p->output = ARENA_ARRAY(n->arena, struct attribute *, p->output_count);
    for (uint32_t c = 0; c < p->output_count; c++) {
        uint32_t twin = twin_of(p, c);
        uint64_t id = twin < c ? p->output[twin]->id : fresh_id(n);
        struct attribute *a =
            attribute_new(n->arena, id, first->output[c]->name, first->output[c]->type, first->output[c]->nullable);
        a->metadata = first->output[c]->metadata;
        a->qualifier = first->output[c]->qualifier;
        a->qualifier_count = first->output[c]->qualifier_count;
        for (uint32_t i = 1; i < p->child_count; i++) {
            a->nullable |= p->children[i]->output[c]->nullable;
            a->type = merged_type(n->arena, a->type, p->children[i]->output[c]->type);
        }
        p->output[c] = a;
    }
}

static struct plan *combine(struct analysis *n, enum plan_kind kind, struct plan **children, uint32_t count,
                            const struct u_plan *u, const struct origin *origin, struct error *err) {
    TRY_NULL(check_counts(n, children, count, u, origin, err));
    TRY_NULL(widen(n, children, count, u, origin, err));
    struct plan *p = plan_new(n->arena, kind, count, 0);
    for (uint32_t i = 0; i < count; i++) p->children[i] = children[i];
    p->set.all = true;
    if (kind == PLAN_UNION)
        set_union_output(n, p);
    else {
        p->output = ARENA_ARRAY(n->arena, struct attribute *, children[0]->output_count);
        p->output_count = children[0]->output_count;
        for (uint32_t i = 0; i < p->output_count; i++) {
            bool nullable =
                children[0]->output[i]->nullable && (kind == PLAN_EXCEPT || children[1]->output[i]->nullable);
            p->output[i] = attribute_nullable(n->arena, children[0]->output[i], nullable);
        }
    }
    return p;
}

struct plan *union_plans(struct analysis *n, struct plan **children, uint32_t count, const struct origin *origin,
                         struct error *err) {
    return combine(n, PLAN_UNION, children, count, NULL, origin, err);
}

/* --- BY NAME --- */

static struct expr *null_column(struct analysis *n, const struct attribute *a) {
    return expr_alias(n->arena, expr_null(n->arena, a->type), a->name, fresh_id(n));
}

static bool duplicate_names(struct analysis *n, const struct plan *p, struct error *err) {
    for (uint32_t i = 0; i < p->output_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (name_matches(n, p->output[i]->name, p->output[k]->name)) {
                error_set(err, "COLUMN_ALREADY_EXISTS", "columnName", quoted_name(n->arena, &p->output[i]->name, 1),
                          NULL);
                return false;
            }
    return true;
}

static uint32_t index_of_name(struct analysis *n, const struct plan *p, const char *name) {
    for (uint32_t i = 0; i < p->output_count; i++)
        if (name_matches(n, p->output[i]->name, name)) return i;
    return UINT32_MAX;
}

bool missing_name(struct analysis *n, const struct plan *p, const char *name, struct error *err) {
    const char *fields = "";
    for (uint32_t i = 0; i < p->output_count; i++)
        fields = arena_printf(n->arena, "%s%s%s", fields, i ? ", " : "", p->output[i]->name);
    return error_set(err, "_LEGACY_ERROR_TEMP_1201", "colName", name, "fieldNames", fields, NULL);
}

/* The fields of a, then those that only b has, at any depth. */
static const struct type *all_fields(struct analysis *n, const struct type *a, const struct type *b) {
    if (a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY)
        return type_array(n->arena, all_fields(n, a->element, b->element), true);
    if (a->kind != TYPE_STRUCT || b->kind != TYPE_STRUCT) return a;
    struct field *fields = ARENA_ARRAY(n->arena, struct field, a->field_count + b->field_count);
    uint32_t count = a->field_count;
    memcpy(fields, a->fields, count * sizeof *fields);
    for (uint32_t i = 0; i < b->field_count; i++) {
        uint32_t k = 0;
        while (k < a->field_count && !name_matches(n, fields[k].name, b->fields[i].name)) k++;
        if (k < a->field_count)
            fields[k].type = all_fields(n, fields[k].type, b->fields[i].type);
        else
            fields[count++] = b->fields[i];
    }
    return type_struct(n->arena, fields, count);
}

/* The column with the fields of `to`. */
static struct expr *conformed(struct analysis *n, struct plan *p, uint32_t column, const struct type *to,
                              struct error *err) {
    const struct attribute *a = p->output[column];
    struct u_expr *plain = u_attribute(n->arena, NULL, a->name);
    struct u_expr *u = conform_fields(n->arena, plain, a->type, to);
    if (u == plain) return expr_attribute(n->arena, p->output[column]);
    struct scope s;
    scope_init(&s, n, &p, 1);
    struct expr *e = analyze_expr(&s, u, err);
    return e ? expr_alias(n->arena, e, a->name, fresh_id(n)) : NULL;
}

/* One column of both sides, whose structs get one another's fields. */
static bool align_fields(struct analysis *n, struct plan **children, uint32_t left, uint32_t right, struct expr **from,
                         struct error *err) {
    const struct type *all = all_fields(n, children[0]->output[left]->type, children[1]->output[right]->type);
    from[0] = conformed(n, children[0], left, all, err);
    from[1] = from[0] ? conformed(n, children[1], right, all, err) : NULL;
    return from[1] != NULL;
}

/* right's columns in left's order, then (allowMissing) right's own; left widened by NULLs for these. */
static bool align_names(struct analysis *n, struct plan **children, bool allow_missing, struct error *err) {
    struct plan *left = children[0], *right = children[1];
    TRY(duplicate_names(n, left, err) && duplicate_names(n, right, err));
    uint32_t most = left->output_count + right->output_count, extra = 0;
    bool widened = false;
    struct expr **from_right = ARENA_ARRAY(n->arena, struct expr *, most);
    struct expr **from_left = ARENA_ARRAY(n->arena, struct expr *, most);
    for (uint32_t i = 0; i < left->output_count; i++) {
        uint32_t k = index_of_name(n, right, left->output[i]->name);
        if (k == UINT32_MAX && !allow_missing) return missing_name(n, right, left->output[i]->name, err);
        from_left[i] = expr_attribute(n->arena, left->output[i]);
        from_right[i] = k == UINT32_MAX ? null_column(n, left->output[i]) : expr_attribute(n->arena, right->output[k]);
        if (k == UINT32_MAX || !allow_missing || !type_is_nested(left->output[i]->type)) continue;
        struct expr *aligned[2];
        TRY(align_fields(n, children, i, k, aligned, err));
        widened |= aligned[0]->kind == EXPR_ALIAS;
        from_left[i] = aligned[0];
        from_right[i] = aligned[1];
    }
    for (uint32_t k = 0; k < right->output_count; k++) {
        if (index_of_name(n, left, right->output[k]->name) != UINT32_MAX) continue;
        if (!allow_missing) break; /* the counts differ: said by the caller */
        from_left[left->output_count + extra] = null_column(n, right->output[k]);
        from_right[left->output_count + extra++] = expr_attribute(n->arena, right->output[k]);
    }
    if (left->output_count != right->output_count && !allow_missing) return true;
    children[1] = plan_project(n->arena, right, from_right, left->output_count + extra);
    if (extra || widened) children[0] = plan_project(n->arena, left, from_left, left->output_count + extra);
    return true;
}

/* a UNION ALL b UNION ALL c is one node with three children: its tree would be as deep as the query is long. */
static uint32_t flatten_union(const struct u_plan *u, const struct u_plan **out, uint32_t capacity) {
    uint32_t count = 0;
    while (u->kind == U_SET_OPERATION && u->set.operation == U_UNION && u->set.all && !u->set.by_name &&
           !(count && u->has_plan_id) && u->child_count == 2) {
        if (out && count < capacity) out[capacity - 1 - count] = u->children[1];
        count++;
        u = u->children[0];
    }
    if (out) out[capacity - 1 - count] = u;
    return count + 1;
}

static struct plan *union_all(struct analysis *n, const struct u_plan *u, struct error *err) {
    uint32_t count = flatten_union(u, NULL, 0);
    const struct u_plan **sources = ARENA_ARRAY(n->arena, const struct u_plan *, count);
    flatten_union(u, sources, count);
    struct plan **children = ARENA_ARRAY(n->arena, struct plan *, count);
    for (uint32_t i = 0; i < count; i++) {
        children[i] = analyze_plan(n, sources[i], err);
        if (!children[i]) return NULL;
        /* Counts are compared step by step, so that the error names the pair that Spark names. */
        if (children[i]->output_count != children[0]->output_count)
            return check_counts(n, (struct plan *[]){children[0], children[i]}, 2, u, u->origin, err) ? NULL : NULL;
    }
    return combine(n, PLAN_UNION, children, count, u, u->origin, err);
}

static struct plan *distinct_rows(struct analysis *n, struct plan *p) {
    return plan_unary(n->arena, PLAN_DISTINCT, p, 0);
}

struct plan *analyze_set_operation(struct analysis *n, const struct u_plan *u, struct error *err) {
    if (u->set.operation == U_UNION && u->set.all && !u->set.by_name) return union_all(n, u, err);
    struct plan *children[2];
    for (uint32_t i = 0; i < 2; i++)
        if (!(children[i] = analyze_plan(n, u->children[i], err))) return NULL;
    if (u->set.by_name) TRY_NULL(align_names(n, children, u->set.allow_missing, err));
    if (u->set.operation == U_UNION) {
        struct plan *p = combine(n, PLAN_UNION, children, 2, u, u->origin, err);
        if (!p || u->set.all) return p;
        return check_distinct_types(n, p->output, p->output_count, u->origin, err) ? distinct_rows(n, p) : NULL;
    }
    children[1] = without_conflict(n, children[0], children[1]);
    enum plan_kind kind = u->set.operation == U_INTERSECT ? PLAN_INTERSECT : PLAN_EXCEPT;
    struct plan *p = combine(n, kind, children, 2, u, u->origin, err);
    if (!p) return NULL;
    p->set.all = u->set.all;
    return check_distinct_types(n, p->output, p->output_count, u->origin, err) ? p : NULL;
}
