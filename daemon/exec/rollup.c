/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/rollup.h"

#include <math.h>

#include "column/table_data.h"
#include "exec/aggregate.h"
#include "exec/aggregate_calls.h"
#include "exec/group_keys.h"

/* --- which aggregates can be made so --- */

/* What stands for each group in each set: expressions of the EXPAND. */
struct sets {
    const struct plan *plan, *expand;
    uint32_t *places; /* per group: column of the EXPAND */
};

static uint32_t output_place(const struct plan *p, const struct expr *e) {
    for (uint32_t i = 0; e->kind == EXPR_ATTRIBUTE && i < p->output_count; i++)
        if (p->output[i]->id == e->column.attribute->id) return i;
    return UINT32_MAX;
}

static const struct expr *member(const struct sets *s, uint32_t set, uint32_t group) {
    return s->expand->expand.projections[set][s->places[group]];
}

static bool is_fixed(const struct sets *s, uint32_t set, uint32_t group) {
    return member(s, set, group)->kind == EXPR_LITERAL;
}

static bool can_be_key(const struct expr *e) {
    return e->deterministic && !key_is_encoded(e->type) && !expr_contains(e, EXPR_UDF) &&
           !expr_contains(e, EXPR_SUBQUERY);
}

/* Every set's member of a group is that of the first set, or a constant. */
static bool group_fits(const struct sets *s, uint32_t group) {
    const struct expr *first = member(s, 0, group);
    if (!can_be_key(first)) return false;
    for (uint32_t k = 1; k < s->expand->expand.projection_count; k++)
        if (!is_fixed(s, k, group) && !expr_equal(member(s, k, group), first)) return false;
    return true;
}

/* A group that is another constant in each set tells their rows apart. */
static bool tells_apart(const struct sets *s, uint32_t group) {
    for (uint32_t k = 0; k < s->expand->expand.projection_count; k++) {
        if (!is_fixed(s, k, group)) return false;
        for (uint32_t j = 0; j < k; j++)
            if (expr_equal(member(s, j, group), member(s, k, group))) return false;
    }
    return true;
}

static bool see_input(const struct expr *e, void *data) {
    const struct sets **s = data;
    if (!*s || e->kind != EXPR_ATTRIBUTE) return *s != NULL;
    const struct plan *expand = (*s)->expand;
    uint32_t place = output_place(expand, e);
    for (uint32_t k = 0; *s && k < expand->expand.projection_count; k++) {
        const struct expr *passed = place == UINT32_MAX ? NULL : expand->expand.projections[k][place];
        bool same = passed && passed->kind == EXPR_ATTRIBUTE && passed->column.attribute->id == e->column.attribute->id;
        if (!same) *s = NULL;
    }
    return *s != NULL;
}

/* Does it read nothing but what the EXPAND passes on? */
static bool reads_input(const struct sets *s, const struct expr *e) {
    const struct sets *seen = s;
    expr_visit(e, see_input, &seen);
    return seen != NULL;
}

static bool can_merge(const struct sets *s, const struct expr *e) {
    static const char *const exact[] = {"sum", "avg", "count", "min", "max"};
    const struct function *f = e->aggregate.function;
    bool known = false;
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) known |= strcmp(f->name, exact[i]) == 0;
    if (!known || !f->aggregate->merge || f->aggregate->distinct || e->aggregate.distinct) return false;
    if (!e->deterministic || expr_contains(e, EXPR_UDF) || expr_contains(e, EXPR_SUBQUERY)) return false;
    for (uint32_t i = 0; i < e->child_count; i++) {
        enum storage storage = type_storage(e->children[i]->type);
        if (storage == STORAGE_FLOAT || storage == STORAGE_DOUBLE) return false;
    }
    return reads_input(s, e) && (!e->aggregate.filter || reads_input(s, e->aggregate.filter));
}

static const struct expr *without_alias(const struct expr *e) {
    while (e->kind == EXPR_ALIAS) e = e->children[0];
    return e;
}

static bool results_fit(const struct sets *s) {
    for (uint32_t i = 0; i < s->plan->expr_count; i++) {
        const struct expr *e = without_alias(s->plan->exprs[i]);
        if (e->kind == EXPR_AGGREGATE ? !can_merge(s, e) : e->kind != EXPR_ATTRIBUTE) return false;
    }
    return true;
}

static bool read_sets(struct arena *arena, const struct plan *plan, struct sets *s) {
    *s = (struct sets){.plan = plan, .expand = plan->kind == PLAN_AGGREGATE ? plan->children[0] : NULL};
    if (!s->expand || s->expand->kind != PLAN_EXPAND || s->expand->expand.projection_count < 2) return false;
    uint32_t groups = plan->aggregate.group_count;
    s->places = ARENA_ARRAY(arena, uint32_t, groups);
    bool any_key = false, apart = false;
    for (uint32_t g = 0; g < groups; g++) {
        s->places[g] = output_place(s->expand, plan->aggregate.groups[g]);
        if (s->places[g] == UINT32_MAX || !group_fits(s, g)) return false;
        any_key |= !is_fixed(s, 0, g);
        apart |= tells_apart(s, g);
    }
    return any_key && apart && results_fit(s);
}

/* About how many rows a plan has, as far as its sources tell; those of a plan with several inputs multiply. */
static double rows_at_most(const struct plan *p) {
    switch (p->kind) {
        case PLAN_LOCAL: return p->local.data ? (double)p->local.data->row_count : 0;
        case PLAN_RANGE: return ((double)p->range.end - (double)p->range.start) / (double)p->range.step;
        case PLAN_ONE_ROW: return 1;
        case PLAN_SCAN: return p->rows ? (double)p->rows : INFINITY;
        case PLAN_GENERATE:
        case PLAN_CTE_REFERENCE:
        case PLAN_RECURSION:
        case PLAN_COMMAND: return INFINITY;
        default: break;
    }
    double rows = 1;
    for (uint32_t i = 0; i < p->child_count; i++) rows *= rows_at_most(p->children[i]);
    return p->child_count ? rows : INFINITY;
}

/* Results of the finest aggregate: its keys, then the functions. */
const struct plan *rollup_finest(struct query *query, const struct plan *plan) {
    struct sets s;
    struct arena *arena = &query->arena;
    /* Few groups have an order that plain aggregation knows (group_order.h). */
    if (!read_sets(arena, plan, &s) || rows_at_most(s.expand->children[0]) <= BATCH_ROWS) return NULL;
    uint32_t groups = plan->aggregate.group_count, count = 0;
    struct plan *p = plan_new(arena, PLAN_AGGREGATE, 1, groups + plan->expr_count);
    p->children[0] = s.expand->children[0];
    p->aggregate.groups = ARENA_ARRAY(arena, struct expr *, groups);
    for (uint32_t g = 0; g < groups; g++) {
        struct expr *key = (struct expr *)member(&s, 0, g);
        if (is_fixed(&s, 0, g)) continue;
        p->aggregate.groups[p->aggregate.group_count++] = key;
        /* Ids count down from the top, where no session's counter comes. */
        p->exprs[count++] = expr_alias(arena, key, "key", UINT64_MAX - query->internal_ids++);
    }
    for (uint32_t i = 0; i < plan->expr_count; i++)
        if (without_alias(plan->exprs[i])->kind == EXPR_AGGREGATE) p->exprs[count++] = plan->exprs[i];
    p->expr_count = count;
    struct attribute **output = ARENA_ARRAY(arena, struct attribute *, count);
    for (uint32_t i = 0; i < count; i++) output[i] = expr_to_attribute(arena, p->exprs[i]);
    plan_set_output(arena, p, output, count);
    return p;
}

/* --- levels: one per set --- */

struct level {
    uint32_t parent;
    uint32_t key_count;
    uint32_t *parent_keys;  /* per key: which of the parent's it is */
    uint32_t *key_of;       /* per group: which key it is; KEY_NONE: fixed */
    struct group_keys keys; /* the first level's are in the aggregate below */
    char *only_block;       /* without keys; NULL: no row has come */
    uint32_t next_group;
    struct arena held;
};

struct rollup {
    struct operator op;
    struct sets sets;
    struct aggregate_listener listener;
    struct aggregate_calls calls; /* merge and finish; the aggregate below has its own */
    uint32_t *call_of;            /* per result: its call; KEY_NONE: a group */
    uint32_t *group_of;           /* per result that is a group */
    uint32_t level_count, level;  /* the one that is put out */
    struct level *levels;
};

static bool has_key(const struct rollup *state, uint32_t level, uint32_t group) {
    return !is_fixed(&state->sets, level, group);
}

static bool is_within(const struct rollup *state, uint32_t level, uint32_t outer) {
    for (uint32_t g = 0; g < state->op.plan->aggregate.group_count; g++)
        if (has_key(state, level, g) && !has_key(state, outer, g)) return false;
    return true;
}

static void open_level(struct rollup *state, uint32_t k) {
    struct arena *arena = &state->op.memory;
    struct level *level = &state->levels[k];
    uint32_t groups = state->op.plan->aggregate.group_count;
    const struct type **key_types = ARENA_ARRAY(arena, const struct type *, groups);
    bool *nullable = ARENA_ARRAY(arena, bool, groups);
    level->parent_keys = ARENA_ARRAY(arena, uint32_t, groups);
    level->key_of = ARENA_ARRAY(arena, uint32_t, groups);
    for (uint32_t j = 1; j < k; j++) /* the first has all keys; a later one fewer */
        if (is_within(state, k, j) && state->levels[j].key_count <= state->levels[level->parent].key_count)
            level->parent = j;
    for (uint32_t g = 0; g < groups; g++) {
        level->key_of[g] = KEY_NONE;
        if (!has_key(state, k, g)) continue;
        key_types[level->key_count] = member(&state->sets, k, g)->type;
        nullable[level->key_count] = member(&state->sets, k, g)->nullable;
        level->parent_keys[level->key_count] = state->levels[level->parent].key_of[g];
        level->key_of[g] = level->key_count++;
    }
    arena_init(&level->held, &state->op.query->account);
    group_keys_init(&level->keys, &level->held, &state->op.query->dictionaries, key_types, nullable, level->key_count,
                    state->calls.state_size);
}

static bool start_block(struct rollup *state, struct level *level, struct error *err) {
    if (level->only_block) return true;
    level->only_block = arena_alloc(&level->held, state->calls.state_size);
    return aggregate_calls_start(&state->calls, level->only_block, err);
}

/* The blocks of a level's groups for rows of its parent's keys; new groups begin. */
static bool find_blocks(struct rollup *state, struct level *level, struct arena *scratch, const struct vector *keys,
                        uint32_t count, char **blocks, struct error *err) {
    if (!level->key_count) {
        TRY(start_block(state, level, err));
        for (uint32_t i = 0; i < count; i++) blocks[i] = level->only_block;
        return true;
    }
    struct vector *columns = ARENA_ARRAY(scratch, struct vector, level->key_count);
    for (uint32_t i = 0; i < level->key_count; i++) columns[i] = keys[level->parent_keys[i]];
    struct key_batch made;
    uint32_t *rows = arena_bytes_array(scratch, count, sizeof *rows);
    TRY(group_keys_make(&level->keys, scratch, columns, count, true, &made, err));
    uint32_t before = level->keys.table.rows;
    TRY(key_table_add(&level->keys.table, &made, count, rows, err));
    for (uint32_t g = before; g < level->keys.table.rows; g++)
        TRY(aggregate_calls_start(&state->calls, key_table_state(&level->keys.table, g), err));
    for (uint32_t i = 0; i < count; i++) blocks[i] = key_table_state(&level->keys.table, rows[i]);
    return true;
}

/* Groups of a level go on to those that are made of them. */
static bool pass_on(struct rollup *state, uint32_t from, struct arena *scratch, const struct vector *keys,
                    char *const *blocks, uint32_t count, struct error *err) {
    char **into = arena_bytes_array(scratch, count, sizeof *into);
    for (uint32_t k = from + 1; k < state->level_count; k++) {
        struct level *level = &state->levels[k];
        if (level->parent != from) continue;
        TRY(find_blocks(state, level, scratch, keys, count, into, err));
        TRY(aggregate_calls_merge(&state->calls, blocks, into, count, err));
    }
    return true;
}

static bool see_finest(void *owner, struct arena *scratch, const struct batch *groups, char *const *blocks,
                       struct error *err) {
    return pass_on(owner, 0, scratch, groups->columns, blocks, groups->count, err);
}

/* --- the operator --- */

static uint32_t group_index(const struct plan *plan, const struct expr *e) {
    for (uint32_t g = 0; g < plan->aggregate.group_count; g++)
        if (expr_equal(plan->aggregate.groups[g], e)) return g;
    return KEY_NONE;
}

static bool open_results(struct rollup *state, struct error *err) {
    struct operator* op = & state->op;
    const struct plan *plan = op->plan;
    struct expr **calls = ARENA_ARRAY(&op->memory, struct expr *, plan->expr_count);
    uint32_t call_count = 0;
    state->call_of = ARENA_ARRAY(&op->memory, uint32_t, plan->expr_count);
    state->group_of = ARENA_ARRAY(&op->memory, uint32_t, plan->expr_count);
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        struct expr *e = (struct expr *)without_alias(plan->exprs[i]);
        state->call_of[i] = KEY_NONE;
        if (e->kind == EXPR_AGGREGATE) {
            state->call_of[i] = call_count;
            calls[call_count++] = e;
        } else if ((state->group_of[i] = group_index(plan, e)) == KEY_NONE) {
            return error_internal(err, "an aggregate's result is neither a group nor an aggregate function");
        }
    }
    return aggregate_calls_init(&state->calls, op, calls, call_count, err);
}

static bool rollup_open(struct operator* op, struct error *err) {
    struct rollup *state = (struct rollup *)op;
    if (!read_sets(&op->memory, op->plan, &state->sets)) return error_internal(err, "these are no nested sets");
    TRY(open_results(state, err));
    state->level_count = state->sets.expand->expand.projection_count;
    state->levels = ARENA_ARRAY(&op->memory, struct level, state->level_count);
    for (uint32_t k = 0; k < state->level_count; k++) open_level(state, k);
    state->listener = (struct aggregate_listener){state, see_finest};
    aggregate_listen(op->children[0], &state->listener);
    return true;
}

/* The output's columns: constants, the level's keys, and what is found in `calls` (NULL: computed from blocks). */
static bool put_out(struct rollup *state, uint32_t k, const struct vector *keys, const struct vector *calls,
                    char *const *blocks, uint32_t count, struct batch *out, struct error *err) {
    const struct plan *plan = state->op.plan;
    batch_init(out, &state->op.evaluator.batch, plan->expr_count, count);
    for (uint32_t i = 0; i < plan->expr_count; i++) {
        struct vector *to = &out->columns[i];
        uint32_t call = state->call_of[i], group = state->group_of[i];
        if (call == KEY_NONE && !has_key(state, k, group))
            *to = *member(&state->sets, k, group)->literal;
        else if (call == KEY_NONE)
            *to = keys[state->levels[k].key_of[group]];
        else if (calls)
            *to = calls[call];
        else
            TRY(aggregate_calls_finish(&state->calls, call, blocks, count, to, err));
    }
    return true;
}

static enum exec_status next_of_finest(struct rollup *state, struct batch *out, struct error *err) {
    struct batch in;
    enum exec_status status = operator_read(&state->op, &in, err);
    if (status == EXEC_DONE) state->level++;
    if (status != EXEC_BATCH) return status;
    const struct vector *calls = in.columns + state->levels[0].key_count;
    return put_out(state, 0, in.columns, calls, NULL, in.count, out, err) ? EXEC_BATCH : EXEC_ERROR;
}

static enum exec_status next_of_level(struct rollup *state, struct batch *out, struct error *err) {
    struct level *level = &state->levels[state->level];
    struct arena *batch = &state->op.evaluator.batch;
    uint32_t groups = level->key_count ? level->keys.table.rows : level->only_block != NULL, from = level->next_group;
    if (from == groups) {
        arena_release(&level->held);
        state->level++;
        return EXEC_DONE;
    }
    uint32_t count = groups - from < BATCH_ROWS ? groups - from : BATCH_ROWS;
    struct vector *keys = ARENA_ARRAY(batch, struct vector, level->key_count);
    char **blocks = arena_bytes_array(batch, count, sizeof *blocks);
    if (level->key_count) group_keys_columns(&level->keys, batch, from, count, keys);
    for (uint32_t i = 0; i < count; i++)
        blocks[i] = level->key_count ? key_table_state(&level->keys.table, from + i) : level->only_block;
    level->next_group += count;
    if (!pass_on(state, state->level, batch, keys, blocks, count, err)) return EXEC_ERROR;
    return put_out(state, state->level, keys, NULL, blocks, count, out, err) ? EXEC_BATCH : EXEC_ERROR;
}

static enum exec_status rollup_next(struct operator* op, struct batch *out, struct error *err) {
    struct rollup *state = (struct rollup *)op;
    while (state->level < state->level_count) {
        enum exec_status status = state->level ? next_of_level(state, out, err) : next_of_finest(state, out, err);
        if (status != EXEC_DONE) return status;
    }
    return EXEC_DONE;
}

static void rollup_close(struct operator* op) {
    struct rollup *state = (struct rollup *)op;
    for (uint32_t k = 0; k < state->level_count; k++)
        if (state->levels[k].held.account) arena_release(&state->levels[k].held);
}

const struct operator_ops rollup_ops = {
    .name = "Rollup", .size = sizeof(struct rollup), .open = rollup_open, .next = rollup_next, .close = rollup_close};
