/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kept rows. The struct itself lies in its own arena, so that releasing the arena is all there is to freeing
 * it. Appended batches are cut or filled up to BATCH_ROWS rows only where they come; small ones stay small,
 * because whoever appends (the codec, a cached query's root) hands over full batches already.
 */
#include "column/table_data.h"

struct table_data *table_data_new(struct memory_account *account, const struct type *schema) {
    struct arena arena;
    arena_init(&arena, account);
    struct table_data *table = ARENA_NEW(&arena, struct table_data);
    table->references = 1;
    table->schema = type_copy(&arena, schema);
    table->arena = arena;
    return table;
}

/* Rows [from, from + count) of a batch, as vectors over the same memory. */
static struct batch slice(struct arena *scratch, const struct batch *batch, uint32_t from, uint32_t count) {
    uint32_t *selection = arena_bytes_array(scratch, count, sizeof *selection);
    for (uint32_t i = 0; i < count; i++) selection[i] = from + i;
    struct vector *columns = ARENA_ARRAY(scratch, struct vector, batch->column_count);
    for (uint32_t i = 0; i < batch->column_count; i++)
        vector_select(&columns[i], scratch, &batch->columns[i], selection, count);
    return (struct batch){.count = count, .column_count = batch->column_count, .columns = columns};
}

/* The copied vectors' types become the table's own: those of the batch go with the plan that gave it. */
static void own_type(struct vector *v, const struct type *type) {
    v->type = type;
    while (type->kind == TYPE_UDT) type = type->element;
    for (uint32_t i = 0; i < v->child_count; i++) {
        const struct type *child = type->kind == TYPE_STRUCT      ? type->fields[i].type
                                   : type->kind == TYPE_MAP && !i ? type->key
                                                                  : type->element;
        if (child) own_type(&v->children[i], child);
    }
}

static void append(struct table_data *table, const struct batch *batch) {
    if (table->batch_count == table->batch_capacity) {
        uint32_t capacity = table->batch_capacity ? table->batch_capacity * 2 : 4;
        table->batches = arena_grow(&table->arena, table->batches, table->batch_count * sizeof *table->batches,
                                    capacity * sizeof *table->batches);
        table->batch_capacity = capacity;
    }
    struct batch *copy = &table->batches[table->batch_count];
    batch_copy(copy, &table->arena, batch);
    for (uint32_t i = 0; i < copy->column_count && i < table->schema->field_count; i++)
        own_type(&copy->columns[i], table->schema->fields[i].type);
    table->batch_count++;
    table->row_count += batch->count;
}

void table_data_append(struct table_data *table, const struct batch *batch) {
    if (batch->count <= BATCH_ROWS) {
        append(table, batch);
        return;
    }
    for (uint32_t from = 0; from < batch->count; from += BATCH_ROWS) {
        uint32_t left = batch->count - from;
        struct batch part = slice(&table->arena, batch, from, left < BATCH_ROWS ? left : BATCH_ROWS);
        append(table, &part);
    }
}

void table_data_append_of(struct table_data *table, const struct batch *batch, uint32_t partition) {
    table_data_set_partitions(table, partition + 1);
    table_data_append(table, batch);
    table->partition_ends[table->partition_count - 1] = table->row_count;
}

void table_data_set_partitions(struct table_data *table, uint32_t count) {
    uint32_t before = table->partition_count;
    if (count <= before) return;
    table->partition_ends = arena_grow(&table->arena, table->partition_ends, before * sizeof *table->partition_ends,
                                       count * sizeof *table->partition_ends);
    for (uint32_t i = before; i < count; i++) table->partition_ends[i] = table->row_count;
    table->partition_count = count;
}

struct table_data *table_data_ref(struct table_data *table) {
    table->references++;
    return table;
}

void table_data_unref(struct table_data *table) {
    if (!table || --table->references) return;
    struct arena arena = table->arena; /* lies in what it frees */
    arena_release(&arena);
}
