/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL texts, derived and executed. Mutations work on tokens: they drop, double, swap and replace them, by
 * others of the text, by words of the language, by values at the edge, and by calls of functions the engine
 * has.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "client/bytes.h"
#include "expr/function.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes plan = {0};
    if (memchr(data, 0, size)) return 0;
    size_t root = pb_begin(&plan, 1), relation = pb_begin(&plan, 10);
    pb_bytes(&plan, 1, data, size);
    pb_end(&plan, relation);
    pb_end(&plan, root);
    fuzz_engine_query(plan.data, plan.size);
    bytes_release(&plan);
    return 0;
}

static const char *const words[] = {
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "HAVING",
    "ORDER BY",
    "LIMIT",
    "OFFSET",
    "UNION ALL",
    "EXCEPT",
    "INTERSECT",
    "JOIN",
    "LEFT JOIN",
    "FULL JOIN",
    "ON",
    "USING",
    "LATERAL",
    "AND",
    "OR",
    "NOT",
    "IN",
    "EXISTS",
    "BETWEEN",
    "LIKE",
    "IS NULL",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "AS",
    "DISTINCT",
    "OVER",
    "PARTITION BY",
    "ROWS BETWEEN",
    "UNBOUNDED PRECEDING",
    "CURRENT ROW",
    "WITH",
    "VALUES",
    "ROLLUP",
    "CUBE",
    "GROUPING SETS",
    "PIVOT",
    "(",
    ")",
    ",",
    "*",
    "+",
    "-",
    "/",
    "%",
    "=",
    "<=>",
    "<",
    "||",
    "[",
    "]",
    ".",
    "->",
    "::",
    "NULL",
    "true",
    "1",
    "0",
    "-1",
    "2147483647",
    "9223372036854775807",
    "-9223372036854775808L",
    "1e308",
    "0.000001",
    "99999999999999999999999999999.9",
    "''",
    "'a'",
    "'é日'",
    "'%'",
    "X'00FF'",
    "DATE'2024-02-29'",
    "DATE'-9999-01-01'",
    "TIMESTAMP'2024-01-01 00:00:00'",
    "INTERVAL '1' MONTH",
    "INTERVAL '1 2:3:4' DAY TO SECOND",
    "array(1, NULL)",
    "map('k', 1)",
    "named_struct('x', 1)",
    "id",
    "range(3)",
    "x",
    "t",
    "INT",
    "STRING",
    "DECIMAL(38,18)",
    "ARRAY<INT>",
    "CAST(NULL AS DOUBLE)",
    "double('NaN')",
};

static const char *const seeds[] = {
    "SELECT id, count(*) OVER (PARTITION BY id % 2 ORDER BY id) FROM range(20) WHERE id > 3",
    "WITH t AS (SELECT 1 a UNION ALL SELECT 2) SELECT a, sum(a) FROM t GROUP BY ROLLUP(a) ORDER BY 1",
    "SELECT explode(array(1, 2, 3)) x, named_struct('a', 1).a, map(1, 'x')[1], transform(array(1), v -> v + "
    "1)",
    "SELECT * FROM VALUES (1, 'a'), (2, NULL) AS t(x, y) LEFT JOIN range(3) ON x = id",
    "SELECT cast('2024-02-29' AS date) + INTERVAL '1' YEAR, 1.10 / 3, x'FF', "
    "date_format(timestamp'2024-01-01', 'y')",
    "SELECT (SELECT max(id) FROM range(5)) IN (SELECT id FROM range(9)), EXISTS (SELECT 1)",
    "SELECT * FROM (SELECT 1 a, 'x' b, 2 c) PIVOT (sum(c) FOR b IN ('x', 'y'))",
    "SELECT a, b FROM VALUES (1, 2), (1, 3) t(a, b) GROUP BY a, b HAVING max(b) > 1 ORDER BY a DESC NULLS "
    "LAST LIMIT 1",
    "SELECT substring('abc', 2), upper('x'), regexp_replace('aab', 'a+', 'b'), split('a,b', ','), "
    "concat_ws('-', 'a')",
    "SELECT stack(2, 1, 2, 3), inline(array(struct(1, 2)))",
    "SELECT t.x, u.y FROM (SELECT 1 x) t, LATERAL (SELECT t.x + 1 y) u",
    "SELECT id FROM range(10) EXCEPT SELECT id FROM range(5) INTERSECT SELECT 7",
    "SELECT sum(DISTINCT id) FILTER (WHERE id > 1), avg(id), percentile(id, 0.5), collect_set(id) FROM "
    "range(9)",
    "SELECT CASE id WHEN 1 THEN 'a' ELSE 'b' END, nullif(id, 1), coalesce(NULL, id), id::string FROM "
    "range(3)",
    "FROM range(3) |> WHERE id > 0 |> SELECT id * 2 AS d |> AGGREGATE sum(d)",
    "CREATE TABLE t (a INT, b STRING) USING json",
    "CREATE TABLE t2 AS SELECT id, id % 2 p FROM range(5)",
    "CREATE OR REPLACE TEMP VIEW v (x) AS SELECT 1 AS a",
    "INSERT OVERWRITE DIRECTORY 'out' USING csv SELECT 1, 'a'",
    "DESCRIBE FUNCTION EXTENDED abs",
    "SHOW FUNCTIONS LIKE 'a*'",
    "SET spark.sql.ansi.enabled = false",
    "EXPLAIN FORMATTED SELECT id + 1 FROM range(3) WHERE id > 1",
    "SELECT from_json('{\"a\":1}', 'a INT'), to_json(named_struct('a', 1)), get_json_object('{\"a\":[1]}', "
    "'$.a[0]')",
    "SELECT * FROM csv.`/dev/null`",
    "SELECT lag(id) OVER w, ntile(2) OVER w, first_value(id) OVER w FROM range(5) WINDOW w AS (ORDER BY id)",
};
enum { WORDS = sizeof words / sizeof *words, SEEDS = sizeof seeds / sizeof *seeds };

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    size_t size = n < SEEDS ? strlen(seeds[n]) : 0;
    if (size > room) return 0;
    memcpy(out, n < SEEDS ? seeds[n] : "", size);
    return size;
}

/* ---- tokens ---- */

struct token {
    size_t at, size;
};
enum { MOST_TOKENS = 400 };

static size_t tokens_of(const char *text, size_t size, struct token *tokens) {
    size_t count = 0;
    for (size_t at = 0; at < size && count < MOST_TOKENS;) {
        size_t begin = at++;
        if (isspace((unsigned char)text[begin])) continue;
        if (text[begin] == '\'') {
            while (at < size && text[at++] != '\'') {
            }
        } else if (isalnum((unsigned char)text[begin]) || text[begin] == '_') {
            while (at < size && (isalnum((unsigned char)text[at]) || text[at] == '_')) at++;
        }
        tokens[count++] = (struct token){begin, at - begin};
    }
    return count;
}

/* A word, a token of a seed, or a call of a function. */
static size_t something(struct fuzz_random *r, char *out, size_t room) {
    struct token tokens[MOST_TOKENS];
    size_t functions = 0;
    while (function_at(functions)) functions++;
    switch (fuzz_below(r, 4)) {
        case 0: {
            const char *seed = seeds[fuzz_below(r, SEEDS)];
            size_t count = tokens_of(seed, strlen(seed), tokens), first = fuzz_below(r, count);
            size_t last = first + fuzz_below(r, count - first < 6 ? count - first : 6);
            int size = (int)(tokens[last].at + tokens[last].size - tokens[first].at);
            return (size_t)snprintf(out, room, " %.*s ", size, seed + tokens[first].at);
        }
        case 1: {
            const struct function *f = function_at(fuzz_below(r, functions));
            const char *a = words[fuzz_below(r, WORDS)], *b = words[fuzz_below(r, WORDS)];
            static const char *const forms[] = {" %s(%s) ", " %s(%s, %s) ", " %s() ", " %s(id, %s) "};
            const char *form = forms[fuzz_below(r, 4)];
            if (form == forms[1]) return (size_t)snprintf(out, room, " %s(%s, %s) ", f->name, a, b);
            if (form == forms[2]) return (size_t)snprintf(out, room, " %s() ", f->name);
            return (size_t)snprintf(out, room, form == forms[0] ? " %s(%s) " : " %s(id, %s) ", f->name, a);
        }
        default: return (size_t)snprintf(out, room, " %s ", words[fuzz_below(r, WORDS)]);
    }
}

static size_t splice(char *text, size_t size, size_t room, size_t at, size_t old, const char *with, size_t with_size) {
    if (size - old + with_size > room) return size;
    memmove(text + at + with_size, text + at + old, size - at - old);
    memcpy(text + at, with, with_size);
    return size - old + with_size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct fuzz_random random = {seed}, *r = &random;
    struct token tokens[MOST_TOKENS];
    char *text = (char *)data, with[512];
    if (room > 4000) room = 4000; /* texts that a person could read */
    if (size > room) size = room;
    size_t count = tokens_of(text, size, tokens);
    if (!count) return fuzz_seed((unsigned)fuzz_below(r, SEEDS), data, room);
    struct token t = tokens[fuzz_below(r, count)], other = tokens[fuzz_below(r, count)];
    size_t with_size;
    switch (fuzz_below(r, 6)) {
        case 0: return splice(text, size, room, t.at, t.size, "", 0);
        case 1: /* a token of its own, elsewhere */
            with_size = other.size < sizeof with ? other.size : sizeof with;
            memcpy(with, text + other.at, with_size);
            return splice(text, size, room, t.at, t.size, with, with_size);
        case 2: /* insert */
            with_size = something(r, with, sizeof with);
            return splice(text, size, room, t.at, 0, with, with_size < sizeof with ? with_size : 0);
        case 3: /* in parentheses */
            size = splice(text, size, room, t.at + t.size, 0, ")", 1);
            return splice(text, size, room, t.at, 0, "(", 1);
        default:
            with_size = something(r, with, sizeof with);
            return splice(text, size, room, t.at, t.size, with, with_size < sizeof with ? with_size : 0);
    }
}
