/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plans: a message that a session derives, analyzes or executes. The input is a serialized
 * spark.connect.Plan; mutations keep its lengths right, so that they reach the analyzer and the operators
 * rather than the parser of messages.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bytes.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_engine_query(data, size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct fuzz_random random = {seed};
    return fuzz_mutate_message(&random, data, size, room);
}

/* ---- plans to begin with; numbers are those of spark_relations.proto and spark_expressions.proto ---- */

static void text(struct bytes *out, uint32_t field, const char *expression) {
    size_t at = pb_begin(out, field), string = pb_begin(out, 4); /* ExpressionString */
    pb_string(out, 1, expression);
    pb_end(out, string);
    pb_end(out, at);
}

static void range(struct bytes *out, uint32_t field) {
    size_t at = pb_begin(out, field), inner = pb_begin(out, 15);
    pb_uint(out, 1, 0);
    pb_uint(out, 2, 10);
    pb_uint(out, 3, 1);
    pb_end(out, inner);
    pb_end(out, at);
}

static void sort_order(struct bytes *out, uint32_t field, const char *expression) {
    size_t at = pb_begin(out, field);
    text(out, 1, expression);
    pb_uint(out, 2, 2);
    pb_uint(out, 3, 2);
    pb_end(out, at);
}

static void function(struct bytes *out, uint32_t field, const char *name, const char *argument) {
    size_t at = pb_begin(out, field), inner = pb_begin(out, 3);
    pb_string(out, 1, name);
    text(out, 2, argument);
    pb_end(out, inner);
    pb_end(out, at);
}

static void window(struct bytes *out, uint32_t field) {
    size_t at = pb_begin(out, field), inner = pb_begin(out, 11);
    function(out, 1, "sum", "id");
    text(out, 2, "id % 2");
    sort_order(out, 3, "id");
    pb_end(out, inner);
    pb_end(out, at);
}

static void sql(struct bytes *out, const char *query) {
    size_t relation = pb_begin(out, 10);
    pb_string(out, 1, query);
    pb_end(out, relation);
}

static const char *const queries[] = {
    "SELECT id, count(*) OVER (PARTITION BY id % 2 ORDER BY id) FROM range(20) WHERE id > 3",
    "WITH t AS (SELECT 1 a UNION ALL SELECT 2) SELECT a, sum(a) FROM t GROUP BY ROLLUP(a) ORDER BY 1",
    "SELECT explode(array(1, 2, 3)) x, named_struct('a', 1).a, map(1, 'x')[1], transform(array(1), v -> v + "
    "1)",
    "SELECT * FROM VALUES (1, 'a'), (2, NULL) AS t(x, y) LEFT JOIN range(3) ON x = id",
    "SELECT cast('2024-02-29' AS date) + INTERVAL '1' YEAR, 1.10 / 3, x'FF', "
    "date_format(timestamp'2024-01-01', 'y')",
    "CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS a",
    "SELECT (SELECT max(id) FROM range(5)) IN (SELECT id FROM range(9)), EXISTS (SELECT 1)",
    "SELECT * FROM (SELECT 1 a, 'x' b, 2 c) PIVOT (sum(c) FOR b IN ('x', 'y'))",
};

static void relation(struct bytes *out, unsigned n) {
    size_t at = 0;
    switch (n) {
        case 0:
            at = pb_begin(out, 4); /* Filter */
            range(out, 1);
            text(out, 2, "id % 3 = 1 OR id IN (2, 4)");
            break;
        case 1:
            at = pb_begin(out, 3); /* Project */
            range(out, 1);
            text(out, 3, "id + 1 AS x");
            function(out, 3, "concat", "'a'");
            window(out, 3);
            break;
        case 2:
            at = pb_begin(out, 9); /* Aggregate */
            range(out, 1);
            pb_uint(out, 2, 1);
            text(out, 3, "id % 2");
            function(out, 4, "avg", "id");
            function(out, 4, "collect_list", "id");
            break;
        case 3:
            at = pb_begin(out, 5); /* Join */
            range(out, 1);
            range(out, 2);
            pb_uint(out, 4, 3);
            pb_string(out, 5, "id");
            break;
        case 4:
            at = pb_begin(out, 7); /* Sort */
            range(out, 1);
            sort_order(out, 2, "id % 3");
            pb_uint(out, 3, 1);
            break;
        case 5:
            at = pb_begin(out, 6); /* SetOperation */
            range(out, 1);
            range(out, 2);
            pb_uint(out, 3, 2);
            break;
        case 6:
            at = pb_begin(out, 20); /* ShowString */
            range(out, 1);
            pb_uint(out, 2, 20);
            pb_uint(out, 3, 20);
            break;
        default: sql(out, queries[n - 7]); return;
    }
    pb_end(out, at);
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    enum { QUERIES = sizeof queries / sizeof *queries };
    if (n >= 7 + QUERIES) return 0;
    struct bytes plan = {0};
    size_t root = pb_begin(&plan, 1);
    relation(&plan, n);
    pb_end(&plan, root);
    size_t size = plan.size <= room ? plan.size : 0;
    if (size) memcpy(out, plan.data, size);
    bytes_release(&plan);
    return size;
}
