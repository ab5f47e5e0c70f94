/* SPDX-License-Identifier: Apache-2.0 */
#include "base/datetime.h"
#include "base/error.h"
#include "base/timezone_int.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static struct memory_account root;
static struct arena arena;
static struct timezone_cache cache;

static void begin(void) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    timezone_cache_init(&cache, &arena, NULL);
}

static const struct timezone *zone(const char *id) {
    const struct timezone *found = timezone_find(&cache, id, strlen(id));
    ck_assert_msg(found != NULL, "%s", id);
    return found;
}
static int32_t offset_at(const char *id, int64_t seconds) {
    return timezone_range_at(zone(id), seconds)->offset;
}

START_TEST(fixed_ids_are_javas) {
    begin();
    static const struct {
        const char *id, *name;
        int32_t offset;
    } cases[] = {{"Z", "Z", 0},
                 {"+8", "+08:00", 28800},
                 {"-0330", "-03:30", -12600},
                 {"+8:00", "+08:00", 28800},
                 {"+08:3", "+08:03", 28980},
                 {"GMT+8", "GMT+08:00", 28800},
                 {"UTC", "UTC", 0},
                 {"UTC+0", "UTC", 0},
                 {"UT+1", "UT+01:00", 3600},
                 {"EST", "-05:00", -18000},
                 {"+18:00", "+18:00", 64800},
                 {"-13:33:33", "-13:33:33", -48813}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(zone(cases[i].id)->id, cases[i].name);
        ck_assert_int_eq(offset_at(cases[i].id, 0), cases[i].offset);
    }
    static const char *const wrong[] = {
        "",          "x",          "+19",  "+18:01",         "+8:0:0", "UTC+", "utc", "A/../../etc/passwd",
        "right/UTC", "posixrules", "+123", "Europe/Nowhere", "../x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!timezone_find(&cache, wrong[i], strlen(wrong[i])), "%s", wrong[i]);
    struct error err = ERROR_INIT;
    ck_assert_ptr_null(timezone_get(&cache, "Foo/Bar", 7, &err));
    ck_assert_str_eq(error_parameter(&err, "timeZone"), "Foo/Bar");
    error_release(&err);
    arena_release(&arena);
}
END_TEST

START_TEST(regions_have_history_and_future) {
    begin();
    ck_assert_int_eq(offset_at("America/Los_Angeles", -9999999999), -28378); /* local mean time */
    ck_assert_int_eq(offset_at("America/Los_Angeles", 1710064799), -28800);
    ck_assert_int_eq(offset_at("America/Los_Angeles", 1710064800), -25200); /* 2024-03-10 10:00 UTC */
    ck_assert_int_eq(offset_at("PST", 1730624400), -28800);
    ck_assert_int_eq(offset_at("Europe/Paris", 4102444800), 3600);   /* 2100-01-01 */
    ck_assert_int_eq(offset_at("Europe/Paris", 4118083200), 7200);   /* 2100-07-01 */
    ck_assert_int_eq(offset_at("Europe/Paris", 252990000000), 3600); /* 9986-12-08 */
    ck_assert_int_eq(offset_at("Europe/Paris", 253000000000), 7200);
    ck_assert_int_eq(offset_at("Australia/Sydney", 4102444800), 39600);
    ck_assert_str_eq(timezone_abbreviation(zone("Europe/Paris"), timezone_range_at(zone("Europe/Paris"), 4118083200)),
                     "CEST");
    ck_assert_ptr_eq(zone("PST"), zone("America/Los_Angeles"));
    arena_release(&arena);
}
END_TEST

START_TEST(gaps_move_forward_and_overlaps_take_the_earlier) {
    begin();
    const struct timezone *la = zone("America/Los_Angeles");
    int64_t instant, second = 1000000;
    /* 2024-03-10 02:30 does not exist: 03:30 PDT = 10:30 UTC */
    ck_assert(timezone_to_instant(la, 1710037800 * second, &instant));
    ck_assert_int_eq(instant, 1710066600 * second);
    /* 2024-11-03 01:30 exists twice: PDT, 08:30 UTC */
    ck_assert(timezone_to_instant(la, 1730597400 * second, &instant));
    ck_assert_int_eq(instant, 1730622600 * second);
    ck_assert(!timezone_to_instant(la, INT64_MAX, &instant));
    struct timezone_cursor cursor;
    timezone_cursor_init(&cursor, la);
    for (int64_t t = -5000000000; t < 30000000000; t += 1234567) {
        int64_t local;
        ck_assert(timezone_to_local(la, t * second, &local));
        ck_assert_int_eq(timezone_cursor_local(&cursor, t * second), local);
        ck_assert(timezone_to_instant(la, local, &instant));
        if (instant != t * second) ck_assert_int_eq(instant, (t - 3600) * second);
    }
    arena_release(&arena);
}
END_TEST

/* The first and last microsecond of days near and far, in the range at hand; what is not in it is told. */
START_TEST(days_of_many_instants_are_those_of_each) {
    begin();
    const struct timezone *zones[] = {zone("UTC"), zone("+05:30:10"), zone("America/Los_Angeles")};
    for (int z = 0; z < 3; z++) {
        struct timezone_cursor cursor;
        timezone_cursor_init(&cursor, zones[z]);
        timezone_cursor_local(&cursor, INT64_C(1700000000) * 1000000);
        uint32_t told = 0;
        for (int64_t day = -53000000; day < 53000000; day += 977) {
            int64_t start = day * MICROS_PER_DAY - cursor.offset;
            const int64_t micros[] = {start - 1, start, start + 1, start + MICROS_PER_DAY / 2,
                                      start + MICROS_PER_DAY - 1};
            int32_t days[5];
            if (!timezone_cursor_days(&cursor, micros, 5, days)) {
                told++;
                continue;
            }
            for (int i = 0; i < 5; i++)
                ck_assert_int_eq(days[i], days_from_micros(timezone_cursor_local(&cursor, micros[i])));
        }
        ck_assert((told > 0) == (z == 2));
    }
    arena_release(&arena);
}
END_TEST

/* Any cut and any changed byte of a real file: refused or read, never beyond its end (ASan watches). */
START_TEST(hostile_files_are_harmless) {
    begin();
    FILE *file = fopen("/usr/share/zoneinfo/America/New_York", "rb");
    if (!file) return;
    static uint8_t bytes[8192];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    ck_assert_ptr_nonnull(timezone_decode(&arena, "x", bytes, size));
    for (size_t cut = 0; cut < size; cut += 7) {
        uint8_t *copy = malloc(cut ? cut : 1);
        memcpy(copy, bytes, cut);
        ck_assert_ptr_null(timezone_decode(&arena, "x", copy, cut));
        free(copy);
        arena_reset(&arena);
    }
    uint32_t random = 1;
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525 + 1013904223;
        size_t at = i % 2 ? size - 1 - random % 60 : random % size;
        uint8_t was = bytes[at];
        bytes[at] = (uint8_t)(random >> 20);
        const struct timezone *any = timezone_decode(&arena, "x", bytes, size);
        if (any) timezone_abbreviation(any, timezone_range_at(any, (int64_t)random * 1000));
        bytes[at] = was;
        arena_reset(&arena);
    }
    arena_release(&arena);
}
END_TEST

UNIT_MAIN("timezone", fixed_ids_are_javas, regions_have_history_and_future,
          gaps_move_forward_and_overlaps_take_the_earlier, days_of_many_instants_are_those_of_each,
          hostile_files_are_harmless)
