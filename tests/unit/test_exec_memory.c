/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that runs out anywhere in a query ends the query alone: nothing leaks, and the next one runs. */
#include "exec/exec.h"
#include "plan/plan.h"
#include "sql/sql.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct context context;

static const char *no_setting(const struct context *c, const char *name) {
    return NULL;
}

static bool no_relation(struct analyzer *a, const struct u_name *name, const struct u_option *options,
                        uint32_t option_count, const struct origin *origin, struct plan **plan, struct error *err) {
    *plan = NULL;
    return true;
}

static bool no_function(struct analyzer *a, const struct u_expr *call, struct expr **arguments, uint32_t count,
                        struct expr **result, struct error *err) {
    *result = NULL;
    return true;
}

static bool no_variable(struct analyzer *a, const struct u_name *name, struct expr **result, struct error *err) {
    *result = NULL;
    return true;
}

static const struct analyzer_world world = {.relation = no_relation, .function = no_function, .variable = no_variable};

struct prepared {
    const char *sql;
    struct arena arena;
    struct plan *plan;
    uint64_t next_id;
};

static bool prepare(void *argument, struct error *err) {
    struct prepared *p = argument;
    p->next_id = 1;
    struct u_plan *u = sql_parse_statement(&p->arena, &context, p->sql, err);
    TRY(u);
    struct analyzer a = {.arena = &p->arena, .context = &context, .next_id = &p->next_id, .world = &world};
    struct plan *analyzed = plan_analyze(&a, u, err);
    TRY(analyzed);
    p->plan = plan_optimize(&p->arena, &context, &p->next_id, analyzed, err);
    return p->plan != NULL;
}

/* Whether the query came to its end. */
static bool run(const struct plan *plan, struct error *err) {
    struct query query = {.context = &context};
    struct batch out;
    memory_account_init(&query.account, &root, "query", 0);
    enum exec_status status = query_open(&query, plan, err) ? EXEC_YIELD : EXEC_ERROR;
    while (status != EXEC_ERROR && status != EXEC_DONE) status = query_next(&query, &out, err);
    query_close(&query);
    return status == EXEC_DONE;
}

static const char *const queries[] = {
    "select id % 100, sum(id), avg(id), max(cast(id as string)), collect_list(id) from range(5000) group by id % 100",
    "select a.id, b.id from range(5000) a left join range(3000) b on a.id = b.id where a.id % 2 = 0",
    "select id, row_number() over (partition by id % 7 order by id desc), sum(id) over (order by id) from range(300)",
    "select * from range(20000) order by id % 10, id desc limit 10",
    "select id, cast(id as string) s from range(20000) order by s",
    "select explode(sequence(1, id)) e from range(50)",
    "select distinct id % 100 from range(5000) union all (select id from range(10) except select 3)",
    "with recursive t(n) as (select 1 union all select n + 1 from t where n < 20) select count(*) from t",
    "select id, (select max(id) from range(10)) from range(5) where id in (select id from range(3)) or id = 4",
};

START_TEST(every_allocation_of_a_query_may_fail) {
    memory_account_init(&root, NULL, "engine", 0);
    context = (struct context){.ansi = true, .setting = no_setting, .zone_name = "UTC"};
    struct prepared p = {.sql = queries[_i]};
    struct error err = ERROR_INIT;
    arena_init(&p.arena, &root);
    ck_assert_msg(memory_guard(&root, prepare, &p, &err), "%s", error_message(&err));
    size_t before = root.used;
    for (uint64_t n = 1;; n++) {
        root.fail_at = n;
        bool done = run(p.plan, &err);
        bool failed = !root.fail_at;
        root.fail_at = 0;
        ck_assert_uint_eq(root.used, before);
        ck_assert(done != failed);
        if (!failed) break;
        ck_assert_str_eq(err.condition->name, "OUT_OF_MEMORY");
        error_reset(&err);
    }
    arena_release(&p.arena);
    error_release(&err);
    ck_assert_uint_eq(root.used, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("exec_memory");
    TCase *tcase = tcase_create("exec_memory");
    tcase_add_loop_test(tcase, every_allocation_of_a_query_may_fail, 0, sizeof queries / sizeof *queries);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
