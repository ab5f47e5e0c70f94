/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How large EXPLAIN COST says that a node's rows are, by Spark's rules for plans without column statistics: a source
 * knows its size, a filter takes nothing away, a join multiplies, and other nodes scale by the widths of their rows.
 * The optimizer goes by better guesses (estimate.c); these are the numbers that a reader of Spark's plans knows.
 */
#include <math.h>

#include "column/table_data.h"
#include "plan/explain.h"

enum { ROW_OVERHEAD = 8 }; /* Spark counts as much for a row itself */

struct statistics {
    double bytes, rows; /* rows < 0: not known */
};

/* What Spark takes a value of the type to need. */
static double default_size(const struct type *type) {
    double size = 0;
    switch (type->kind) {
        case TYPE_NULL:
        case TYPE_BOOLEAN:
        case TYPE_BYTE: return 1;
        case TYPE_SHORT: return 2;
        case TYPE_INT:
        case TYPE_FLOAT:
        case TYPE_DATE:
        case TYPE_YEAR_MONTH_INTERVAL: return 4;
        case TYPE_STRING: return 20;
        case TYPE_BINARY: return 100;
        case TYPE_DECIMAL: return type->precision <= 18 ? 8 : 16;
        case TYPE_ARRAY: return default_size(type->element);
        case TYPE_MAP: return default_size(type->key) + default_size(type->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < type->field_count; i++) size += default_size(type->fields[i].type);
            return size;
        default: return 8;
    }
}

static double row_size(const struct plan *p) {
    double size = ROW_OVERHEAD;
    for (uint32_t i = 0; i < p->output_count; i++) size += default_size(p->output[i]->type);
    return size;
}

static struct statistics of_source(const struct plan *p) {
    if (p->kind == PLAN_RANGE) {
        double rows = fmax(0, ceil(((double)p->range.end - (double)p->range.start) / (double)p->range.step));
        return (struct statistics){fmax(1, rows * 8), rows};
    }
    if (p->kind == PLAN_LOCAL) {
        double rows = p->local.data ? (double)p->local.data->row_count : 0;
        return (struct statistics){fmax(1, rows * row_size(p)), rows};
    }
    if (p->kind == PLAN_SCAN) return (struct statistics){fmax(1, (double)p->scan.bytes), -1};
    return (struct statistics){1, -1};
}

static struct statistics statistics_of(const struct plan *p);

static struct statistics of_limit(const struct plan *p, struct statistics below) {
    if (p->limit.limit < 0) return below;
    double rows = (double)p->limit.limit;
    if (below.rows >= 0) rows = fmin(rows, below.rows);
    return (struct statistics){fmax(1, rows * row_size(p)), rows};
}

static struct statistics of_several(const struct plan *p) {
    struct statistics all = statistics_of(p->children[0]);
    bool left_alone = p->kind == PLAN_INTERSECT || p->kind == PLAN_EXCEPT ||
                      (p->kind == PLAN_JOIN && !join_keeps_right(p->join.type));
    for (uint32_t i = 1; !left_alone && i < p->child_count; i++) {
        double more = statistics_of(p->children[i]).bytes;
        all.bytes = p->kind == PLAN_UNION ? all.bytes + more : all.bytes * more;
        all.rows = -1;
    }
    return all;
}

static struct statistics statistics_of(const struct plan *p) {
    if (!p->child_count) return of_source(p);
    if (p->child_count > 1) return of_several(p);
    struct statistics below = statistics_of(p->children[0]);
    switch (p->kind) {
        case PLAN_LIMIT:
        case PLAN_TAIL: return of_limit(p, below);
        case PLAN_SORT:
        case PLAN_REPARTITION:
        case PLAN_SUBQUERY_ALIAS:
        case PLAN_HINT:
        case PLAN_UNION: return below;
        case PLAN_AGGREGATE:
            if (!p->aggregate.group_count) return (struct statistics){row_size(p), 1};
            break;
        case PLAN_SAMPLE:
            below.bytes *= p->sample.upper - p->sample.lower;
            return (struct statistics){fmax(1, ceil(below.bytes)), -1};
        case PLAN_EXPAND: below.bytes *= p->expand.projection_count; break;
        default: break;
    }
    return (struct statistics){fmax(1, floor(below.bytes * row_size(p) / row_size(p->children[0]))), -1};
}

/* "2.1 KiB": the largest unit of which there are at least two. */
static const char *size_text(struct arena *arena, double bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    for (; bytes >= 2 * 1024.0 && unit + 1 < sizeof units / sizeof *units; unit++) bytes /= 1024;
    return arena_printf(arena, "%.1f %s", round(bytes * 10) / 10, units[unit]);
}

/* Three digits, as Java's BigDecimal shows them: 10, 1.00E+5 */
static const char *rows_text(struct arena *arena, double rows) {
    if (rows < 1000) return arena_printf(arena, "%.0f", rows);
    int exponent = (int)floor(log10(rows));
    double digits = round(rows / pow(10, exponent - 2)) / 100;
    if (digits >= 10) digits /= 10, exponent++;
    return arena_printf(arena, "%.2fE+%d", digits, exponent);
}

const char *explain_statistics(struct arena *arena, const struct plan *p) {
    struct statistics s = statistics_of(p);
    const char *size = size_text(arena, s.bytes);
    if (s.rows < 0) return arena_printf(arena, ", Statistics(sizeInBytes=%s)", size);
    return arena_printf(arena, ", Statistics(sizeInBytes=%s, rowCount=%s)", size, rows_text(arena, s.rows));
}
