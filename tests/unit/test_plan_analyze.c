/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/plan_world.h"
#include "tests/unit/unit.h"

static struct plan_world w;

static void setup_world(void) {
    world_open(&w);
}

#define SCHEMA(sql, expected)                                                                                          \
    do {                                                                                                               \
        setup_world();                                                                                                 \
        const char *got = world_schema(&w, (sql));                                                                     \
        ck_assert_msg(strcmp(got, (expected)) == 0, "%s\n  gives    %s\n  expected %s", (sql), got, (expected));       \
        world_close(&w);                                                                                               \
    } while (0)

START_TEST(columns_keep_the_case_they_are_written_in) {
    SCHEMA("SELECT A, t.b FROM t", "A INT NOT NULL,b STRING");
    SCHEMA("SELECT s.x, s.Y FROM u", "x INT,Y STRING");
    SCHEMA("SELECT v.a FROM t AS v", "a INT NOT NULL");
    SCHEMA("SELECT t.a FROM t AS v", "[UNRESOLVED_COLUMN.WITH_SUGGESTION]");
    SCHEMA("SELECT a FROM t, u", "[AMBIGUOUS_REFERENCE]");
    SCHEMA("SELECT x FROM nosuch", "[TABLE_OR_VIEW_NOT_FOUND]");
}
END_TEST

START_TEST(stars_expand) {
    SCHEMA("SELECT * FROM t", "a INT NOT NULL,b STRING,c DOUBLE");
    SCHEMA("SELECT u.* FROM t JOIN u ON t.a = u.a", "a INT,d BIGINT,s STRUCT<x: INT, y: STRING>,l ARRAY<INT>");
    SCHEMA("SELECT s.* FROM u", "x INT,y STRING");
    SCHEMA("SELECT * EXCEPT (b) FROM t", "a INT NOT NULL,c DOUBLE");
    SCHEMA("SELECT n.* FROM t", "[CANNOT_RESOLVE_STAR_EXPAND]");
}
END_TEST

START_TEST(joins_say_what_may_be_null) {
    SCHEMA("SELECT * FROM t LEFT JOIN e ON a = id",
           "a INT NOT NULL,b STRING,c DOUBLE,id INT,dept STRING,pay DECIMAL(10,2),day DATE");
    SCHEMA("SELECT a, id FROM t FULL JOIN e ON a = id", "a INT,id INT");
    SCHEMA("SELECT * FROM t x JOIN t y USING (a)", "a INT NOT NULL,b STRING,c DOUBLE,b STRING,c DOUBLE");
    SCHEMA("SELECT x.a, y.a FROM t x JOIN t y USING (a)", "a INT NOT NULL,a INT NOT NULL");
    SCHEMA("SELECT a FROM t LEFT SEMI JOIN e ON a = id", "a INT NOT NULL");
    SCHEMA("SELECT * FROM t JOIN e ON a", "[JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE]");
    SCHEMA("SELECT * FROM t x JOIN t y USING (z)", "[UNRESOLVED_USING_COLUMN_FOR_JOIN]");
}
END_TEST

START_TEST(groups_may_be_positions_and_aliases) {
    SCHEMA("SELECT a + 1 AS k, count(*) AS n FROM t GROUP BY 1", "k INT NOT NULL,n BIGINT NOT NULL");
    SCHEMA("SELECT a + 1 AS k, count(*) AS n FROM t GROUP BY k", "k INT NOT NULL,n BIGINT NOT NULL");
    SCHEMA("SELECT b, count(*) AS n FROM t GROUP BY ALL", "b STRING,n BIGINT NOT NULL");
    SCHEMA("SELECT a FROM t GROUP BY 2", "[GROUP_BY_POS_OUT_OF_RANGE]");
    SCHEMA("SELECT a, count(*) FROM t", "[MISSING_GROUP_BY]");
    SCHEMA("SELECT a, count(*) FROM t GROUP BY b", "[MISSING_AGGREGATION]");
    SCHEMA("SELECT sum(sum(a)) FROM t", "[NESTED_AGGREGATE_FUNCTION]");
    SCHEMA("SELECT a FROM t WHERE sum(a) > 1", "[INVALID_WHERE_CONDITION]");
}
END_TEST

START_TEST(rollups_make_their_groups_nullable) {
    SCHEMA("SELECT a, grouping(a) AS g, count(*) AS n FROM t GROUP BY ROLLUP (a)",
           "a INT,g TINYINT NOT NULL,n BIGINT NOT NULL");
    SCHEMA("SELECT a, b, grouping_id() AS g FROM t GROUP BY CUBE (a, b) HAVING grouping_id() > 0 ORDER BY g",
           "a INT,b STRING,g BIGINT NOT NULL");
    SCHEMA("SELECT grouping(a) FROM t GROUP BY a", "[UNSUPPORTED_GROUPING_EXPRESSION]");
}
END_TEST

START_TEST(having_and_order_by_see_what_select_does_not) {
    SCHEMA("SELECT b, sum(a) AS s FROM t GROUP BY b HAVING sum(a) > 1 ORDER BY max(c)", "b STRING,s BIGINT");
    SCHEMA("SELECT b FROM t GROUP BY b HAVING sum(a) > 1 ORDER BY max(b)", "[UNSUPPORTED_EXPR_FOR_OPERATOR]");
    SCHEMA("SELECT b FROM t GROUP BY b ORDER BY max(c)", "b STRING");
    SCHEMA("SELECT b FROM t ORDER BY a", "b STRING");
    SCHEMA("SELECT DISTINCT b FROM t ORDER BY a", "[UNRESOLVED_COLUMN.WITH_SUGGESTION]");
    SCHEMA("SELECT b FROM t ORDER BY 2", "[ORDER_BY_POS_OUT_OF_RANGE]");
}
END_TEST

START_TEST(aliases_to_the_left_are_names) {
    SCHEMA("SELECT a AS k, k + 1 AS m, m + 1 AS n FROM t", "k INT NOT NULL,m INT NOT NULL,n INT NOT NULL");
    SCHEMA("SELECT sum(a) AS s, s + 1 AS m FROM t", "s BIGINT,m BIGINT");
}
END_TEST

START_TEST(set_operations_widen) {
    SCHEMA("SELECT a FROM t UNION ALL SELECT d FROM u", "a BIGINT");
    SCHEMA("SELECT a FROM t UNION SELECT a FROM t", "a INT NOT NULL");
    SCHEMA("SELECT a, b FROM t EXCEPT SELECT a FROM u", "[NUM_COLUMNS_MISMATCH]");
    SCHEMA("SELECT l FROM u UNION SELECT a FROM t", "[INCOMPATIBLE_COLUMN_TYPE]");
}
END_TEST

START_TEST(subqueries_see_the_query_around_them) {
    SCHEMA("SELECT (SELECT max(a) FROM u WHERE u.d = t.a) AS m FROM t", "m INT");
    SCHEMA("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.d = t.a)", "a INT NOT NULL");
    SCHEMA("SELECT a FROM t WHERE a IN (SELECT d FROM u)", "a INT NOT NULL");
    SCHEMA("SELECT (SELECT a, d FROM u) FROM t",
           "[INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN]");
}
END_TEST

START_TEST(common_table_expressions_hide_tables) {
    SCHEMA("WITH t AS (SELECT 1 AS x) SELECT * FROM t", "x INT NOT NULL");
    SCHEMA("WITH v AS (SELECT a FROM t), w AS (SELECT a + 1 AS k FROM v) SELECT v.a, w.k FROM v, w",
           "a INT NOT NULL,k INT NOT NULL");
    SCHEMA("WITH v(p, q) AS (SELECT a FROM t) SELECT * FROM v", "[ASSIGNMENT_ARITY_MISMATCH]");
}
END_TEST

START_TEST(windows_and_generators) {
    SCHEMA("SELECT a, sum(a) OVER (PARTITION BY b ORDER BY c) AS s FROM t", "a INT NOT NULL,s BIGINT");
    SCHEMA("SELECT explode(l) FROM u", "col INT");
    SCHEMA("SELECT a, x FROM u LATERAL VIEW explode(l) v AS x", "a INT,x INT");
}
END_TEST

START_TEST(depth_ends_in_an_error_not_in_a_crash) {
    setup_world();
    size_t levels = 20000, size = levels * 16 + 64;
    char *sql = arena_alloc(&w.arena, size), *to = sql;
    to += sprintf(to, "SELECT a");
    for (size_t i = 0; i < levels; i++) to += sprintf(to, " + 1");
    sprintf(to, " FROM t");
    const char *got = world_schema(&w, sql);
    ck_assert_ptr_nonnull(got);
    world_close(&w);
}
END_TEST

UNIT_MAIN("plan_analyze", columns_keep_the_case_they_are_written_in, stars_expand, joins_say_what_may_be_null,
          groups_may_be_positions_and_aliases, rollups_make_their_groups_nullable,
          having_and_order_by_see_what_select_does_not, aliases_to_the_left_are_names, set_operations_widen,
          subqueries_see_the_query_around_them, common_table_expressions_hide_tables, windows_and_generators,
          depth_ends_in_an_error_not_in_a_crash)
