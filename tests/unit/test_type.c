/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/error.h"
#include "tests/unit/unit.h"
#include "type/type.h"

static struct memory_account root;
static struct arena arena;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
}

static const struct type *parse(const char *json) {
    struct error err = ERROR_INIT;
    const struct type *type = type_from_json(&arena, json, strlen(json), &err);
    ck_assert_msg((type == NULL) == error_is_set(&err), "%s", json);
    error_release(&err);
    return type;
}

static const struct type *sample(void) {
    const struct field inner[] = {
        {"x", TYPE_OF(INT), false, NULL},
        {"y z", type_map(&arena, TYPE_OF(STRING), type_decimal(&arena, 12, 3), true), true, NULL}};
    const struct field fields[] = {
        {"a", TYPE_OF(LONG), false, "{\"comment\":\"it's\"}"},
        {"b", type_array(&arena, type_struct(&arena, inner, 2), true), true, NULL},
        {"c`d", type_string(&arena, "UNICODE_CI"), true, NULL},
        {"e", type_interval(&arena, TYPE_DAY_TIME_INTERVAL, FIELD_HOUR, FIELD_MINUTE), true, NULL}};
    return type_struct(&arena, fields, 4);
}

START_TEST(texts_are_as_spark_prints_them) {
    begin();
    const struct type *t = sample();
    ck_assert_str_eq(type_simple_string(&arena, t),
                     "struct<a:bigint,b:array<struct<x:int,y z:map<string,decimal(12,3)>>>,c`d:string collate "
                     "UNICODE_CI,e:interval hour to minute>");
    ck_assert_str_eq(type_sql(&arena, t),
                     "STRUCT<a: BIGINT NOT NULL COMMENT 'it\\'s', b: ARRAY<STRUCT<x: INT NOT NULL, `y z`: MAP<STRING, "
                     "DECIMAL(12,3)>>>, `c``d`: STRING COLLATE UNICODE_CI, e: INTERVAL HOUR TO MINUTE>");
    ck_assert_str_eq(type_ddl(&arena, t),
                     "a BIGINT NOT NULL COMMENT 'it\\'s',b ARRAY<STRUCT<x: INT NOT NULL, `y z`: MAP<STRING, "
                     "DECIMAL(12,3)>>>,`c``d` STRING COLLATE UNICODE_CI,e INTERVAL HOUR TO MINUTE");
    ck_assert_str_eq(type_tree_string(&arena, t, 3),
                     "root\n |-- a: long (nullable = false)\n |-- b: array (nullable = true)\n"
                     " |    |-- element: struct (containsNull = true)\n"
                     " |    |    |-- x: integer (nullable = false)\n"
                     " |    |    |-- y z: map (nullable = true)\n"
                     " |-- c`d: string collate UNICODE_CI (nullable = true)\n"
                     " |-- e: interval hour to minute (nullable = true)\n");
    arena_release(&arena);
}
END_TEST

START_TEST(wide_structs_are_cut_in_simple_strings_alone) {
    begin();
    struct field fields[27];
    for (int i = 0; i < 27; i++) fields[i] = (struct field){arena_printf(&arena, "c%d", i), TYPE_OF(INT), true, NULL};
    const struct type *t = type_struct(&arena, fields, 27);
    const char *simple = type_simple_string(&arena, t);
    ck_assert_str_eq(simple + strlen(simple) - 30, ":int,c24:int,... 2 more fields>" + 1);
    ck_assert_ptr_null(strstr(type_catalog_string(&arena, t), "more"));
    arena_release(&arena);
}
END_TEST

START_TEST(json_comes_back_as_it_went) {
    begin();
    const struct type *t = sample();
    const char *json = type_json(&arena, t);
    ck_assert_ptr_nonnull(strstr(json, "\"metadata\":{\"__COLLATIONS\":{\"c`d\":\"icu.UNICODE_CI\"}}"));
    const struct type *again = parse(json);
    ck_assert(type_equal(t, again));
    ck_assert_str_eq(type_json(&arena, again), json);
    ck_assert(type_equal(type_copy(&arena, t), t));
    ck_assert(!type_equal(type_as_nullable(&arena, t), t));
    ck_assert(type_same(type_as_nullable(&arena, t), t, true));
    arena_release(&arena);
}
END_TEST

START_TEST(malformed_json_is_refused) {
    begin();
    static const char *const good[] = {"\"void\"", "\"decimal( 5 , 2 )\"", "\"interval day to second\"", "\"time(3)\"",
                                       "\"string collate UNICODE\""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) ck_assert_ptr_nonnull(parse(good[i]));
    static const char *const bad[] = {"",
                                      "garbage",
                                      "[1]",
                                      "\"int\"",
                                      "\"decimal(50,2)\"",
                                      "\"decimal(5,7)\"",
                                      "\"time\"",
                                      "\"char(0)\"",
                                      "{\"type\":\"array\",\"elementType\":\"integer\"}",
                                      "{\"type\":\"struct\",\"fields\":3}",
                                      "{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"integer\","
                                      "\"nullable\":true,\"extra\":1}]}",
                                      "{\"type\":\"struct\",\"fields\":[",
                                      "\"a\\u00\"",
                                      "\"interval second to day\"",
                                      "{\"type\":{}}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) ck_assert_msg(!parse(bad[i]), "%s", bad[i]);
    char deep[70000];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    ck_assert_ptr_null(parse(deep));
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("type", texts_are_as_spark_prints_them, wide_structs_are_cut_in_simple_strings_alone,
          json_comes_back_as_it_went, malformed_json_is_refused)
