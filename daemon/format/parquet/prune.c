/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/prune.h"

#include <string.h>
#include <unistd.h>

#include "expr/function.h"
#include "format/parquet/thrift.h"

enum { INDEX_MAX = 64 << 20 };

/* What is known about some rows of a column. */
struct bounds {
    bool has_min_max;
    struct string min, max; /* PLAIN bytes */
    bool has_null_count;
    uint64_t null_count, rows;
};

struct conjunct {
    const struct parquet_node *node;
    const char *op; /* "=", "<", "<=", ">", ">=", "in", "isnull", "isnotnull" */
    const struct expr *e;
    uint32_t constant; /* the child that is the constant, for comparisons */
};

static uint32_t column_of(const struct scan_request *request, const struct expr *e) {
    if (e->kind != EXPR_ATTRIBUTE) return UINT32_MAX;
    for (uint32_t i = 0; i < request->column_count; i++)
        if (request->attributes[i]->id == e->column.attribute->id) return i;
    return UINT32_MAX;
}

static const char *flipped(const char *op) {
    static const char *const pairs[][2] = {{"<", ">"}, {"<=", ">="}, {">", "<"}, {">=", "<="}, {"=", "="}};
    for (size_t i = 0; i < 5; i++)
        if (strcmp(pairs[i][0], op) == 0) return pairs[i][1];
    return NULL;
}

static bool is_constant(const struct expr *e) {
    return e->kind == EXPR_LITERAL && !expr_is_null_literal(e);
}

static bool read_conjunct(const struct scan_request *request, struct parquet_node *const *nodes, const struct expr *e,
                          struct conjunct *c) {
    if (e->kind != EXPR_CALL || e->child_count == 0) return false;
    const char *op = e->call.function->name;
    uint32_t column = column_of(request, e->children[0]);
    c->constant = 1;
    if (e->child_count == 2 && column == UINT32_MAX && flipped(op)) {
        column = column_of(request, e->children[1]);
        op = flipped(op);
        c->constant = 0;
    }
    if (column == UINT32_MAX || !nodes[column] || nodes[column]->child_count || nodes[column]->max_repetition)
        return false;
    c->node = nodes[column];
    c->op = op;
    c->e = e;
    if (strcmp(op, "isnull") == 0 || strcmp(op, "isnotnull") == 0) return true;
    if (strcmp(op, "in") == 0) {
        for (uint32_t i = 1; i < e->child_count; i++)
            if (!is_constant(e->children[i]) || !type_equal(e->children[i]->type, c->node->type)) return false;
        return true;
    }
    if (!flipped(op) || e->child_count != 2) return false;
    const struct expr *constant = e->children[c->constant];
    return is_constant(constant) && type_equal(constant->type, c->node->type);
}

/* <0, 0, >0: PLAIN bytes against a constant of the column's type. False: they can't be compared. */
static bool compare_bound(const struct parquet_node *node, struct string bound, const struct vector *constant,
                          int *order) {
    int64_t wide;
    int32_t narrow;
    double real;
    switch (type_storage(node->type)) {
        case STORAGE_INT32:
            if (node->physical != PARQUET_INT32 || bound.size != 4) return false;
            memcpy(&narrow, bound.data, 4);
            *order = (narrow > *VECTOR_DATA(constant, int32_t)) - (narrow < *VECTOR_DATA(constant, int32_t));
            return true;
        case STORAGE_INT64:
            if (node->physical == PARQUET_INT64 && bound.size == 8) {
                memcpy(&wide, bound.data, 8);
                if (node->logical == PARQUET_TIME ||
                    (node->logical == PARQUET_TIMESTAMP && node->unit != PARQUET_MICROS))
                    return false;
            } else if (node->physical == PARQUET_INT32 && bound.size == 4 && node->logical == PARQUET_DECIMAL) {
                memcpy(&narrow, bound.data, 4);
                wide = narrow;
            } else {
                return false;
            }
            *order = (wide > *VECTOR_DATA(constant, int64_t)) - (wide < *VECTOR_DATA(constant, int64_t));
            return true;
        case STORAGE_DOUBLE:
            if (bound.size != 8) return false;
            memcpy(&real, bound.data, 8);
            *order = (real > *VECTOR_DATA(constant, double)) - (real < *VECTOR_DATA(constant, double));
            return real == real && *VECTOR_DATA(constant, double) == *VECTOR_DATA(constant, double);
        case STORAGE_STRING:
            if (node->type->kind != TYPE_STRING || node->type->collation) return false;
            *order = string_compare(bound, *VECTOR_DATA(constant, struct string));
            return true;
        default: return false;
    }
}

static bool outside(const struct parquet_node *node, const struct bounds *b, const struct vector *constant) {
    int low, high;
    return compare_bound(node, b->min, constant, &low) && compare_bound(node, b->max, constant, &high) &&
           (low > 0 || high < 0);
}

/* No row with these bounds can satisfy the conjunct. */
static bool rules_out(const struct conjunct *c, const struct bounds *b) {
    bool all_null = b->has_null_count && b->null_count == b->rows && b->rows;
    if (strcmp(c->op, "isnull") == 0) return b->has_null_count && b->null_count == 0;
    if (all_null) return true;
    if (strcmp(c->op, "isnotnull") == 0 || !b->has_min_max) return false;
    if (strcmp(c->op, "in") == 0) {
        for (uint32_t i = 1; i < c->e->child_count; i++)
            if (!outside(c->node, b, c->e->children[i]->literal)) return false;
        return true;
    }
    const struct vector *constant = c->e->children[c->constant]->literal;
    int order;
    if (strcmp(c->op, "=") == 0) return outside(c->node, b, constant);
    if (c->op[0] == '<') {
        if (!compare_bound(c->node, b->min, constant, &order)) return false;
        return c->op[1] ? order > 0 : order >= 0;
    }
    if (!compare_bound(c->node, b->max, constant, &order)) return false;
    return c->op[1] ? order < 0 : order <= 0;
}

static bool read_integer(const struct parquet_node *node, struct string bound, int64_t *out) {
    int32_t narrow;
    if (node->physical == PARQUET_INT64 && bound.size == 8) {
        memcpy(out, bound.data, 8);
        return true;
    }
    if (node->physical != PARQUET_INT32 || bound.size != 4) return false;
    memcpy(&narrow, bound.data, 4);
    *out = narrow;
    return true;
}

static bool is_plain_integer(const struct parquet_node *node) {
    bool plain = node->logical == PARQUET_NO_LOGICAL || node->logical == PARQUET_DATE ||
                 (node->logical == PARQUET_INTEGER && node->is_signed);
    return plain && !node->child_count && !node->max_repetition;
}

bool prune_group_range(const struct parquet_node *node, const struct parquet_row_group *group, int64_t *least,
                       int64_t *greatest) {
    if (!is_plain_integer(node)) return false;
    const struct parquet_statistics *s = &group->chunks[node->leaf].statistics;
    return s->has_min_max && read_integer(node, s->min, least) && read_integer(node, s->max, greatest);
}

struct column_range prune_column_range(const struct parquet_metadata *metadata, const struct parquet_node *node) {
    struct column_range range = {.least = INT64_MAX, .greatest = INT64_MIN};
    if (!is_plain_integer(node)) return range;
    for (uint32_t g = 0; g < metadata->row_group_count; g++) {
        const struct parquet_row_group *group = &metadata->row_groups[g];
        const struct parquet_statistics *s = &group->chunks[node->leaf].statistics;
        int64_t least, greatest;
        if (!group->rows || (s->has_null_count && s->null_count == group->rows)) continue;
        if (!prune_group_range(node, group, &least, &greatest)) return (struct column_range){.known = false};
        if (least < range.least) range.least = least;
        if (greatest > range.greatest) range.greatest = greatest;
    }
    range.known = range.least <= range.greatest;
    return range;
}

bool prune_row_group(const struct scan_request *request, struct parquet_node *const *nodes,
                     const struct parquet_row_group *group) {
    for (uint32_t i = 0; i < request->filter_count; i++) {
        struct conjunct c;
        if (!read_conjunct(request, nodes, request->filters[i], &c)) continue;
        const struct parquet_statistics *s = &group->chunks[c.node->leaf].statistics;
        struct bounds b = {.has_min_max = s->has_min_max,
                           .min = s->min,
                           .max = s->max,
                           .has_null_count = s->has_null_count,
                           .null_count = s->null_count,
                           .rows = group->rows};
        if (rules_out(&c, &b)) return true;
    }
    return false;
}

/* ColumnIndex: per page, min and max and whether all is NULL. */
struct column_index {
    uint32_t pages, min_count, max_count;
    bool *null_page;
    struct string *min, *max;
    uint32_t null_counts;
    uint64_t *null_count;
};

static struct string *string_list(struct arena *arena, struct thrift *t, const struct thrift_field *f,
                                  uint32_t *count) {
    enum thrift_type element;
    *count = thrift_list(t, f, &element);
    struct string *list = ARENA_ARRAY(arena, struct string, *count);
    for (uint32_t i = 0; i < *count && !t->bad; i++) {
        uint32_t size;
        const uint8_t *bytes = thrift_element_bytes(t, &size);
        list[i] = string_make((const char *)bytes, size);
    }
    return list;
}

static void read_column_index(struct arena *arena, struct thrift *t, struct column_index *index) {
    struct thrift_field f = {0};
    enum thrift_type element;
    thrift_enter(t);
    while (thrift_next(t, &f)) switch (f.id) {
            case 1:
                index->pages = thrift_list(t, &f, &element);
                index->null_page = ARENA_ARRAY(arena, bool, index->pages);
                for (uint32_t i = 0; i < index->pages && !t->bad; i++)
                    index->null_page[i] = thrift_element_int(t, element) == 1;
                break;
            case 2: index->min = string_list(arena, t, &f, &index->min_count); break;
            case 3: index->max = string_list(arena, t, &f, &index->max_count); break;
            case 5:
                index->null_counts = thrift_list(t, &f, &element);
                index->null_count = ARENA_ARRAY(arena, uint64_t, index->null_counts);
                for (uint32_t i = 0; i < index->null_counts && !t->bad; i++)
                    index->null_count[i] = (uint64_t)thrift_element_int(t, element);
                break;
            default: thrift_skip(t, &f);
        }
    thrift_leave(t);
    if (index->min_count != index->pages || index->max_count != index->pages) t->bad = true;
}

/* OffsetIndex: per page, its first row. */
static uint64_t *read_first_rows(struct arena *arena, struct thrift *t, uint32_t *pages) {
    struct thrift_field f = {0};
    uint64_t *rows = NULL;
    *pages = 0;
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        if (f.id != 1) {
            thrift_skip(t, &f);
            continue;
        }
        enum thrift_type element;
        *pages = thrift_list(t, &f, &element);
        if (element != THRIFT_STRUCT) t->bad = true;
        rows = ARENA_ARRAY(arena, uint64_t, *pages);
        for (uint32_t i = 0; i < *pages && !t->bad; i++) {
            struct thrift_field g = {0};
            thrift_enter(t);
            while (thrift_next(t, &g)) {
                if (g.id == 3)
                    rows[i] = (uint64_t)thrift_int(t, &g);
                else
                    thrift_skip(t, &g);
            }
            thrift_leave(t);
            if (i && rows[i] <= rows[i - 1]) t->bad = true;
        }
    }
    thrift_leave(t);
    return rows;
}

static const uint8_t *read_bytes(struct arena *arena, int fd, uint64_t offset, uint32_t size) {
    if (!offset || !size || size > INDEX_MAX) return NULL;
    uint8_t *bytes = arena_bytes(arena, size);
    return pread(fd, bytes, size, (off_t)offset) == (ssize_t)size ? bytes : NULL;
}

/* Cuts the pages that the conjunct rules out from ranges. */
static void cut_pages(struct arena *arena, int fd, const struct conjunct *c, const struct parquet_row_group *group,
                      struct row_range *ranges, uint32_t *count, uint32_t capacity) {
    const struct parquet_chunk *chunk = &group->chunks[c->node->leaf];
    const uint8_t *index_bytes = read_bytes(arena, fd, chunk->column_index_offset, chunk->column_index_size);
    const uint8_t *offset_bytes = read_bytes(arena, fd, chunk->offset_index_offset, chunk->offset_index_size);
    if (!index_bytes || !offset_bytes) return;
    struct thrift t, o;
    struct column_index index = {0};
    uint32_t pages;
    thrift_init(&t, index_bytes, chunk->column_index_size);
    read_column_index(arena, &t, &index);
    thrift_init(&o, offset_bytes, chunk->offset_index_size);
    uint64_t *first = read_first_rows(arena, &o, &pages);
    if (t.bad || o.bad || pages != index.pages || !pages || first[0] != 0 || first[pages - 1] >= group->rows) return;
    for (uint32_t p = 0; p < pages; p++) {
        uint64_t end = p + 1 < pages ? first[p + 1] : group->rows;
        struct bounds b = {.has_min_max = !index.null_page[p], .min = index.min[p], .max = index.max[p]};
        b.rows = end - first[p];
        b.has_null_count = index.null_page[p] || p < index.null_counts;
        b.null_count = index.null_page[p] ? b.rows : b.has_null_count ? index.null_count[p] : 0;
        if (!rules_out(c, &b)) continue;
        if (*count + 1 > capacity) return; /* a cut may add a range */
        uint32_t kept = 0;
        struct row_range *out = ARENA_ARRAY(arena, struct row_range, capacity);
        for (uint32_t i = 0; i < *count; i++) {
            struct row_range r = ranges[i];
            if (r.end <= first[p] || r.first >= end) {
                out[kept++] = r;
                continue;
            }
            if (r.first < first[p]) out[kept++] = (struct row_range){r.first, first[p]};
            if (r.end > end) out[kept++] = (struct row_range){end, r.end};
        }
        memcpy(ranges, out, kept * sizeof *ranges);
        *count = kept;
    }
}

const struct row_range *prune_pages(struct arena *arena, int fd, const struct scan_request *request,
                                    struct parquet_node *const *nodes, const struct parquet_row_group *group,
                                    uint32_t *count) {
    enum { RANGES = 4096 };
    struct row_range *ranges = NULL;
    *count = 0;
    for (uint32_t i = 0; i < request->filter_count; i++) {
        struct conjunct c;
        if (!read_conjunct(request, nodes, request->filters[i], &c)) continue;
        if (!group->chunks[c.node->leaf].column_index_offset) continue;
        if (!ranges) {
            ranges = ARENA_ARRAY(arena, struct row_range, RANGES);
            ranges[0] = (struct row_range){0, group->rows};
            *count = 1;
        }
        cut_pages(arena, fd, &c, group, ranges, count, RANGES);
    }
    return ranges;
}
