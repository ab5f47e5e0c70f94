/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which Spark gives groups: see group_order.h. */
#include "exec/group_order.h"

#include <stdlib.h>
#include <string.h>

#include "column/row.h"
#include "exec/fast_map.h"
#include "function/spark_hash.h"
#include "plan/partitions.h"

enum { HASH_SEED = 42, PARTITIONS_MAX = (1 << 20) - 1 };
/* A row's place: the partition it comes from, the one it goes to, its number. */
enum { ROW_MASK = (1 << 16) - 1, PARTITION_BIT = 16, SOURCE_BIT = 40 };

/* Whether Spark changes such a value in place in a row. */
static bool is_mutable(const struct type *t) {
    return t->kind == TYPE_DECIMAL ||
           (type_storage(t) != STORAGE_STRING && type_storage(t) != STORAGE_LIST && type_storage(t) != STORAGE_STRUCT);
}

static bool is_among(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}
#define IS_AMONG(name, names) is_among(name, names, sizeof(names) / sizeof *(names))

struct buffers {
    bool any;     /* there is one */
    bool fixed;   /* all of them */
    bool objects; /* one is an object of its own: Spark hashes then, whatever the others are */
};

static bool see_aggregate(const struct expr *e, void *data) {
    static const char *const keeps[] = {"min",        "max",  "first",  "first_value", "any_value",
                                        "last_value", "last", "max_by", "min_by"};
    static const char *const objects[] = {
        "percentile", "percentile_cont", "percentile_disc", "median", "percentile_approx", "approx_percentile", "mode"};
    struct buffers *b = data;
    if (e->kind != EXPR_AGGREGATE) return true;
    const char *name = e->aggregate.function->name;
    b->any = true;
    if (IS_AMONG(name, keeps))
        for (uint32_t i = 0; i < e->child_count; i++) b->fixed &= is_mutable(e->children[i]->type);
    else
        b->objects |= !is_mutable(e->type) || IS_AMONG(name, objects);
    return true;
}

/* dropDuplicates(columns) keeps the first of each other column. */
static bool keeps_variable_columns(const struct plan *p) {
    if (!p->distinct.key_count) return false;
    for (uint32_t i = 0; i < p->output_count; i++) {
        bool is_key = false;
        for (uint32_t k = 0; k < p->distinct.key_count; k++) is_key |= p->distinct.keys[k]->id == p->output[i]->id;
        if (!is_key && !is_mutable(p->output[i]->type)) return true;
    }
    return false;
}

static bool have_fast_map(struct attribute *const *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!fast_map_takes(columns[i]->type)) return false;
    return true;
}

static bool groups_have_fast_map(const struct plan *p) {
    for (uint32_t i = 0; i < p->aggregate.group_count; i++)
        if (!fast_map_takes(p->aggregate.groups[i]->type)) return false;
    return true;
}

struct group_order group_order_of_exchange(const struct context *context) {
    const char *partitions = context_text(context, "spark.sql.shuffle.partitions");
    long count = partitions ? strtol(partitions, NULL, 10) : 0;
    return (struct group_order){.partitions = count > 0 && count <= PARTITIONS_MAX ? (uint32_t)count : 0};
}

static struct group_order order_of_set_operation(const struct plan *p, const struct context *context) {
    bool counts = p->set.all; /* over a union of both sides */
    if (!counts && plan_is_single(p->children[0], context)) return (struct group_order){0};
    struct group_order order = group_order_of_exchange(context);
    order.together = counts;
    order.fast_map = !counts && have_fast_map(p->output, p->output_count);
    return order;
}

/*
 * Where nothing is exchanged groups come as they are met. Only a first step of aggregation has the fast map, and a last
 * step without functions.
 */
struct group_order group_order_of(const struct plan *p, const struct context *context) {
    if (p->kind == PLAN_INTERSECT || p->kind == PLAN_EXCEPT) return order_of_set_operation(p, context);
    enum group_places places = plan_group_places(p);
    if (p->kind == PLAN_DISTINCT && !p->distinct.key_count && places == GROUPS_ONCE) return (struct group_order){0};
    bool in_place = places != GROUPS_APART || plan_is_single(p->children[0], context);
    struct group_order order = in_place ? (struct group_order){0} : group_order_of_exchange(context);
    struct buffers buffers = {.fixed = true};
    if (p->kind == PLAN_DISTINCT) {
        order.sorted = keeps_variable_columns(p);
        bool keeps = p->distinct.key_count; /* dropDuplicates(columns): the others are functions */
        bool fast =
            keeps ? have_fast_map(p->distinct.keys, p->distinct.key_count) : have_fast_map(p->output, p->output_count);
        order.fast_map = fast && (in_place || !keeps);
        order.first_fast_map = fast && !order.fast_map && !order.sorted;
    } else {
        for (uint32_t i = 0; i < p->expr_count; i++) expr_visit(p->exprs[i], see_aggregate, &buffers);
        order.sorted = !buffers.fixed && !buffers.objects;
        bool fast = buffers.fixed && !buffers.objects && groups_have_fast_map(p);
        order.fast_map = fast && (in_place || !buffers.any);
        order.first_fast_map = fast && !order.fast_map;
    }
    order.fast_map &= !order.sorted;
    return order;
}

void row_sources_add(struct row_sources *s, struct arena *arena, uint32_t end, uint32_t partition) {
    struct source_run *last = s->runs.count ? &s->runs.items[s->runs.count - 1] : NULL;
    if (last && last->partition == partition) {
        last->end = end;
    } else if (end > (last ? last->end : 0)) {
        struct source_run run = {end, partition};
        LIST_PUSH(arena, &s->runs, run);
    }
}

struct sorting {
    const struct vector *keys;
    uint32_t count;
    bool latest_first, alternatives;
};

static uint32_t row_of(uint64_t place) {
    return (uint32_t)(place & ROW_MASK);
}

static int by_keys(const void *a, const void *b, void *data) {
    const struct sorting *s = data;
    const struct sort_key ascending = {.nulls_first = true};
    uint32_t x = row_of(*(const uint64_t *)a), y = row_of(*(const uint64_t *)b);
    for (uint32_t i = 0; i < s->count; i += 1 + s->alternatives) {
        uint32_t of_x = i + (s->alternatives && vector_is_null(&s->keys[i], x));
        uint32_t of_y = i + (s->alternatives && vector_is_null(&s->keys[i], y));
        int c = rows_compare(&s->keys[of_x], x, &s->keys[of_y], y, &ascending);
        if (c) return c;
    }
    /* Rows of the right side alone come last, from the latest on. */
    bool latest_first = s->latest_first || (s->alternatives && vector_is_null(&s->keys[0], x));
    return (x < y) == latest_first ? 1 : -1;
}

static int by_place(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Of the zero, or the empty text, that stands for NULL where keys are compared by <=>. */
static uint32_t hash_of_default(const struct type *type, uint32_t seed) {
    switch (type_storage(type)) {
        case STORAGE_STRING: return murmur3_bytes("", 0, seed);
        case STORAGE_INT64:
        case STORAGE_DOUBLE: return murmur3_long(0, seed);
        case STORAGE_INT128: return murmur3_bytes("", 1, seed);
        default: return murmur3_int(0, seed);
    }
}

static uint32_t partition_of(const struct group_order *order, const struct vector *keys, uint32_t count, uint32_t row) {
    uint32_t hash = HASH_SEED;
    for (uint32_t i = 0; i < count; i++) {
        bool null_safe = order->null_safe && order->null_safe[i], is_null = vector_is_null(&keys[i], row);
        hash = null_safe && is_null ? hash_of_default(keys[i].type, hash) : spark_hash(&keys[i], row, hash);
        if (null_safe) hash = murmur3_int(is_null, hash);
    }
    int64_t rest = (int32_t)hash % (int64_t)order->partitions;
    return (uint32_t)(rest < 0 ? rest + order->partitions : rest);
}

/* Less than a fifth of the partitions have rows: spark.sql.adaptive.nonEmptyPartitionRatioForBroadcastJoin. */
static bool is_sparse(const uint64_t *places, uint32_t count, uint32_t partitions) {
    uint32_t filled = 1;
    for (uint32_t i = 1; i < count; i++) filled += places[i] >> PARTITION_BIT != places[i - 1] >> PARTITION_BIT;
    return (uint64_t)filled * 5 < partitions;
}

static bool is_equal(const struct vector *keys, uint32_t count, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < count; i++)
        if (!rows_equal(&keys[i], a, &keys[i], b)) return false;
    return true;
}

/*
 * Takes the rows out of places that are equal to an earlier one: next[row] is the equal row that comes after it, + 1.
 * Returns how many places are left. Equal rows are of one partition.
 */
static uint32_t chain_equal_rows(struct arena *arena, const struct vector *keys, uint32_t key_count, uint64_t *places,
                                 uint32_t count, uint32_t *next) {
    uint64_t *by_partition = arena_bytes_array(arena, count, sizeof *by_partition);
    uint64_t *left = arena_bytes_array(arena, count, sizeof *left);
    uint32_t *last = arena_bytes_array(arena, count, sizeof *last), left_count = 0, run = 0;
    for (uint32_t i = 0; i < count; i++) by_partition[i] = places[i] & ((UINT64_C(1) << SOURCE_BIT) - 1);
    qsort(by_partition, count, sizeof *by_partition, by_place);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = row_of(by_partition[i]), k;
        if (i && by_partition[i] >> PARTITION_BIT != by_partition[i - 1] >> PARTITION_BIT) run = left_count;
        for (k = run; k < left_count && !is_equal(keys, key_count, row_of(left[k]), row); k++) {
        }
        if (k == left_count)
            left[left_count++] = places[row];
        else
            next[last[row_of(left[k])]] = row + 1;
        last[row_of(left[k])] = row;
    }
    memcpy(places, left, left_count * sizeof *places);
    return left_count;
}

/* The rows as the first step of the aggregation gives them; NULL: as they are. */
static uint32_t *first_step(const struct group_order *order, struct arena *arena, const struct vector *keys,
                            uint32_t key_count, const struct row_sources *sources, uint32_t count) {
    if (!order->first_fast_map) return NULL;
    uint32_t *rows = arena_bytes_array(arena, count, sizeof *rows), from = 0;
    for (uint32_t i = 0; i < count; i++) rows[i] = i;
    for (uint32_t run = 0; run < sources->runs.count && from < count; run++) {
        uint32_t end = sources->runs.items[run].end < count ? sources->runs.items[run].end : count;
        fast_map_order(arena, keys, key_count, rows + from, end - from);
        from = end;
    }
    fast_map_order(arena, keys, key_count, rows + from, count - from);
    return rows;
}

/* Per row, or per entry of `first`: where it comes from and where it goes to. */
static uint64_t *places_of(const struct group_order *order, struct arena *arena, const struct vector *keys,
                           uint32_t key_count, const struct row_sources *sources, const uint32_t *first,
                           uint32_t count) {
    uint64_t *places = arena_bytes_array(arena, count, sizeof *places);
    for (uint32_t i = 0, run = 0; i < count; i++) {
        while (run + 1 < sources->runs.count && i >= sources->runs.items[run].end) run++;
        uint64_t source = sources->runs.count ? sources->runs.items[run].partition : 0;
        uint64_t target = order->partitions ? partition_of(order, keys, key_count, first ? first[i] : i) : 0;
        places[i] = order->partitions ? i | target << PARTITION_BIT | (source & PARTITIONS_MAX) << SOURCE_BIT : i;
    }
    return places;
}

bool group_order_is_sparse(const struct group_order *order, struct arena *arena, const struct vector *keys,
                           uint32_t count, uint32_t rows) {
    const struct row_sources nowhere = {0};
    if (!order->partitions) return false;
    uint64_t *places = places_of(order, arena, keys, count, &nowhere, NULL, rows);
    qsort(places, rows, sizeof *places, by_place);
    return is_sparse(places, rows, order->partitions);
}

void group_order_apply(const struct group_order *order, struct arena *arena, const struct vector *keys, uint32_t count,
                       const struct row_sources *sources, struct batch *batch) {
    bool moves = order->partitions || order->sorted || order->fast_map;
    if (!moves || batch->count < 2 || batch->count > BATCH_ROWS) return;
    const uint32_t *first = first_step(order, arena, keys, count, sources, batch->count);
    uint64_t *places = places_of(order, arena, keys, count, sources, first, batch->count);
    uint32_t *rows = arena_bytes_array(arena, batch->count, sizeof *rows), *next = NULL, left = batch->count, put = 0;
    if (order->together) {
        next = ARENA_ARRAY(arena, uint32_t, batch->count);
        left = chain_equal_rows(arena, keys, count, places, left, next);
    }
    qsort(places, left, sizeof *places, by_place);
    if (order->sorted)
        qsort_r(places, left, sizeof *places, by_keys,
                &(struct sorting){keys, count, order->latest_first, order->alternatives});
    for (uint32_t i = 0; i < left; i++) {
        rows[put++] = first ? first[row_of(places[i])] : row_of(places[i]);
        for (uint32_t row = rows[put - 1]; next && next[row]; row = next[row] - 1) rows[put++] = next[row] - 1;
    }
    if (order->fast_map) fast_map_order(arena, keys, count, rows, batch->count);
    struct batch in = *batch;
    batch_select(batch, arena, &in, rows, in.count);
}
