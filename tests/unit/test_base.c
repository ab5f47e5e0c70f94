/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/error.h"
#include "tests/unit/unit.h"

static struct memory_account root;

START_TEST(an_arena_zeroes_aligns_and_gives_back_what_it_charged) {
    memory_account_init(&root, NULL, "engine", 0);
    struct arena arena;
    arena_init(&arena, &root);
    for (size_t size = 1; size < 100000; size = size * 3 + 1) {
        char *block = arena_alloc(&arena, size);
        ck_assert_uint_eq((uintptr_t)block % 16, 0);
        for (size_t i = 0; i < size; i++) ck_assert_int_eq(block[i], 0);
        memset(block, 0xAA, size);
    }
    ck_assert_uint_gt(root.used, 100000);
    arena_reset(&arena);
    ck_assert_int_eq(*(char *)arena_alloc(&arena, 1), 0);
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}
END_TEST

static bool greedy(void *argument, struct error *err) {
    struct arena *arena = argument;
    for (int i = 0; i < 1000; i++) arena_bytes(arena, 1000);
    return true;
}

START_TEST(a_budget_ends_in_an_error_at_the_guard) {
    struct memory_account query;
    memory_account_init(&root, NULL, "engine", 0);
    memory_account_init(&query, &root, "query", 100000);
    struct arena arena;
    arena_init(&arena, &query);
    struct error err = ERROR_INIT;
    ck_assert(!memory_guard(&query, greedy, &arena, &err));
    ck_assert_str_eq(err.condition->name, "OUT_OF_MEMORY");
    ck_assert_str_eq(error_parameter(&err, "account"), "query");
    ck_assert_ptr_null(root.guard);
    error_release(&err);
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}
END_TEST

START_TEST(conditions_are_sorted) {
    size_t count;
    const struct error_condition *rows = error_conditions(&count);
    for (size_t i = 1; i < count; i++) ck_assert_msg(strcmp(rows[i - 1].name, rows[i].name) < 0, "%s", rows[i].name);
}
END_TEST

START_TEST(a_message_has_its_parameters_and_the_text_marked) {
    struct error err = ERROR_INIT;
    struct origin origin = {.sql = "SELECT 1 / 0", .start = 7, .stop = 11, .line = 1, .position = 7};
    ck_assert(!error_set(&err, "DIVIDE_BY_ZERO", "config", "\"spark.sql.ansi.enabled\"", NULL));
    error_at(&err, &origin);
    ck_assert_str_eq(error_message(&err),
                     "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL "
                     "instead. If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass this error. "
                     "SQLSTATE: 22012\n== SQL (line 1, position 8) ==\nSELECT 1 / 0\n       ^^^^^\n");
    error_release(&err);
}
END_TEST

UNIT_MAIN("base", an_arena_zeroes_aligns_and_gives_back_what_it_charged, a_budget_ends_in_an_error_at_the_guard,
          conditions_are_sorted, a_message_has_its_parameters_and_the_text_marked)
