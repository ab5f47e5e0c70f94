/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a scan: see choose.h. */
#include "format/choose.h"

#include <stdlib.h>

#include "expr/evaluate.h"
#include "plan/partitions.h"

/* --- by their partition columns --- */

struct chooser {
    struct arena *memory;
    const struct scan_request *request;
    struct attribute **attributes; /* of the partition columns that are asked for ... */
    uint32_t *columns;             /* ... which of the files' values they are */
    uint32_t column_count;
    struct evaluator evaluator;
};

static void find_columns(struct chooser *c, const struct scan_source *source) {
    const struct scan_request *request = c->request;
    uint32_t all = source->schema->field_count, from_files = all - source->partition_columns;
    c->attributes = ARENA_ARRAY(c->memory, struct attribute *, request->column_count);
    c->columns = ARENA_ARRAY(c->memory, uint32_t, request->column_count);
    for (uint32_t i = 0; i < request->column_count; i++) {
        if (request->columns[i] < from_files || request->columns[i] == all) continue;
        c->attributes[c->column_count] = request->attributes[i];
        c->columns[c->column_count++] = request->columns[i] - from_files;
    }
}

/* Made of partition columns and constants alone? */
static bool is_of_partitions(const struct chooser *c, const struct expr *e) {
    if (e->kind == EXPR_ATTRIBUTE) {
        for (uint32_t i = 0; i < c->column_count; i++)
            if (c->attributes[i]->id == e->column.attribute->id) return true;
        return false;
    }
    bool is = e->kind == EXPR_LITERAL || e->kind == EXPR_CALL || e->kind == EXPR_CAST;
    for (uint32_t i = 0; is && i < e->child_count; i++) is = is_of_partitions(c, e->children[i]);
    return is;
}

static void values_of(struct chooser *c, const struct scan_file **files, uint32_t count, struct batch *out) {
    struct arena *arena = &c->evaluator.batch;
    *out = (struct batch){.count = count, .column_count = c->column_count};
    out->columns = ARENA_ARRAY(arena, struct vector, c->column_count);
    for (uint32_t i = 0; i < c->column_count; i++) {
        struct builder values;
        builder_init(&values, arena, c->attributes[i]->type, count);
        for (uint32_t f = 0; f < count; f++)
            builder_append_row(&values, &files[f]->partition_values[c->columns[i]], 0, false);
        out->columns[i] = *builder_finish(&values);
    }
}

/* Moves the files that meet the condition to the front. One that cannot be computed is for the rows to fail on. */
static uint32_t keep(struct chooser *c, const struct expr *condition, const struct scan_file **files, uint32_t count) {
    struct error failure = {0};
    const struct expr *bound = expr_bind(&c->evaluator, condition, c->attributes, c->column_count, &failure);
    uint32_t kept = 0;
    for (uint32_t from = 0, rows; from < count; from += rows) {
        struct batch values;
        uint32_t selection[BATCH_ROWS], selected = 0;
        rows = count - from < BATCH_ROWS ? count - from : BATCH_ROWS;
        evaluator_reset(&c->evaluator);
        values_of(c, files + from, rows, &values);
        bool known = bound && expr_select(&c->evaluator, bound, &values, selection, &selected, &failure);
        if (!known) selected = rows;
        for (uint32_t i = 0; i < selected; i++) files[kept++] = files[from + (known ? selection[i] : i)];
        error_reset(&failure);
    }
    return kept;
}

static void release_evaluator(void *evaluator) {
    evaluator_release(evaluator);
}

static uint32_t keep_by_partition(struct arena *arena, const struct scan_source *source,
                                  const struct scan_request *request, const struct scan_file **files) {
    uint32_t count = source->file_count;
    if (!source->partition_columns || !request->filter_count || !request->attributes) return count;
    struct arena *memory = arena_scratch(arena);
    struct chooser *c = ARENA_NEW(memory, struct chooser);
    *c = (struct chooser){.memory = memory, .request = request};
    find_columns(c, source);
    evaluator_init(&c->evaluator, memory, request->context);
    arena_defer(memory, release_evaluator, &c->evaluator);
    for (uint32_t i = 0; c->column_count && i < request->filter_count; i++)
        if (request->filters[i]->deterministic && is_of_partitions(c, request->filters[i]))
            count = keep(c, request->filters[i], files, count);
    arena_release(memory);
    return count;
}

/* --- by their sizes --- */

static int by_size(const void *a, const void *b) {
    const struct scan_file *x = *(const struct scan_file *const *)a, *y = *(const struct scan_file *const *)b;
    if (x->size != y->size) return x->size > y->size ? -1 : 1;
    return x < y ? -1 : x > y;
}

static uint64_t total_of(const struct chosen_files *chosen, uint64_t each) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < chosen->count; i++) total += chosen->files[i]->size + each;
    return total;
}

/* Next Fit: a partition is full when the next file does not fit. Opening a file counts as reading so many bytes. */
static void pack(struct chosen_files *chosen, uint64_t most, uint64_t open_cost) {
    uint64_t size = 0;
    bool empty = true;
    chosen->partition_count = 0;
    for (uint32_t i = 0; i < chosen->count; i++) {
        uint64_t own = chosen->files[i]->size;
        if (empty || size + own > most) {
            chosen->partition_count++;
            size = 0;
        }
        chosen->partitions[i] = chosen->partition_count - 1;
        size += own + open_cost;
        empty = false;
    }
}

static void divide(const struct context *context, struct chosen_files *chosen) {
    enum { MIB = 1 << 20 };
    uint64_t open_cost = context_bytes(context, "spark.sql.files.openCostInBytes", 4 * MIB);
    uint64_t most = context_bytes(context, "spark.sql.files.maxPartitionBytes", 128 * MIB);
    uint64_t least_count = context_bytes(context, "spark.sql.files.minPartitionNum", 0);
    uint64_t most_count = context_bytes(context, "spark.sql.files.maxPartitionNum", 0);
    if (!least_count) least_count = partition_parallelism(context);
    uint64_t total = total_of(chosen, open_cost), share = total / least_count;
    if (share < open_cost) share = open_cost;
    pack(chosen, share < most ? share : most, open_cost);
    if (most_count && chosen->partition_count > most_count)
        pack(chosen, (total + most_count - 1) / most_count, open_cost);
}

void files_choose(struct arena *arena, const struct scan_source *source, const struct scan_request *request,
                  struct chosen_files *chosen) {
    chosen->files = ARENA_ARRAY(arena, const struct scan_file *, source->file_count);
    for (uint32_t i = 0; i < source->file_count; i++) chosen->files[i] = &source->files[i];
    chosen->count = keep_by_partition(arena, source, request, chosen->files);
    if (chosen->count > 1) qsort(chosen->files, chosen->count, sizeof *chosen->files, by_size);
    chosen->partitions = ARENA_ARRAY(arena, uint32_t, chosen->count);
    divide(request->context, chosen);
}

uint32_t scan_partition_count(struct arena *arena, const struct scan_source *source, const struct context *context) {
    struct scan_request all = {.context = context};
    struct chosen_files chosen;
    files_choose(arena, source, &all, &chosen);
    return chosen.partition_count;
}
