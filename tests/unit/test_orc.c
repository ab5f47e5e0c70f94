/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORC's encodings: the examples of the specification decode to what it says; what is encoded comes back; streams that
 * are cut short or malformed are noted as bad. And the old calendar.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/datetime.h"
#include "format/orc/calendar.h"
#include "format/orc/encode.h"
#include "format/orc/runs.h"
#include "tests/unit/unit.h"

static struct memory_account account;
static struct arena arena;
static struct orc_file file;
static struct orc_bytes bytes;

static void before(void) {
    memory_account_init(&account, NULL, "test", 0);
    arena_init(&arena, &account);
}

static void after(void) {
    arena_release(&arena);
}

/* A file of these bytes, which are one stream. */
static void open_stream(const void *data, size_t size, bool compressed, enum block_codec codec) {
    file = (struct orc_file){.fd = memfd_create("orc", MFD_CLOEXEC),
                             .path = "test",
                             .size = size,
                             .compressed = compressed,
                             .codec = codec,
                             .block_size = ORC_BLOCK_WRITTEN};
    ck_assert_int_eq(write(file.fd, data, size), (ssize_t)size);
    orc_bytes_open(&bytes, &file, &arena, 0, size);
}

static void close_stream(void) {
    close(file.fd);
}

static void check_integers(const uint8_t *data, size_t size, bool is_signed, bool second, const int64_t *wanted,
                           uint32_t count) {
    int64_t out[600];
    struct orc_integers r = {.bytes = &bytes, .is_signed = is_signed, .second = second};
    open_stream(data, size, false, BLOCK_PLAIN);
    orc_integers_read(&r, out, count);
    ck_assert_ptr_null(file.bad);
    ck_assert(!orc_bytes_more(&bytes));
    ck_assert_mem_eq(out, wanted, count * sizeof *out);
    close_stream();
}
#define CHECK_INTEGERS(is_signed, second, data, ...)                                                                   \
    do {                                                                                                               \
        static const uint8_t coded[] = data;                                                                           \
        static const int64_t wanted[] = {__VA_ARGS__};                                                                 \
        check_integers(coded, sizeof coded, is_signed, second, wanted, sizeof wanted / sizeof *wanted);                \
    } while (0)
#define BYTES(...)                                                                                                     \
    { __VA_ARGS__ }

START_TEST(integers_of_the_specification) {
    CHECK_INTEGERS(false, true, BYTES(0x0a, 0x27, 0x10), 10000, 10000, 10000, 10000, 10000);
    CHECK_INTEGERS(false, true, BYTES(0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef), 23713, 43806, 57005,
                   48879);
    CHECK_INTEGERS(false, true, BYTES(0xc6, 0x09, 0x02, 0x02, 0x22, 0x42, 0x42, 0x46), 2, 3, 5, 7, 11, 13, 17, 19, 23,
                   29);
    CHECK_INTEGERS(false, true,
                   BYTES(0x8e, 0x13, 0x2b, 0x21, 0x07, 0xd0, 0x1e, 0x00, 0x14, 0x70, 0x28, 0x32, 0x3c, 0x46, 0x50, 0x5a,
                         0x64, 0x6e, 0x78, 0x82, 0x8c, 0x96, 0xa0, 0xaa, 0xb4, 0xbe, 0xfc, 0xe8),
                   2030, 2000, 2020, 1000000, 2040, 2050, 2060, 2070, 2080, 2090, 2100, 2110, 2120, 2130, 2140, 2150,
                   2160, 2170, 2180, 2190);
    CHECK_INTEGERS(false, false, BYTES(0xfb, 0x02, 0x03, 0x06, 0x07, 0x0b), 2, 3, 6, 7, 11);
    CHECK_INTEGERS(false, false, BYTES(0x02, 0xff, 0x64), 100, 99, 98, 97, 96);
    CHECK_INTEGERS(true, false, BYTES(0xfd, 0x00, 0x01, 0x02), 0, -1, 1);
}
END_TEST

START_TEST(bytes_and_bits_of_the_specification) {
    static const uint8_t coded[] = {0x61, 0x00, 0xfe, 0x44, 0x45}, bit_coded[] = {0xff, 0x80};
    uint8_t out[102], bits[8];
    open_stream(coded, sizeof coded, false, BLOCK_PLAIN);
    struct orc_byte_runs r = {.bytes = &bytes};
    orc_byte_runs_read(&r, out, 102);
    for (int i = 0; i < 100; i++) ck_assert_uint_eq(out[i], 0);
    ck_assert(out[100] == 0x44 && out[101] == 0x45 && !file.bad);
    orc_byte_runs_read(&r, out, 1);
    ck_assert_ptr_nonnull(file.bad); /* nothing is left */
    close_stream();
    open_stream(bit_coded, sizeof bit_coded, false, BLOCK_PLAIN);
    struct orc_bits b = {.bytes.bytes = &bytes};
    orc_bits_read(&b, bits, 8);
    ck_assert_mem_eq(bits, "\1\0\0\0\0\0\0\0", 8);
    close_stream();
}
END_TEST

/* ---- there and back ---- */

enum { VALUES = 5000 };
static uint64_t seed = 3;

static uint64_t next_random(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return seed ^ seed >> 29;
}

static void fill(int64_t *values, uint32_t pattern) {
    for (uint32_t i = 0; i < VALUES; i++) {
        int64_t before = i ? values[i - 1] : 0;
        switch (pattern) {
            case 0: values[i] = 7; break;
            case 1: values[i] = (int64_t)i * 3 - 4000; break;
            case 2: values[i] = -(int64_t)i * i; break;
            case 3: values[i] = (int64_t)next_random(); break;
            case 4: values[i] = i % 97 == 0 ? INT64_MIN : i % 89 == 0 ? INT64_MAX : 1; break;
            case 5: values[i] = before + (int64_t)(next_random() % 3 == 0 ? next_random() % 1000 : 0); break;
            case 6: values[i] = (int64_t)(next_random() % 2); break;
            case 7: values[i] = i % 23 < 12 ? 5 : (int64_t)i; break;
            default: values[i] = (int64_t)(next_random() >> next_random() % 64);
        }
    }
}

/* What `out` holds becomes the stream. */
static void reopen(struct orc_output *out) {
    orc_output_finish(out);
    ck_assert(!out->refused);
    open_stream(out->packed.data, out->packed.size, out->compressed, out->codec);
}

START_TEST(integers_come_back) {
    static const enum block_codec codecs[] = {BLOCK_PLAIN, BLOCK_DEFLATE, BLOCK_SNAPPY, BLOCK_LZ4, BLOCK_ZSTD};
    static int64_t values[VALUES], back[VALUES];
    for (uint32_t pattern = 0; pattern < 9; pattern++)
        for (uint32_t c = 0; c < 10; c++) {
            struct orc_output out;
            bool is_signed = c < 5;
            struct orc_integer_writer w = {.out = &out, .is_signed = is_signed};
            fill(values, pattern);
            orc_output_init(&out, &arena, codecs[c % 5] != BLOCK_PLAIN, codecs[c % 5]);
            for (uint32_t i = 0; i < VALUES; i++) orc_integer_add(&w, values[i]);
            orc_integer_flush(&w);
            reopen(&out);
            struct orc_integers r = {.bytes = &bytes, .is_signed = is_signed, .second = true};
            for (uint32_t i = 0; i < VALUES; i += 1000) orc_integers_read(&r, back + i, 1000);
            ck_assert_ptr_null(file.bad);
            ck_assert_mem_eq(values, back, sizeof values);
            close_stream();
        }
}
END_TEST

START_TEST(bytes_and_bits_come_back) {
    static uint8_t values[VALUES], back[VALUES];
    for (int pattern = 0; pattern < 4; pattern++) {
        struct orc_output out, bit_out;
        struct orc_byte_writer w = {.out = &out};
        struct orc_bit_writer b = {.bytes.out = &bit_out};
        orc_output_init(&out, &arena, true, BLOCK_ZSTD);
        orc_output_init(&bit_out, &arena, false, BLOCK_PLAIN);
        for (uint32_t i = 0; i < VALUES; i++) {
            values[i] = (uint8_t)(pattern == 0 ? 9 : pattern == 1 ? next_random() : i / (pattern == 2 ? 2 : 200));
            orc_byte_add(&w, values[i]);
            orc_bit_add(&b, values[i] & 1);
        }
        orc_byte_flush(&w);
        orc_bit_flush(&b);
        reopen(&out);
        orc_byte_runs_read(&(struct orc_byte_runs){.bytes = &bytes}, back, VALUES);
        ck_assert(!file.bad && memcmp(values, back, VALUES) == 0);
        close_stream();
        reopen(&bit_out);
        orc_bits_read(&(struct orc_bits){.bytes.bytes = &bytes}, back, VALUES);
        for (uint32_t i = 0; i < VALUES; i++) ck_assert_uint_eq(back[i], values[i] & 1);
        close_stream();
    }
}
END_TEST

START_TEST(what_is_malformed_is_noted) {
    int64_t out[2000];
    for (int round = 0; round < 20000; round++) {
        uint8_t noise[64];
        size_t size = 1 + next_random() % sizeof noise;
        for (size_t i = 0; i < size; i++) noise[i] = (uint8_t)next_random();
        open_stream(noise, size, round % 3 == 0, BLOCK_SNAPPY);
        struct orc_integers r = {.bytes = &bytes, .is_signed = round % 2, .second = round % 5 > 0};
        orc_integers_read(&r, out, 2000);
        close_stream();
        if (round % 64 == 0) arena_reset(&arena);
    }
    open_stream("\xff\xff\xff", 3, true, BLOCK_ZSTD);
    ck_assert(!orc_bytes_more(&bytes) && file.bad);
    close_stream();
}
END_TEST

START_TEST(old_dates_have_their_numbers) {
    ck_assert_int_eq(calendar_from_julian(-141428), days_from_fields(1582, 10, 4));
    ck_assert_int_eq(calendar_from_julian(-141427), -141427);
    ck_assert_int_eq(calendar_to_julian(days_from_fields(1582, 10, 10)), GREGORIAN_START);
    ck_assert_int_eq(calendar_to_julian(days_from_fields(1500, 1, 1)), days_from_fields(1500, 1, 10));
    ck_assert_int_eq(calendar_to_julian(days_from_fields(1, 1, 1)), days_from_fields(1, 1, 1) - 2);
    for (int64_t day = days_from_fields(-10, 1, 1); day < days_from_fields(1582, 10, 5); day++)
        ck_assert_int_eq(calendar_from_julian(calendar_to_julian(day)), day);
}
END_TEST

UNIT_MAIN_AROUND("orc", before, after, integers_of_the_specification, bytes_and_bits_of_the_specification,
                 integers_come_back, bytes_and_bits_come_back, what_is_malformed_is_noted, old_dates_have_their_numbers)
