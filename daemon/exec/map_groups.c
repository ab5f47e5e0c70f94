/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's functions over groups: applyInPandas, grouped aggregates, and cogroups of two inputs.
 *
 * Each input is sorted by its keys, so groups are runs of rows and come in the order of their keys, as they do in
 * Spark. Some hundred groups go to the client at a time (udf.h says in what form).
 */
#include "exec/sorter.h"
#include "exec/udf.h"

enum { GROUPS_PER_CALL = 256, ROWS_PER_CALL = 65536 };

struct side {
    struct sorter sorter;
    uint32_t key_count;
    uint32_t *key_columns; /* in the store */
    bool finished_reading, sorted;
    uint32_t *rows; /* sorted */
    uint32_t count, next;
};

struct map_groups {
    struct operator op;
    struct udf_call call;
    uint32_t side_count;
    struct side sides[2];
    const struct type *argument_types, *result_type;
    bool is_aggregate; /* without rows it gives none, not even over the whole input, as in Spark */
    /* aggregates: */
    uint32_t function_count, current;
    const struct expr **functions;
    uint32_t **argument_columns;
    struct vector *results;
    LIST(uint32_t) first_rows; /* of the groups that are under way */
    uint32_t chunk_start;
};

/* --- opening --- */

static bool open_side(struct map_groups *state, uint32_t child, struct expr *const *keys, uint32_t count,
                      struct expr **extra, uint32_t extra_count, struct error *err) {
    struct operator* op = & state->op;
    struct side *side = &state->sides[child];
    struct sort_order *order = ARENA_ARRAY(&op->memory, struct sort_order, count);
    for (uint32_t i = 0; i < count; i++) order[i] = (struct sort_order){.expr = keys[i], .nulls_first = true};
    TRY(sorter_init(&side->sorter, op, child, &op->memory, order, count, extra, extra_count, err));
    side->key_count = count;
    side->key_columns = ARENA_ARRAY(&op->memory, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) side->key_columns[i] = side->sorter.keys[i].column;
    state->side_count++;
    return true;
}

static void add_key_fields(struct arena *arena, struct field *fields, uint32_t at, const struct side *side) {
    for (uint32_t i = 0; i < side->key_count; i++)
        fields[at + i] = (struct field){
            .name = arena_printf(arena, "_key%u", i), .type = side->sorter.keys[i].expr->type, .nullable = true};
}

static const struct type *rows_type(struct arena *arena, const struct plan *map, uint32_t child) {
    struct field *fields;
    const struct type *row = plan_columns_type(arena, map->children[child], map->map.columns[child], 0, &fields);
    return type_array(arena, row, false);
}

static bool open_map(struct map_groups *state, struct error *err) {
    struct operator* op = & state->op;
    const struct plan *plan = op->plan;
    struct field *fields;
    TRY(open_side(state, 0, plan->map.groups, plan->map.group_count, NULL, 0, err));
    state->result_type = plan->map.function->type;
    if (plan->child_count == 1) {
        uint32_t count = plan->map.columns[0];
        plan_columns_type(&op->memory, plan->children[0], count, plan->map.group_count, &fields);
        add_key_fields(&op->memory, fields, count, &state->sides[0]);
        state->argument_types = type_struct(&op->memory, fields, count + plan->map.group_count);
        return true;
    }
    TRY(open_side(state, 1, plan->map.other_groups, plan->map.other_group_count, NULL, 0, err));
    fields = ARENA_ARRAY(&op->memory, struct field, 2 + plan->map.group_count);
    fields[0] = (struct field){.name = "left", .type = rows_type(&op->memory, plan, 0)};
    fields[1] = (struct field){.name = "right", .type = rows_type(&op->memory, plan, 1)};
    add_key_fields(&op->memory, fields, 2, &state->sides[0]);
    state->argument_types = type_struct(&op->memory, fields, 2 + plan->map.group_count);
    return true;
}

/* The client's functions and built-in ones are not computed together, as in Spark. */
static bool check_placement(struct map_groups *state, struct error *err) {
    const struct plan *plan = state->op.plan;
    const char *names = "";
    bool mixed = false;
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        const struct expr *e = plan->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        mixed |= e->kind == EXPR_AGGREGATE;
        if (e->kind == EXPR_UDF && expr_is_aggregate(e))
            names = arena_printf(&state->op.memory, "%s%s`%s`", names, *names ? ", " : "", e->udf.name);
    }
    return !mixed || error_set(err, "INVALID_PANDAS_UDF_PLACEMENT", "functionList", names, NULL);
}

/* The functions' arguments are computed as extra columns of the store. */
static bool open_aggregate(struct map_groups *state, struct error *err) {
    struct operator* op = & state->op;
    const struct plan *plan = op->plan;
    LIST(struct expr *) extra = {0};
    state->is_aggregate = true;
    TRY(check_placement(state, err));
    state->functions = ARENA_ARRAY(&op->memory, const struct expr *, plan->expr_count);
    state->argument_columns = ARENA_ARRAY(&op->memory, uint32_t *, plan->expr_count);
    state->results = ARENA_ARRAY(&op->memory, struct vector, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        const struct expr *e = plan->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        if (e->kind != EXPR_UDF || !expr_is_aggregate(e)) continue;
        uint32_t *columns = ARENA_ARRAY(&op->memory, uint32_t, e->child_count);
        for (uint32_t a = 0; a < e->child_count; a++) {
            struct expr *bound = operator_bind(op, 0, e->children[a], err);
            TRY(bound);
            columns[a] = plan->children[0]->output_count + extra.count;
            LIST_PUSH(&op->memory, &extra, bound);
        }
        state->argument_columns[state->function_count] = columns;
        state->functions[state->function_count++] = e;
    }
    return open_side(state, 0, plan->aggregate.groups, plan->aggregate.group_count, extra.items, extra.count, err);
}

static bool map_groups_open(struct operator* op, struct error *err) {
    struct map_groups *state = (struct map_groups *)op;
    udf_call_init(&state->call, op);
    return op->plan->kind == PLAN_AGGREGATE ? open_aggregate(state, err) : open_map(state, err);
}

/* --- reading --- */

static enum exec_status read_side(struct map_groups *state, uint32_t child, struct error *err) {
    struct side *side = &state->sides[child];
    for (int i = 0; i < BATCHES_PER_SLICE && !side->finished_reading; i++) {
        struct batch in;
        enum exec_status status = operator_next(state->op.children[child], &in, err);
        if (status == EXEC_DONE) side->finished_reading = true;
        if (status == EXEC_DONE) break;
        if (status != EXEC_BATCH) return status;
        if (!sorter_add(&side->sorter, &in, err)) return EXEC_ERROR;
        evaluator_reset(&state->op.evaluator);
    }
    if (!side->finished_reading || !sorter_step(&side->sorter)) return EXEC_YIELD;
    const struct sort_entry *entries = sorter_entries(&side->sorter);
    side->count = side->sorter.count;
    side->rows = arena_bytes_array(&state->op.memory, side->count, sizeof *side->rows);
    for (uint32_t i = 0; i < side->count; i++) side->rows[i] = entries[i].row;
    side->sorted = true;
    return EXEC_DONE;
}

/* Where the group that begins at side->next ends. */
static uint32_t group_end(const struct side *side) {
    uint32_t end = side->next;
    while (end < side->count &&
           sorter_equal(&side->sorter, side->rows[side->next], side->rows[end], 0, side->key_count))
        end++;
    return end;
}

/* --- groups of one input --- */

static void pick_columns(struct map_groups *state, const uint32_t *columns, uint32_t count, const uint32_t *rows,
                         uint32_t row_count, struct batch *out) {
    const struct side *side = &state->sides[0];
    struct arena *arena = &state->call.memory;
    batch_init(out, arena, count + side->key_count, row_count);
    for (uint32_t i = 0; i < out->column_count; i++) {
        uint32_t column = i >= count ? side->key_columns[i - count] : columns ? columns[i] : i;
        vector_select(&out->columns[i], arena, row_store_column(&side->sorter.store, column), rows, row_count);
    }
}

/* A batch per group, as many groups as go into a call. */
static uint32_t make_groups(struct map_groups *state, const uint32_t *columns, uint32_t count, struct batch **batches) {
    struct side *side = &state->sides[0];
    LIST(struct batch) groups = {0};
    uint32_t rows = 0;
    while (side->next < side->count && groups.count < GROUPS_PER_CALL && rows < ROWS_PER_CALL) {
        uint32_t end = group_end(side);
        struct batch group;
        pick_columns(state, columns, count, side->rows + side->next, end - side->next, &group);
        LIST_PUSH(&state->call.memory, &groups, group);
        if (state->is_aggregate) LIST_PUSH(&state->call.memory, &state->first_rows, side->rows[side->next]);
        rows += end - side->next;
        side->next = end;
    }
    *batches = groups.items;
    return groups.count;
}

/* --- cogroups --- */

static int compare_keys(const struct map_groups *state, uint32_t left_row, uint32_t right_row) {
    const struct side *left = &state->sides[0], *right = &state->sides[1];
    for (uint32_t i = 0; i < left->key_count; i++) {
        int order = rows_compare(row_store_column(&left->sorter.store, left->key_columns[i]), left_row,
                                 row_store_column(&right->sorter.store, right->key_columns[i]), right_row,
                                 &left->sorter.keys[i].order);
        if (order) return order;
    }
    return 0;
}

/* An array of structs per group over one side's rows. */
static void lists_of(struct map_groups *state, uint32_t child, const struct list_entry *lists, uint32_t count,
                     const uint32_t *rows, uint32_t row_count, struct vector *out) {
    struct arena *arena = &state->call.memory;
    const struct side *side = &state->sides[child];
    const struct type *t = state->argument_types->fields[child].type;
    vector_init(out, arena, t, count);
    memcpy(out->data, lists, count * sizeof *lists);
    struct vector *structs = ARENA_NEW(arena, struct vector);
    *structs = (struct vector){.type = t->element, .form = VECTOR_FLAT, .child_count = t->element->field_count};
    structs->children = ARENA_ARRAY(arena, struct vector, structs->child_count);
    for (uint32_t i = 0; i < structs->child_count; i++)
        vector_select(&structs->children[i], arena, row_store_column(&side->sorter.store, i), rows, row_count);
    out->children = structs;
    out->child_count = 1;
    out->child_rows = row_count;
}

static uint32_t make_cogroups(struct map_groups *state, struct batch **batches) {
    struct side *left = &state->sides[0], *right = &state->sides[1];
    struct arena *arena = &state->call.memory;
    struct list_entry lists[2][GROUPS_PER_CALL];
    uint32_t start[2] = {left->next, right->next}, count = 0, *key_rows = ARENA_ARRAY(arena, uint32_t, GROUPS_PER_CALL);
    bool *key_left = ARENA_ARRAY(arena, bool, GROUPS_PER_CALL);
    while ((left->next < left->count || right->next < right->count) && count < GROUPS_PER_CALL &&
           left->next - start[0] + right->next - start[1] < ROWS_PER_CALL) {
        int order = left->next == left->count ? 1
                    : right->next == right->count
                        ? -1
                        : compare_keys(state, left->rows[left->next], right->rows[right->next]);
        uint32_t left_end = order <= 0 ? group_end(left) : left->next;
        uint32_t right_end = order >= 0 ? group_end(right) : right->next;
        key_left[count] = order <= 0;
        key_rows[count] = order <= 0 ? left->rows[left->next] : right->rows[right->next];
        lists[0][count] = (struct list_entry){left->next - start[0], left_end - left->next};
        lists[1][count] = (struct list_entry){right->next - start[1], right_end - right->next};
        left->next = left_end;
        right->next = right_end;
        count++;
    }
    if (!count) return 0;
    *batches = ARENA_NEW(arena, struct batch);
    batch_init(*batches, arena, state->argument_types->field_count, count);
    lists_of(state, 0, lists[0], count, left->rows + start[0], left->next - start[0], &(*batches)->columns[0]);
    lists_of(state, 1, lists[1], count, right->rows + start[1], right->next - start[1], &(*batches)->columns[1]);
    for (uint32_t k = 0; k < left->key_count; k++) {
        struct builder b;
        builder_init(&b, arena, state->argument_types->fields[2 + k].type, count);
        for (uint32_t i = 0; i < count; i++) {
            const struct side *side = &state->sides[key_left[i] ? 0 : 1];
            builder_append_row(&b, row_store_column(&side->sorter.store, side->key_columns[k]), key_rows[i], false);
        }
        (*batches)->columns[2 + k] = *builder_finish(&b);
    }
    return 1;
}

static enum exec_status next_map(struct map_groups *state, struct batch *out) {
    enum exec_status status = udf_call_result(&state->call, out);
    if (status == EXEC_BATCH) return status;
    arena_reset(&state->call.memory);
    state->call.request.result_count = 0;
    struct batch *batches = NULL;
    uint32_t columns = state->op.plan->map.columns[0];
    uint32_t count =
        state->side_count == 2 ? make_cogroups(state, &batches) : make_groups(state, NULL, columns, &batches);
    if (!count) return EXEC_DONE;
    return udf_call_send(&state->call, state->op.plan->map.function, state->argument_types, state->result_type, batches,
                         count);
}

/* --- aggregates: each function in turn over the same groups --- */

static enum exec_status send_aggregate(struct map_groups *state) {
    struct arena *arena = &state->call.memory;
    const struct expr *f = state->functions[state->current];
    struct side *side = &state->sides[0];
    struct batch *batches;
    side->next = state->chunk_start;
    memset(&state->first_rows, 0, sizeof state->first_rows);
    uint32_t count = make_groups(state, state->argument_columns[state->current], f->child_count, &batches);
    struct field *fields = ARENA_ARRAY(arena, struct field, f->child_count + side->key_count);
    for (uint32_t i = 0; i < f->child_count; i++)
        fields[i] =
            (struct field){.name = udf_argument_name(arena, f, i), .type = f->children[i]->type, .nullable = true};
    add_key_fields(arena, fields, f->child_count, side);
    struct field result = {.name = "result", .type = f->type, .nullable = true};
    return udf_call_send(&state->call, f, type_struct(arena, fields, f->child_count + side->key_count),
                         type_struct(arena, &result, 1), batches, count);
}

static bool take_aggregate(struct map_groups *state, struct error *err) {
    const struct udf_request *request = &state->call.request;
    uint32_t rows = request->result_count == 1 ? request->results[0].count : 0;
    if (rows != state->first_rows.count)
        return error_unsupported(err, "an aggregate function that gives %u rows for %u groups", rows,
                                 state->first_rows.count);
    state->results[state->current++] = request->results[0].columns[0];
    return true;
}

static bool put_out_aggregates(struct map_groups *state, struct batch *out, struct error *err) {
    const struct plan *plan = state->op.plan;
    struct arena *batch = &state->op.evaluator.batch;
    const struct side *side = &state->sides[0];
    batch_init(out, batch, plan->expr_count, state->first_rows.count);
    for (uint32_t i = 0, function = 0; i < plan->expr_count; i++) {
        const struct expr *e = plan->exprs[i];
        while (e->kind == EXPR_ALIAS) e = e->children[0];
        if (e->kind == EXPR_UDF && expr_is_aggregate(e)) {
            out->columns[i] = state->results[function++];
            continue;
        }
        uint32_t k = 0;
        while (k < side->key_count && !expr_equal(plan->aggregate.groups[k], e)) k++;
        if (k == side->key_count) return error_internal(err, "an aggregate's result is neither a group nor a function");
        vector_select(&out->columns[i], batch, row_store_column(&side->sorter.store, side->key_columns[k]),
                      state->first_rows.items, state->first_rows.count);
    }
    return true;
}

static enum exec_status next_aggregate(struct map_groups *state, struct batch *out, struct error *err) {
    struct side *side = &state->sides[0];
    if (state->current && state->current < state->function_count) return send_aggregate(state);
    if (state->current == state->function_count) {
        bool good = put_out_aggregates(state, out, err);
        state->current = 0;
        state->chunk_start = side->next;
        return good ? EXEC_BATCH : EXEC_ERROR;
    }
    if (side->next == side->count) return EXEC_DONE;
    arena_reset(&state->call.memory);
    return send_aggregate(state);
}

static enum exec_status map_groups_next(struct operator* op, struct batch *out, struct error *err) {
    struct map_groups *state = (struct map_groups *)op;
    enum exec_status status;
    if (state->call.is_waiting) {
        status = udf_call_wait(&state->call, err);
        if (status != EXEC_DONE) return status;
        if (state->is_aggregate && !take_aggregate(state, err)) return EXEC_ERROR;
    }
    for (uint32_t i = 0; i < state->side_count; i++)
        if (!state->sides[i].sorted && (status = read_side(state, i, err)) != EXEC_DONE) return status;
    return state->is_aggregate ? next_aggregate(state, out, err) : next_map(state, out);
}

static void map_groups_close(struct operator* op) {
    udf_call_release(&((struct map_groups *)op)->call);
}

const struct operator_ops map_groups_ops = {.name = "FlatMapGroupsInPandas",
                                            .size = sizeof(struct map_groups),
                                            .open = map_groups_open,
                                            .next = map_groups_next,
                                            .close = map_groups_close};
