/* SPDX-License-Identifier: Apache-2.0 */
/* Operators over plans that are made by hand: what each gives for a few rows. */
#include <stdio.h>

#include "exec/exec.h"
#include "expr/resolve.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;
static struct context context;
static uint64_t next_id = 1;
static struct error err;

static const char *no_setting(const struct context *c, const char *name) {
    return NULL;
}

static void setup(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    context = (struct context){.ansi = true, .setting = no_setting};
}

static void teardown(void) {
    arena_release(&arena);
    error_release(&err);
    ck_assert_uint_eq(root.used, 0);
}

static struct attribute *attribute(const char *name, const struct type *type) {
    struct attribute *a = ARENA_NEW(&arena, struct attribute);
    *a = (struct attribute){.id = next_id++, .name = name, .type = type, .nullable = true};
    return a;
}

static struct plan *range(int64_t end) {
    struct plan *p = plan_new(&arena, PLAN_RANGE, 0, 0);
    p->range.end = end;
    p->range.step = 1;
    struct attribute *id = attribute("id", TYPE_OF(LONG));
    id->nullable = false;
    plan_set_output(&arena, p, &id, 1);
    return p;
}

static struct expr *column(const struct plan *p, uint32_t i) {
    return expr_attribute(&arena, p->output[i]);
}

static struct expr *call(const char *name, struct expr *a, struct expr *b) {
    struct resolver r = {.arena = &arena, .context = &context, .next_id = &next_id};
    struct expr *arguments[] = {a, b};
    struct expr *e = resolve_named(&r, name, arguments, b ? 2 : 1, NULL, &err);
    ck_assert_msg(e != NULL, "%s", error_is_set(&err) ? error_message(&err) : name);
    return e;
}

static struct plan *over(struct plan *child, enum plan_kind kind, uint32_t expr_count, struct expr **exprs) {
    struct plan *p = plan_new(&arena, kind, 1, expr_count);
    p->children[0] = child;
    for (uint32_t i = 0; i < expr_count; i++) p->exprs[i] = exprs[i];
    plan_set_output(&arena, p, child->output, child->output_count);
    return p;
}

/* A plan whose output is what its exprs name. */
static struct plan *computing(struct plan *child, enum plan_kind kind, uint32_t count, struct expr **exprs) {
    struct attribute *output[8];
    for (uint32_t i = 0; i < count; i++) {
        if (exprs[i]->kind != EXPR_ATTRIBUTE) exprs[i] = expr_alias(&arena, exprs[i], "x", next_id++);
        output[i] = expr_to_attribute(&arena, exprs[i]);
    }
    struct plan *p = over(child, kind, count, exprs);
    plan_set_output(&arena, p, output, count);
    return p;
}

/* All rows as "1|2,3|4"; at most 8,192 bytes. */
static const char *run(const struct plan *p) {
    static char text[8192];
    size_t used = 0;
    text[0] = '\0';
    struct query query = {.context = &context};
    memory_account_init(&query.account, &root, "query", 0);
    ck_assert(query_open(&query, p, &err));
    struct batch out;
    for (enum exec_status status; (status = query_next(&query, &out, &err)) != EXEC_DONE;) {
        ck_assert_msg(status != EXEC_ERROR, "%s", error_message(&err));
        if (status != EXEC_BATCH) continue;
        ck_assert_uint_le(out.count, BATCH_ROWS);
        for (uint32_t r = 0; r < out.count && used < 8000; r++) {
            if (used) text[used++] = ',';
            for (uint32_t c = 0; c < out.column_count; c++) {
                if (c) text[used++] = '|';
                const struct vector *v = &out.columns[c];
                uint32_t entry = vector_entry(v, r);
                if (vector_is_null(v, r))
                    used += (size_t)sprintf(text + used, "null");
                else if (type_storage(v->type) == STORAGE_DOUBLE)
                    used += (size_t)sprintf(text + used, "%g", VECTOR_DATA(v, double)[entry]);
                else if (type_storage(v->type) == STORAGE_INT32)
                    used += (size_t)sprintf(text + used, "%d", VECTOR_DATA(v, int32_t)[entry]);
                else
                    used += (size_t)sprintf(text + used, "%lld", (long long)VECTOR_DATA(v, int64_t)[entry]);
            }
        }
    }
    query_close(&query);
    query_close(&query);
    return text;
}

START_TEST(aggregates_without_groups_read_everything) {
    setup();
    struct plan *p = range(10000);
    struct expr *exprs[] = {call("sum", column(p, 0), NULL), call("avg", column(p, 0), NULL),
                            call("count", column(p, 0), NULL), call("min", column(p, 0), NULL),
                            call("max", column(p, 0), NULL)};
    ck_assert_str_eq(run(computing(p, PLAN_AGGREGATE, 5, exprs)), "49995000|4999.5|10000|0|9999");
    teardown();
}
END_TEST

START_TEST(no_rows_make_one_group_without_keys_and_none_with) {
    setup();
    struct plan *p = range(0);
    struct expr *exprs[] = {call("sum", column(p, 0), NULL), call("count", column(p, 0), NULL)};
    struct plan *aggregate = computing(p, PLAN_AGGREGATE, 2, exprs);
    ck_assert_str_eq(run(aggregate), "null|0");
    struct expr *group = column(p, 0);
    aggregate->aggregate.group_count = 1;
    aggregate->aggregate.groups = &group;
    ck_assert_str_eq(run(aggregate), "");
    teardown();
}
END_TEST

START_TEST(many_groups_keep_their_states) {
    setup();
    struct plan *p = range(20000);
    struct expr *group = column(p, 0);
    struct expr *exprs[] = {column(p, 0), call("sum", column(p, 0), NULL)};
    struct plan *aggregate = computing(p, PLAN_AGGREGATE, 2, exprs);
    aggregate->aggregate.group_count = 1;
    aggregate->aggregate.groups = &group;
    struct expr *sums[] = {call("sum", column(aggregate, 0), NULL), call("sum", column(aggregate, 1), NULL),
                           call("count", column(aggregate, 1), NULL)};
    ck_assert_str_eq(run(computing(aggregate, PLAN_AGGREGATE, 3, sums)), "199990000|199990000|20000");
    teardown();
}
END_TEST

START_TEST(a_sort_is_by_value_and_goes_on_in_batches) {
    setup();
    struct plan *p = range(100000);
    struct plan *sort = over(p, PLAN_SORT, 0, NULL);
    struct sort_order order = {.expr = column(p, 0), .descending = true};
    sort->sort.count = 1;
    sort->sort.order = &order;
    struct plan *limit = over(sort, PLAN_LIMIT, 0, NULL);
    limit->limit.limit = 3;
    limit->limit.offset = 2;
    ck_assert_str_eq(run(limit), "99997,99996,99995");
    limit->limit.order_count = 1;
    limit->limit.order = &order;
    limit->children[0] = p;
    ck_assert_str_eq(run(limit), "99997,99996,99995");
    teardown();
}
END_TEST

START_TEST(set_operations_and_distinct_compare_rows) {
    setup();
    struct plan *left = range(5), *right = range(3);
    struct plan *both = plan_new(&arena, PLAN_UNION, 2, 0);
    both->children[0] = left;
    both->children[1] = right;
    plan_set_output(&arena, both, left->output, 1);
    ck_assert_str_eq(run(both), "0,1,2,3,4,0,1,2");
    ck_assert_str_eq(run(over(both, PLAN_DISTINCT, 0, NULL)), "0,1,2,3,4");
    both->kind = PLAN_EXCEPT;
    ck_assert_str_eq(run(both), "3,4");
    both->kind = PLAN_INTERSECT;
    ck_assert_str_eq(run(both), "0,1,2");
    teardown();
}
END_TEST

START_TEST(a_tail_is_the_last_rows) {
    setup();
    struct plan *tail = over(range(30000), PLAN_TAIL, 0, NULL);
    tail->limit.limit = 3;
    ck_assert_str_eq(run(tail), "29997,29998,29999");
    teardown();
}
END_TEST

/* left.id = right.id with a condition or none; keys NULL: a nested loop. */
static struct plan *join(enum join_type type, struct plan *left, struct plan *right, bool keys,
                         struct expr *condition) {
    struct plan *p = plan_new(&arena, PLAN_JOIN, 2, 0);
    p->children[0] = left;
    p->children[1] = right;
    p->join.type = type;
    p->join.condition = condition;
    struct attribute *output[] = {left->output[0], right->output[0]};
    uint32_t count = type == JOIN_SEMI || type == JOIN_ANTI || type == JOIN_ANTI_NULL_AWARE ? 1 : 2;
    if (type == JOIN_EXISTENCE) output[1] = p->join.existence = attribute("exists", TYPE_OF(INT));
    plan_set_output(&arena, p, output, count);
    if (!keys) return p;
    p->join.key_count = 1;
    p->join.left_keys = ARENA_NEW(&arena, struct expr *);
    p->join.right_keys = ARENA_NEW(&arena, struct expr *);
    p->join.left_keys[0] = column(left, 0);
    p->join.right_keys[0] = column(right, 0);
    return p;
}

static struct plan *range_from(int64_t start, int64_t end) {
    struct plan *p = range(end);
    p->range.start = start;
    return p;
}

START_TEST(hash_joins_of_all_types) {
    setup();
    struct plan *left = range(3), *right = range_from(1, 5);
    ck_assert_str_eq(run(join(JOIN_INNER, left, right, true, NULL)), "1|1,2|2");
    ck_assert_str_eq(run(join(JOIN_LEFT, left, right, true, NULL)), "0|null,1|1,2|2");
    ck_assert_str_eq(run(join(JOIN_RIGHT, left, right, true, NULL)), "1|1,2|2,null|3,null|4");
    ck_assert_str_eq(run(join(JOIN_FULL, left, right, true, NULL)), "0|null,1|1,2|2,null|3,null|4");
    ck_assert_str_eq(run(join(JOIN_SEMI, left, right, true, NULL)), "1,2");
    ck_assert_str_eq(run(join(JOIN_ANTI, left, right, true, NULL)), "0");
    ck_assert_str_eq(run(join(JOIN_ANTI_NULL_AWARE, left, right, true, NULL)), "0");
    ck_assert_str_eq(run(join(JOIN_ANTI, left, range(0), true, NULL)), "0,1,2");
    teardown();
}
END_TEST

START_TEST(joins_without_keys_pair_everything) {
    setup();
    struct plan *left = range(2), *right = range_from(5, 7);
    ck_assert_str_eq(run(join(JOIN_CROSS, left, right, false, NULL)), "0|5,0|6,1|5,1|6");
    ck_assert_str_eq(run(join(JOIN_LEFT, left, range(0), false, NULL)), "0|null,1|null");
    ck_assert_str_eq(run(join(JOIN_SEMI, left, right, false, NULL)), "0,1");
    ck_assert_str_eq(run(join(JOIN_ANTI, left, right, false, NULL)), "");
    ck_assert_str_eq(run(join(JOIN_FULL, range(0), right, false, NULL)), "null|5,null|6");
    teardown();
}
END_TEST

START_TEST(a_condition_decides_which_pairs_match) {
    setup();
    struct plan *left = range(3), *right = range_from(1, 5);
    struct expr *never = expr_bool(&arena, false);
    ck_assert_str_eq(run(join(JOIN_INNER, left, right, true, never)), "");
    ck_assert_str_eq(run(join(JOIN_LEFT, left, right, true, never)), "0|null,1|null,2|null");
    ck_assert_str_eq(run(join(JOIN_ANTI, left, right, true, never)), "0,1,2");
    ck_assert_str_eq(run(join(JOIN_SEMI, left, right, false, expr_bool(&arena, true))), "0,1,2");
    teardown();
}
END_TEST

START_TEST(a_large_join_matches_every_row_once) {
    setup();
    struct plan *left = range(300000), *right = range(150000);
    struct plan *joined = join(JOIN_INNER, left, right, true, NULL);
    struct expr *exprs[] = {call("sum", column(joined, 0), NULL), call("count", column(joined, 1), NULL)};
    ck_assert_str_eq(run(computing(joined, PLAN_AGGREGATE, 2, exprs)), "11249925000|150000");
    struct plan *pairs = join(JOIN_CROSS, range(3000), range(3000), false, NULL);
    pairs->output_count = 0;
    struct expr *count[] = {call("count", expr_int(&arena, 1), NULL)};
    ck_assert_str_eq(run(computing(pairs, PLAN_AGGREGATE, 1, count)), "9000000");
    teardown();
}
END_TEST

static struct plan *sample(struct plan *child, double upper, bool with_replacement, int64_t seed) {
    struct plan *p = over(child, PLAN_SAMPLE, 0, NULL);
    p->sample.upper = upper;
    p->sample.with_replacement = with_replacement;
    p->sample.seed = seed;
    return p;
}

START_TEST(a_seed_names_the_rows_that_spark_samples) {
    setup();
    ck_assert_str_eq(run(sample(range(20), 0.5, false, 42)), "3,7,10,12,16,18");
    ck_assert_str_eq(run(sample(range(20), 0.5, true, 42)), "5,6,7,12,14,15,18,19,19");
    ck_assert_str_eq(run(sample(range(20), 1.5, true, 7)),
                     "0,0,2,2,3,4,4,4,4,5,5,6,6,7,8,8,9,9,10,11,11,12,12,13,14,15,16,17,17,17,19,19,19");
    teardown();
}
END_TEST

START_TEST(a_small_left_side_may_be_held) {
    setup();
    struct plan *semi = join(JOIN_SEMI, range(3), range_from(1, 5), true, NULL);
    semi->join.build_left = true;
    ck_assert_str_eq(run(semi), "1,2");
    semi->join.type = JOIN_ANTI;
    ck_assert_str_eq(run(semi), "0");
    semi->join.condition = expr_bool(&arena, false);
    ck_assert_str_eq(run(semi), "0,1,2");
    teardown();
}
END_TEST

UNIT_MAIN("exec", aggregates_without_groups_read_everything, no_rows_make_one_group_without_keys_and_none_with,
          many_groups_keep_their_states, a_sort_is_by_value_and_goes_on_in_batches,
          set_operations_and_distinct_compare_rows, a_tail_is_the_last_rows, hash_joins_of_all_types,
          joins_without_keys_pair_everything, a_condition_decides_which_pairs_match,
          a_large_join_matches_every_row_once, a_seed_names_the_rows_that_spark_samples, a_small_left_side_may_be_held)
