/* SPDX-License-Identifier: Apache-2.0 */
/* In how many partitions Spark would have a plan's rows: see partitions.h. */
#include "plan/partitions.h"

#include <stdlib.h>
#include <string.h>

#include "column/table_data.h"

enum { PARTITIONS_MAX = 1 << 20 };

static uint32_t setting_number(const struct context *context, const char *name, uint32_t otherwise) {
    const char *text = context_text(context, name);
    long n = text ? strtol(text, NULL, 10) : 0;
    return n > 0 && n <= PARTITIONS_MAX ? (uint32_t)n : otherwise;
}

uint32_t partition_parallelism(const struct context *context) {
    const char *master = context_text(context, "spark.master");
    uint32_t threads = 1;
    if (master && strncmp(master, "local[", 6) == 0) {
        long n = strtol(master + 6, NULL, 10);
        if (n > 0 && n <= PARTITIONS_MAX) threads = (uint32_t)n;
    }
    return setting_number(context, "spark.default.parallelism", threads);
}

uint32_t partition_shuffle_count(const struct context *context) {
    return setting_number(context, "spark.sql.shuffle.partitions", 200);
}

/* Of rows that were exchanged by their values. */
static uint32_t exchanged(const struct context *context) {
    return context_flag(context, "spark.sql.adaptive.enabled", true) ? 1 : partition_shuffle_count(context);
}

static bool is_empty_range(const struct plan *p) {
    return p->range.step > 0 ? p->range.start >= p->range.end : p->range.start <= p->range.end;
}

static uint32_t of_local(const struct plan *p, const struct context *context) {
    const struct table_data *data = p->local.data;
    return data && data->partition_count ? data->partition_count : partition_parallelism(context);
}

static uint32_t of_union(const struct plan *p, const struct context *context) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->child_count; i++) sum += plan_partition_count(p->children[i], context);
    return sum < PARTITIONS_MAX ? (uint32_t)sum : PARTITIONS_MAX;
}

static uint32_t of_repartition(const struct plan *p, const struct context *context) {
    int32_t wanted = p->repartition.count;
    if (wanted <= 0) return exchanged(context);
    if (p->repartition.how != PARTITION_COALESCE) return (uint32_t)wanted;
    uint32_t below = plan_partition_count(p->children[0], context);
    return below < (uint32_t)wanted ? below : (uint32_t)wanted;
}

static bool leaves_rows_where_they_are(enum plan_kind kind) {
    switch (kind) {
        case PLAN_PROJECT:
        case PLAN_FILTER:
        case PLAN_SUBQUERY_ALIAS:
        case PLAN_HINT:
        case PLAN_SAMPLE:
        case PLAN_GENERATE:
        case PLAN_EXPAND:
        case PLAN_METRICS: return true;
        default: return false;
    }
}

uint32_t plan_partition_count(const struct plan *p, const struct context *context) {
    for (;; p = p->children[0]) {
        switch (p->kind) {
            case PLAN_RANGE:
                if (is_empty_range(p)) return 0;
                return p->range.partitions > 0 ? (uint32_t)p->range.partitions : partition_parallelism(context);
            case PLAN_LOCAL: return of_local(p, context);
            case PLAN_SCAN: return p->scan.partitions;
            case PLAN_UNION: return of_union(p, context);
            case PLAN_REPARTITION: return of_repartition(p, context);
            case PLAN_LIMIT: return p->limit.limit != 0;
            case PLAN_SORT:
                if (p->sort.global) return exchanged(context);
                break;
            case PLAN_MAP:
                if (p->map.group_count || p->child_count > 1) return exchanged(context);
                break;
            case PLAN_AGGREGATE:
            case PLAN_DISTINCT:
            case PLAN_JOIN:
            case PLAN_WINDOW:
            case PLAN_INTERSECT:
            case PLAN_EXCEPT: return exchanged(context);
            default:
                if (!leaves_rows_where_they_are(p->kind)) return 1;
        }
    }
}

bool plan_is_single(const struct plan *p, const struct context *context) {
    while (leaves_rows_where_they_are(p->kind)) p = p->children[0];
    if (p->kind == PLAN_LIMIT) return true;
    if (p->kind == PLAN_AGGREGATE) return !p->aggregate.group_count;
    return (p->kind == PLAN_RANGE || p->kind == PLAN_REPARTITION) && plan_partition_count(p, context) <= 1;
}

static bool size_is_unknown(const struct plan *p) {
    if (p->kind == PLAN_LOCAL) return p->local.is_client;
    if (p->kind == PLAN_LIMIT || p->kind == PLAN_HINT) return false;
    if (p->kind == PLAN_AGGREGATE && !p->aggregate.group_count) return false;
    for (uint32_t i = 0; i < p->child_count; i++)
        if (size_is_unknown(p->children[i])) return true;
    return false;
}

bool plan_exchanges_sides(const struct plan *p) {
    return size_is_unknown(p->children[0]) && size_is_unknown(p->children[1]);
}

bool plan_join_exchanges(const struct plan *join) {
    return !join->join.broadcast_left && !join->join.broadcast_right && plan_exchanges_sides(join);
}

/* --- rows that are exchanged by some of the columns that they are to be grouped by --- */

enum { COLUMNS_MAX = 64 };

/* The columns, by id, that groups are made of, as they are called in the plan at hand. */
struct column_set {
    uint64_t ids[COLUMNS_MAX];
    uint32_t count;
};

static void add_column(struct column_set *set, const struct expr *e) {
    if (e->kind == EXPR_ATTRIBUTE && set->count < COLUMNS_MAX) set->ids[set->count++] = e->column.attribute->id;
}

static bool has_id(const struct column_set *set, uint64_t id) {
    for (uint32_t i = 0; i < set->count; i++)
        if (set->ids[i] == id) return true;
    return false;
}

static bool has_all(const struct column_set *set, struct expr *const *keys, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (keys[i]->kind != EXPR_ATTRIBUTE || !has_id(set, keys[i]->column.attribute->id)) return false;
    return count > 0;
}

/* The same below a node that renames columns: what is computed is no column there. */
static struct column_set below_names(const struct plan *p, const struct column_set *set) {
    struct column_set below = {.count = 0};
    for (uint32_t i = 0; i < p->expr_count; i++) {
        const struct expr *e = p->exprs[i];
        uint64_t id = e->kind == EXPR_ALIAS ? e->alias.id : e->kind == EXPR_ATTRIBUTE ? e->column.attribute->id : 0;
        if (id && has_id(set, id)) add_column(&below, e->kind == EXPR_ALIAS ? e->children[0] : e);
    }
    return below;
}

static bool join_is_exchanged_by(const struct plan *p, const struct column_set *set) {
    if (!p->join.key_count || !plan_join_exchanges(p)) return false;
    bool left = has_all(set, p->join.left_keys, p->join.key_count);
    bool right = has_all(set, p->join.right_keys, p->join.key_count);
    switch (p->join.type) {
        case JOIN_INNER: return left || right;
        case JOIN_LEFT:
        case JOIN_SEMI:
        case JOIN_ANTI: return left;
        case JOIN_RIGHT: return right;
        default: return false;
    }
}

static bool has_distinct_keys(const struct plan *p, const struct column_set *set) {
    struct attribute *const *keys = p->distinct.key_count ? p->distinct.keys : p->output;
    uint32_t count = p->distinct.key_count ? p->distinct.key_count : p->output_count;
    for (uint32_t i = 0; i < count; i++)
        if (!has_id(set, keys[i]->id)) return false;
    return true;
}

static bool has_sort_keys(const struct plan *p, const struct column_set *set) {
    for (uint32_t i = 0; i < p->sort.count; i++)
        if (!has_all(set, &p->sort.order[i].expr, 1)) return false;
    return true;
}

/* A node whose own keys are others leaves groups where they are, if they are together below it. */
static enum group_places places_in(const struct plan *p, struct column_set set) {
    enum group_places found = GROUPS_ONCE;
    for (; set.count; p = p->children[0]) {
        switch (p->kind) {
            case PLAN_PROJECT: set = below_names(p, &set); continue;
            case PLAN_AGGREGATE:
                set = below_names(p, &set);
                if (has_all(&set, p->aggregate.groups, p->aggregate.group_count)) return found;
                break;
            case PLAN_DISTINCT:
                if (has_distinct_keys(p, &set)) return found;
                break;
            case PLAN_SORT:
                if (!p->sort.global) continue;
                return has_sort_keys(p, &set) ? GROUPS_TOGETHER : GROUPS_APART;
            case PLAN_WINDOW:
                if (has_all(&set, p->window->partition, p->window->partition_count)) return GROUPS_TOGETHER;
                break;
            case PLAN_JOIN: return join_is_exchanged_by(p, &set) ? GROUPS_TOGETHER : GROUPS_APART;
            default:
                if (!leaves_rows_where_they_are(p->kind) || p->kind == PLAN_EXPAND) return GROUPS_APART;
                if (p->kind != PLAN_GENERATE) continue;
        }
        found = GROUPS_TOGETHER;
    }
    return GROUPS_APART;
}

enum group_places plan_group_places(const struct plan *p) {
    struct column_set set = {.count = 0};
    if (p->kind == PLAN_AGGREGATE) {
        for (uint32_t i = 0; i < p->aggregate.group_count; i++) add_column(&set, p->aggregate.groups[i]);
    } else {
        struct attribute *const *columns = p->distinct.key_count ? p->distinct.keys : p->output;
        uint32_t count = p->distinct.key_count ? p->distinct.key_count : p->output_count;
        for (uint32_t i = 0; i < count && set.count < COLUMNS_MAX; i++) set.ids[set.count++] = columns[i]->id;
    }
    return places_in(p->children[0], set);
}
