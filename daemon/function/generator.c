/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generators: one row becomes many, one per element of an array or map, or per group of arguments.
 *
 * The columns they give are dictionaries over the elements that are there already. A generator's type is a struct whose
 * fields are its columns; the _outer forms share the kernels, and exec/ puts in the row of NULLs where there is nothing.
 */
#include "expr/evaluate.h"
#include "expr/function.h"
#include "expr/resolve.h"
#include "function/list_run.h"

/* Which element belongs to which row: parents and elements, one per result row; positions within the list. */
struct exploded {
    uint32_t count, first;
    uint32_t *parents, *elements; /* elements NULL: those from `first` on */
    int32_t *positions;           /* NULL unless asked for */
};

/* Writes `value` so many times, and for short lists, which most are, a few more behind: there is room. */
enum { PADDING = 8 };
static inline void repeat(uint32_t *to, uint32_t count, uint32_t value) {
    for (uint32_t done = 0; done < count; done += PADDING)
        for (uint32_t k = 0; k < PADDING; k++) to[done + k] = value;
}

static struct exploded explode_lists(struct call *call, const struct vector *v, uint32_t rows, bool with_position,
                                     bool no_parents) {
    const struct list_entry *lists = v->data;
    struct list_run run = list_run_of(v, rows);
    struct exploded e = {.first = run.first};
    if (run.dense && no_parents && !with_position) {
        e.count = (uint32_t)run.total;
        return e;
    }
    e.parents = arena_bytes_array(call->arena, run.total + PADDING, sizeof(uint32_t));
    if (!run.dense) e.elements = arena_bytes_array(call->arena, run.total, sizeof(uint32_t));
    if (with_position) e.positions = arena_bytes_array(call->arena, run.total, sizeof(int32_t));
    for (uint32_t i = 0; i < rows; i++) {
        if (vector_is_null(v, i)) continue;
        struct list_entry list = lists[vector_entry(v, i)];
        repeat(e.parents + e.count, list.length, i);
        for (uint32_t k = 0; e.elements && k < list.length; k++) e.elements[e.count + k] = list.offset + k;
        for (uint32_t k = 0; e.positions && k < list.length; k++) e.positions[e.count + k] = (int32_t)k;
        e.count += list.length;
    }
    return e;
}

static uint32_t element_at(const struct exploded *e, uint32_t i) {
    return e->elements ? e->elements[i] : e->first + i;
}

static bool explode_with(struct call *call, const struct vector *v, uint32_t rows, bool with_position,
                         struct generated *out) {
    struct exploded e = explode_lists(call, v, rows, with_position, out->no_parents);
    out->count = e.count;
    out->parents = e.parents;
    out->columns = ARENA_ARRAY(call->arena, struct vector, v->child_count + with_position);
    if (with_position)
        out->columns[0] = (struct vector){.type = TYPE_OF(INT), .form = VECTOR_FLAT, .data = e.positions};
    for (uint32_t c = 0; c < v->child_count; c++) {
        struct vector *column = &out->columns[c + with_position];
        if (e.elements)
            vector_select(column, call->arena, &v->children[c], e.elements, e.count);
        else
            vector_range(column, call->arena, &v->children[c], e.first, e.count);
    }
    return true;
}

static bool explode(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                    struct error *err) {
    return explode_with(call, arguments, rows, false, out);
}

static bool posexplode(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                       struct error *err) {
    return explode_with(call, arguments, rows, true, out);
}

/* The fields of structs; those of a NULL struct are NULL. */
static bool inline_structs(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                           struct error *err) {
    struct arena *arena = call->arena;
    struct exploded e = explode_lists(call, arguments, rows, false, out->no_parents);
    const struct vector *structs = &arguments->children[0];
    out->count = e.count;
    out->parents = e.parents;
    out->columns = ARENA_ARRAY(arena, struct vector, structs->child_count);
    for (uint32_t c = 0; c < structs->child_count; c++) {
        struct builder b;
        builder_init(&b, arena, structs->children[c].type, e.count);
        for (uint32_t i = 0; i < e.count; i++) {
            if (vector_is_null(structs, element_at(&e, i)))
                builder_append_null(&b);
            else
                builder_append_row(&b, &structs->children[c], vector_entry(structs, element_at(&e, i)), false);
        }
        out->columns[c] = *builder_finish(&b);
    }
    return true;
}

/* stack(n, a, b, c, ...): n rows, filled row by row. */
static bool stack(struct call *call, const struct vector *arguments, uint32_t rows, struct generated *out,
                  struct error *err) {
    struct arena *arena = call->arena;
    uint32_t n = (uint32_t)VECTOR_DATA(&arguments[0], int32_t)[0], values = call->expr->child_count - 1;
    uint32_t columns = call->expr->type->field_count;
    uint64_t total = (uint64_t)n * rows;
    out->count = (uint32_t)total;
    out->parents = arena_bytes_array(arena, total, sizeof *out->parents);
    out->columns = ARENA_ARRAY(arena, struct vector, columns);
    for (uint32_t i = 0; i < out->count; i++) out->parents[i] = i / n;
    for (uint32_t c = 0; c < columns; c++) {
        struct builder b;
        builder_init(&b, arena, call->expr->type->fields[c].type, out->count);
        for (uint32_t i = 0; i < out->count; i++) {
            uint32_t value = i % n * columns + c;
            if (value >= values || arguments[value + 1].type->kind == TYPE_NULL)
                builder_append_null(&b);
            else
                builder_append_row(&b, &arguments[value + 1], i / n, false);
        }
        out->columns[c] = *builder_finish(&b);
    }
    return true;
}

/* --- types --- */

static const struct type *columns_type(struct resolver *r, const struct type *t, bool with_position) {
    struct field fields[3];
    uint32_t count = 0;
    if (with_position) fields[count++] = (struct field){.name = "pos", .type = TYPE_OF(INT)};
    if (t->kind == TYPE_MAP) {
        fields[count++] = (struct field){.name = "key", .type = t->key};
        fields[count++] = (struct field){.name = "value", .type = t->element, .nullable = t->contains_null};
    } else {
        fields[count++] = (struct field){.name = "col", .type = t->element, .nullable = t->contains_null};
    }
    return type_struct(r->arena, fields, count);
}

/* explode_outer(x) is refused by the name of explode(x). */
static const struct expr *without_outer(struct resolver *r, const struct expr *call) {
    static const char suffix[] = "_outer";
    size_t size = strlen(call->call.name), length = sizeof suffix - 1;
    if (size <= length || strcmp(call->call.name + size - length, suffix) != 0) return call;
    struct expr *shown = expr_copy_node(r->arena, call);
    shown->call.name = arena_strndup(r->arena, call->call.name, size - length);
    shown->call.function = function_find(shown->call.name);
    return shown;
}

static struct expr *resolve_lists(struct resolver *r, struct expr *call, bool with_position, struct error *err) {
    const struct expr *argument = call->children[0];
    if (argument->type->kind != TYPE_ARRAY && argument->type->kind != TYPE_MAP)
        return resolve_mismatch(r, without_outer(r, call), err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0),
                                "requiredType", "(\"ARRAY\" or \"MAP\")", "inputSql", quoted_expr(r->arena, argument),
                                "inputType", quoted_type(r->arena, argument->type), NULL);
    call->type = columns_type(r, argument->type, with_position);
    call->nullable = false;
    return call;
}

static struct expr *resolve_explode(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_lists(r, call, false, err);
}

static struct expr *resolve_posexplode(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_lists(r, call, true, err);
}

static struct expr *resolve_inline(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *argument = call->children[0];
    const struct type *t = argument->type;
    if (t->kind != TYPE_ARRAY || t->element->kind != TYPE_STRUCT)
        return resolve_mismatch(r, without_outer(r, call), err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0),
                                "requiredType", "\"ARRAY<STRUCT>\"", "inputSql", quoted_expr(r->arena, argument),
                                "inputType", quoted_type(r->arena, t), NULL);
    call->type = t->contains_null ? type_as_nullable(r->arena, t->element) : t->element;
    call->nullable = false;
    return call;
}

static struct expr *refuse_stack_count(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *n = call->children[0];
    if (n->type->kind != TYPE_INT)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"INT\"", "inputSql", quoted_expr(r->arena, n), "inputType",
                                quoted_type(r->arena, n->type), NULL);
    return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`n`", "inputType", "\"INT\"", "inputExpr",
                            quoted_expr(r->arena, n), NULL);
}

/* The type of a column of stack(): that of its first value that is not NULL; all must have it but literals of NULL. */
static bool stack_column(struct resolver *r, struct expr *call, uint32_t columns, uint32_t column, struct field *out,
                         struct error *err) {
    uint32_t first = 0;
    *out = (struct field){.name = arena_printf(r->arena, "col%u", column), .type = TYPE_OF(NULL), .nullable = true};
    for (uint32_t i = column + 1; i < call->child_count; i += columns) {
        if (call->children[i]->type->kind == TYPE_NULL) continue;
        first = i;
        out->type = call->children[i]->type;
        break;
    }
    for (uint32_t i = column + 1; first && i < call->child_count; i += columns) {
        const struct expr *e = call->children[i];
        if (type_equal(out->type, e->type) || (e->type->kind == TYPE_NULL && expr_is_null_literal(e))) continue;
        resolve_mismatch(r, call, err, "STACK_COLUMN_DIFF_TYPES", "columnIndex", arena_printf(r->arena, "%u", column),
                         "leftParamIndex", arena_printf(r->arena, "%u", first), "leftType",
                         quoted_type(r->arena, out->type), "rightParamIndex", arena_printf(r->arena, "%u", i),
                         "rightType", quoted_type(r->arena, e->type), NULL);
        return false;
    }
    return true;
}

static struct expr *resolve_stack(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count < 2) {
        resolve_wrong_count(r, call->call.name, 2, UINT32_MAX, call->child_count, call->origin, err);
        return NULL;
    }
    const struct expr *n = call->children[0];
    if (n->type->kind != TYPE_INT || !n->foldable) return refuse_stack_count(r, call, err);
    const struct vector *value = expr_fold(r->arena, r->context, n, err);
    TRY_NULL(value);
    int32_t rows = vector_is_null(value, 0) ? 0 : VECTOR_DATA(value, int32_t)[0];
    if (rows <= 0)
        return resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "`n`", "valueRange", "(0, 2147483647]",
                                "currentValue", arena_printf(r->arena, "%d", rows), NULL);
    uint32_t values = call->child_count - 1,
             columns = (uint32_t)(((uint64_t)values + (uint32_t)rows - 1) / (uint32_t)rows);
    struct field *fields = ARENA_ARRAY(r->arena, struct field, columns);
    for (uint32_t c = 0; c < columns; c++) TRY_NULL(stack_column(r, call, columns, c, &fields[c], err));
    call->type = type_struct(r->arena, fields, columns);
    call->nullable = false;
    return call;
}

#define GENERATOR(NAME, SIGNATURE, RESOLVE, KERNEL, USAGE, EXAMPLE, SINCE)                                             \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_GENERATOR, .signature = SIGNATURE, .resolve = RESOLVE, .generate = KERNEL,     \
        .group = "generator_funcs", .usage = USAGE, .example = EXAMPLE, .since = SINCE                                 \
    }

const struct function generator_functions[] = {
    GENERATOR("explode", "(ANY) ?", resolve_explode, explode,
              "explode(expr) - a row per element of an array, or per entry of a map.", "explode(array(10)) => 10",
              "1.0.0"),
    GENERATOR("explode_outer", "(ANY) ?", resolve_explode, explode,
              "explode_outer(expr) - as explode, but a row of NULL for what is empty or NULL.",
              "explode_outer(array(10)) => 10", "1.0.0"),
    GENERATOR("posexplode", "(ANY) ?", resolve_posexplode, posexplode,
              "posexplode(expr) - as explode, with the element's position before it.", "posexplode(array(10)) => 0\t10",
              "2.0.0"),
    GENERATOR("posexplode_outer", "(ANY) ?", resolve_posexplode, posexplode,
              "posexplode_outer(expr) - as posexplode, but a row of NULLs for what is empty or NULL.",
              "posexplode_outer(array(10)) => 0\t10", "2.0.0"),
    GENERATOR("inline", "(ANY) ?", resolve_inline, inline_structs,
              "inline(expr) - a row per struct of an array, its fields as columns.",
              "inline(array(struct(1, 'a'))) => 1\ta", "2.0.0"),
    GENERATOR("inline_outer", "(ANY) ?", resolve_inline, inline_structs,
              "inline_outer(expr) - as inline, but a row of NULLs for what is empty or NULL.",
              "inline_outer(array(struct(1, 'a'))) => 1\ta", "2.0.0"),
    GENERATOR("stack", NULL, resolve_stack, stack, "stack(n, expr1, ..., exprk) - the expressions laid out in n rows.",
              "stack(1, 2, 3) => 2\t3", "2.0.0"),
    {0},
};
