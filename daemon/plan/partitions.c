/* SPDX-License-Identifier: Apache-2.0 */
/* In how many partitions Spark would have a plan's rows: see partitions.h. */
#include "plan/partitions.h"

#include <stdlib.h>
#include <string.h>

enum { PARTITIONS_MAX = 1 << 20 };

static uint32_t setting_number(const struct context *context, const char *name, uint32_t otherwise) {
    const char *text = context->setting ? context->setting(context, name) : NULL;
    long n = text ? strtol(text, NULL, 10) : 0;
    return n > 0 && n <= PARTITIONS_MAX ? (uint32_t)n : otherwise;
}

uint32_t partition_parallelism(const struct context *context) {
    const char *master = context->setting ? context->setting(context, "spark.master") : NULL;
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
            case PLAN_LOCAL: return partition_parallelism(context);
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
