/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What EXPLAIN says of a scan of files: which filters it prunes by, and what it reads.
 *
 *     FileScan parquet [a#1L,p#2] Batched: true, DataFilters: [(a#1L > 3)], Format: Parquet, Location:
 *     InMemoryFileIndex(1 paths)[file:/tmp/t], PartitionFilters: [(p#2 = 1)], PushedFilters: [GreaterThan(a,3)],
 *     ReadSchema: struct<a:bigint>
 */
#include <string.h>

#include "plan/explain.h"

/* --- filters as data sources are told them: GreaterThan(a,3) --- */

static const struct {
    const char *function, *filter, *mirrored; /* mirrored: 3 < a */
} filter_names[] = {
    {"=", "EqualTo", "EqualTo"},
    {"==", "EqualTo", "EqualTo"},
    {"<=>", "EqualNullSafe", "EqualNullSafe"},
    {"<", "LessThan", "GreaterThan"},
    {"<=", "LessThanOrEqual", "GreaterThanOrEqual"},
    {">", "GreaterThan", "LessThan"},
    {">=", "GreaterThanOrEqual", "LessThanOrEqual"},
    {"isnull", "IsNull", NULL},
    {"isnotnull", "IsNotNull", NULL},
    {"startswith", "StringStartsWith", NULL},
    {"endswith", "StringEndsWith", NULL},
    {"contains", "StringContains", NULL},
};

static const char *constant_text(struct arena *arena, const struct expr *e) {
    return literal_sql(arena, e->literal, e->zone, false);
}

/* a IN (1, 2): In(a, [1,2]) */
static const char *pushed_in(struct arena *arena, const struct expr *e) {
    struct text t;
    text_init(&t, arena);
    if (e->children[0]->kind != EXPR_ATTRIBUTE) return NULL;
    text_printf(&t, "In(%s, [", e->children[0]->column.attribute->name);
    for (uint32_t i = 1; i < e->child_count; i++) {
        if (e->children[i]->kind != EXPR_LITERAL) return NULL;
        text_printf(&t, "%s%s", i > 1 ? "," : "", constant_text(arena, e->children[i]));
    }
    text_add(&t, "])");
    return text_finish(&t);
}

static const char *pushed_filter(struct arena *arena, const struct expr *e);

static const char *pushed_pair(struct arena *arena, const struct expr *e, const char *name) {
    const char *left = pushed_filter(arena, e->children[0]), *right = pushed_filter(arena, e->children[1]);
    return left && right ? arena_printf(arena, "%s(%s,%s)", name, left, right) : NULL;
}

/* The filter as data sources know it, or NULL. */
static const char *pushed_filter(struct arena *arena, const struct expr *e) {
    if (e->kind != EXPR_CALL) return NULL;
    const char *function = e->call.name;
    if (strcmp(function, "in") == 0) return pushed_in(arena, e);
    if (strcmp(function, "and") == 0) return pushed_pair(arena, e, "And");
    if (strcmp(function, "or") == 0) return pushed_pair(arena, e, "Or");
    if (strcmp(function, "not") == 0) {
        const char *inner = pushed_filter(arena, e->children[0]);
        return inner ? arena_printf(arena, "Not(%s)", inner) : NULL;
    }
    for (size_t i = 0; i < sizeof filter_names / sizeof *filter_names; i++) {
        if (strcmp(function, filter_names[i].function) != 0) continue;
        bool mirrored = e->children[0]->kind == EXPR_LITERAL && filter_names[i].mirrored;
        const struct expr *column = e->children[mirrored], *value = e->child_count > 1 ? e->children[!mirrored] : NULL;
        if (column->kind != EXPR_ATTRIBUTE || (value && value->kind != EXPR_LITERAL)) return NULL;
        const char *name = column->column.attribute->name;
        if (!value) return arena_printf(arena, "%s(%s)", filter_names[i].filter, name);
        return arena_printf(arena, "%s(%s,%s)", mirrored ? filter_names[i].mirrored : filter_names[i].filter, name,
                            constant_text(arena, value));
    }
    return NULL;
}

/* --- what is read --- */

static bool is_partition_column(const struct plan *p, uint32_t output) {
    uint32_t column = p->scan.columns ? p->scan.columns[output] : output;
    return column >= p->scan.files->column_count - p->scan.files->partition_columns;
}

/* Does a filter look at partition columns alone? */
static bool is_of_partitions(struct arena *arena, const struct plan *p, const struct expr *filter) {
    struct id_map used = {0};
    expr_collect_ids(arena, filter, &used);
    uint32_t found = 0;
    for (uint32_t i = 0; i < p->output_count; i++)
        found += is_partition_column(p, i) && id_map_get(&used, p->output[i]->id);
    return used.count && found == used.count;
}

static void put_filters(struct explanation *x, struct text *t, const struct plan *p, const char *head,
                        bool of_partitions) {
    text_printf(t, ", %s: [", head);
    for (uint32_t i = 0, count = 0; i < p->scan.filter_count; i++) {
        if (is_of_partitions(x->arena, p, p->scan.filters[i]) != of_partitions) continue;
        if (count++) text_add(t, ", ");
        expr_explain(t, p->scan.filters[i], x->nameless);
    }
    text_add_char(t, ']');
}

static void put_pushed_filters(struct explanation *x, struct text *t, const struct plan *p) {
    text_add(t, ", PushedFilters: [");
    for (uint32_t i = 0, count = 0; i < p->scan.filter_count; i++) {
        if (is_of_partitions(x->arena, p, p->scan.filters[i])) continue;
        const char *filter = pushed_filter(x->arena, p->scan.filters[i]);
        if (filter) text_printf(t, "%s%s", count++ ? ", " : "", filter);
    }
    text_add_char(t, ']');
}

static void put_read_schema(struct explanation *x, struct text *t, const struct plan *p) {
    text_add(t, ", ReadSchema: struct<");
    for (uint32_t i = 0, count = 0; i < p->output_count; i++) {
        if (is_partition_column(p, i)) continue;
        text_printf(t, "%s%s:%s", count++ ? "," : "", p->output[i]->name,
                    type_simple_string(x->arena, p->output[i]->type));
    }
    text_add_char(t, '>');
}

void explain_scan(struct explanation *x, struct text *t, const struct plan *p) {
    const struct scan_files *files = p->scan.files;
    bool in_columns = strcmp(files->format, "parquet") == 0 || strcmp(files->format, "orc") == 0;
    explain_scan_columns(x, t, p);
    text_printf(t, " Batched: %s", in_columns ? "true" : "false");
    put_filters(x, t, p, "DataFilters", false);
    text_printf(t, ", Format: %s, Location: InMemoryFileIndex(1 paths)[file:%s]", files->title, files->location);
    put_filters(x, t, p, "PartitionFilters", true);
    put_pushed_filters(x, t, p);
    put_read_schema(x, t, p);
}
