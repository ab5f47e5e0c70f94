/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of functions with arguments of any type: constants, columns, calls inside calls. An input is a string of
 * choices, a byte each; what they spell is a query over a small table with a column of every type. Three choices in
 * four take an argument that the row's signature names, as calls that are refused at once find little.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/bytes.h"
#include "expr/function.h"
#include "expr/signature.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_ROOM = 1 << 14, DEPTH = 3, CALLS = 3 };

/* A type's word in signatures, its column, and constants of it. */
struct pool {
    const char *word, *column, *values[7];
};

static const struct pool pools[] = {
    {"BOOLEAN", "b", {"true", "false", "cast(null as boolean)"}},
    {"BYTE", "y", {"1Y", "-128Y", "127Y", "cast(null as tinyint)"}},
    {"SHORT", "h", {"2S", "-32768S"}},
    {"INT", "i", {"1", "0", "-1", "3", "2147483647", "-2147483648", "cast(null as int)"}},
    {"LONG", "l", {"7L", "-9223372036854775808L", "9223372036854775807L"}},
    {"FLOAT", "f", {"1.5F", "float('NaN')", "float('-Infinity')"}},
    {"DOUBLE", "d", {"2.25D", "-0.0D", "double('NaN')", "1e308D"}},
    {"DECIMAL", "n", {"1.10", "99999999999999999999999999999999999999", "0.00000000000000000001", "-12.5"}},
    {"STRING",
     "s",
     {"'roost'", "''", "'\xC3\xA9\xE6\x97\xA5\xF0\x9F\x90\xA6'", "'%s %d'", "'a,b:c'", "'[a-z]+('", "'2024-02-29'"}},
    {"STRING", "s", {"'yyyy-MM-dd'", "'UTC'", "'$.a[*]'", "'{\"a\":[1]}'", "'999.99'", "'a INT'", "'-12:34'"}},
    {"BINARY", "x", {"X'00FF'", "X''", "X'E697'"}},
    {"DATE", "dt", {"DATE'2024-02-29'", "DATE'-9999-01-01'", "DATE'9999-12-31'"}},
    {"TIMESTAMP", "ts", {"TIMESTAMP'2024-01-01 12:34:56.789'", "TIMESTAMP'0001-01-01 00:00:00'"}},
    {"TIMESTAMP_NTZ", "tn", {"TIMESTAMP_NTZ'2024-01-01 12:34:56.789'"}},
    {"TIME", "tm", {"TIME'12:34:56.789'"}},
    {"CALENDAR_INTERVAL", "ci", {"make_interval(1, 2, 3, 4, 5, 6, 7.8)", "make_interval(-2147483648)"}},
    {"YM_INTERVAL", "ym", {"INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '-178956970-8' YEAR TO MONTH"}},
    {"DT_INTERVAL", "di", {"INTERVAL '1 2:3:4.5' DAY TO SECOND", "INTERVAL '106751991' DAY"}},
    {"ARRAY",
     "ai",
     {"array(1, NULL, 3)", "array()", "array('b', 'a')", "array(array(1), NULL)", "array(struct(1, 'x'))"}},
    {"MAP", "m", {"map('k', 1)", "map()", "map(1, array(2))", "map(named_struct('a', 1), 'x')"}},
    {"STRUCT", "st", {"named_struct('a', 1, 'b', 'x')", "struct(array(1), map('k', NULL))"}},
    {"VARIANT", "v", {"parse_json('{\"a\":[1,\"x\",null]}')", "parse_json('1')"}},
    {"NULL", "NULL", {"NULL"}},
    {"LAMBDA", NULL, {"p -> p", "(p, q) -> p", "p -> NULL", "(p, q) -> p + q", "p -> p IS NULL", "(p, q, r) -> r"}},
};
enum { POOLS = sizeof pools / sizeof *pools };

static const char table[] =
    " FROM VALUES (1, true, 1Y, 2S, 3, 4L, 1.5F, 2.5D, 12.34BD, 'roost', X'00FF', DATE'2024-02-29', "
    "TIMESTAMP'2024-01-01 12:34:56', TIMESTAMP_NTZ'2024-01-01 12:34:56', TIME'12:34:56', make_interval(1), "
    "INTERVAL '1' MONTH, INTERVAL '1' SECOND, array(1, NULL), map('k', 1), named_struct('a', 1, 'b', 'x'), "
    "parse_json('[1]')), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, NULL), (3, false, -128Y, -32768S, -2147483648, 9223372036854775807L, "
    "float('NaN'), double('-Infinity'), -99.99BD, '', X'', DATE'0001-01-01', TIMESTAMP'9999-12-31 23:59:59', "
    "TIMESTAMP_NTZ'0001-01-01 00:00:00', TIME'00:00:00', make_interval(-1), INTERVAL '-178956970-8' YEAR TO MONTH, "
    "INTERVAL '-106751991' DAY, cast(array() AS array<int>), cast(map() AS map<string, int>), "
    "named_struct('a', cast(NULL AS int), 'b', ''), parse_json('null')) AS t(k, b, y, h, i, l, f, d, n, s, x, dt, ts, "
    "tn, tm, ci, ym, di, ai, m, st, v)";

struct choices {
    const uint8_t *at, *end;
    char text[TEXT_ROOM];
    size_t size;
};

static size_t choose(struct choices *c, size_t n) {
    size_t value = c->at < c->end ? *c->at++ : 0;
    if (n > 256 && c->at < c->end) value = value << 8 | *c->at++;
    return n ? value % n : 0;
}

static void add(struct choices *c, const char *text) {
    size_t size = strlen(text);
    if (c->size + size >= TEXT_ROOM) return;
    memcpy(c->text + c->size, text, size + 1);
    c->size += size;
}

static const struct pool *pool_of(struct choices *c, const char *words) {
    for (size_t tries = 0; *words && tries < 2 * POOLS; tries++) {
        const struct pool *p = &pools[(choose(c, POOLS) + tries) % POOLS];
        const char *found = strstr(words, p->word);
        size_t size = strlen(p->word);
        bool numeric = strstr(words, "NUMERIC") && p >= pools + 1 && p <= pools + 7;
        if (numeric || (found && (found[size] == '|' || !found[size]))) return p;
    }
    return &pools[choose(c, POOLS)];
}

static void add_call(struct choices *c, unsigned depth);

static void add_argument(struct choices *c, const char *words, unsigned depth) {
    bool lambda = strcmp(words, "LAMBDA") == 0;
    if (!lambda && depth < DEPTH && choose(c, 6) == 5) return add_call(c, depth + 1);
    const struct pool *p = choose(c, 4) ? pool_of(c, words) : &pools[choose(c, POOLS)];
    size_t values = 0;
    while (values < 7 && p->values[values]) values++;
    size_t which = choose(c, 2 * values);
    add(c, p->column && which >= values ? p->column : p->values[which % values]);
}

static void add_call(struct choices *c, unsigned depth) {
    size_t count = 0;
    while (function_at(count)) count++;
    const struct function *f = function_at(choose(c, count));
    struct signature s = {0};
    if (f->signature) signature_parse(&s, f->signature);
    size_t arguments = f->signature ? s.required + choose(c, s.count - s.required + 1u + s.variadic) : choose(c, 5);
    bool infix = f->flags & FUNCTION_OPERATOR && arguments == 2;
    if (f->flags & FUNCTION_INTERNAL) {
        f = function_find("concat");
        arguments = 2;
    }
    add(c, infix ? "(" : f->name);
    if (!infix) add(c, "(");
    for (size_t i = 0; i < arguments; i++) {
        if (i && infix) add(c, " "), add(c, f->name), add(c, " ");
        if (i && !infix) add(c, ", ");
        size_t word = i < s.count ? i : s.count ? s.count - 1u : 0;
        add_argument(c, s.count ? s.words[word] : "", depth);
    }
    add(c, ")");
    if (f->class == FUNCTION_WINDOW || (f->class == FUNCTION_AGGREGATE && !depth && choose(c, 4) == 3))
        add(c, " OVER (ORDER BY k)");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct choices c = {.at = data, .end = data + size};
    struct bytes plan = {0};
    add(&c, "SELECT ");
    for (size_t calls = 1 + choose(&c, CALLS), i = 0; i < calls; i++) {
        if (i) add(&c, ", ");
        add_call(&c, 0);
    }
    add(&c, table);
    size_t root = pb_begin(&plan, 1), relation = pb_begin(&plan, 10);
    pb_bytes(&plan, 1, (const uint8_t *)c.text, c.size);
    pb_end(&plan, relation);
    pb_end(&plan, root);
    if (getenv("FUZZ_SHOW")) fprintf(stderr, "%s\n", c.text);
    fuzz_engine_query(plan.data, plan.size);
    bytes_release(&plan);
    return 0;
}

/* Functions in turn, with arguments by chance. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    enum { SEEDS = 200, SIZE = 64 };
    if (n >= SEEDS || room < SIZE) return 0;
    struct fuzz_random r = {n};
    for (size_t i = 0; i < SIZE; i++) out[i] = (uint8_t)fuzz_bits(&r);
    out[0] = 0;
    return SIZE;
}
