/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A C unit test is tests/unit/test_NAME.c: it includes this, writes START_TEST functions, and ends with
 * UNIT_MAIN("name", test_a, test_b, ...). The Makefile finds the files by name.
 */
#ifndef ROOST_TESTS_UNIT_H
#define ROOST_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#define UNIT_MAIN(name, ...) UNIT_MAIN_AROUND(name, NULL, NULL, __VA_ARGS__)
/* before() and after() run around every test. */
#define UNIT_MAIN_AROUND(name, before, after, ...)                                                                     \
    int main(void) {                                                                                                   \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *suite = suite_create(name);                                                                             \
        TCase *tcase = tcase_create(name);                                                                             \
        tcase_add_checked_fixture(tcase, before, after);                                                               \
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tcase_add_test(tcase, tests[i]);                     \
        tcase_set_timeout(tcase, 60);                                                                                  \
        suite_add_tcase(suite, tcase);                                                                                 \
        SRunner *runner = srunner_create(suite);                                                                       \
        srunner_run_all(runner, CK_ENV);                                                                               \
        int failed = srunner_ntests_failed(runner);                                                                    \
        srunner_free(runner);                                                                                          \
        return failed != 0;                                                                                            \
    }

#endif
