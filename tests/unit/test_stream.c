/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of the codecs of text files: what goes in comes out, in pieces of any size; what is cut short is never
 * complete; damage touches no other memory. Hadoop's frames are those that Hadoop itself has written.
 */
#include <string.h>

#include "format/codec/stream.h"
#include "tests/unit/unit.h"

static const char *const codecs[] = {"gzip", "deflate", "bzip2", "snappy", "lz4"};
enum { CODECS = sizeof codecs / sizeof *codecs, SIZE = 700000 };

static struct memory_account account;
static struct arena arena;
static uint8_t *plain, *packed, *back;

static void before(void) {
    memory_account_init(&account, NULL, "test", 0);
    arena_init(&arena, &account);
    plain = arena_bytes(&arena, SIZE);
    packed = arena_bytes(&arena, SIZE * 2);
    back = arena_bytes(&arena, SIZE);
    for (size_t i = 0; i < SIZE; i++) plain[i] = (uint8_t)(i * 2654435761u >> 27 ^ i / 777);
}

static void after(void) {
    arena_release(&arena);
}

static size_t at_most(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Takes `size` bytes through the stream, in_piece and out_piece at a time; SIZE_MAX: damaged. */
static size_t through(struct stream *s, const uint8_t *in, size_t size, size_t in_piece, uint8_t *out, size_t room,
                      size_t out_piece) {
    size_t made = 0, taken = 0;
    s->in = s->in_end = in;
    for (bool stuck = false; !stuck;) {
        if (s->in == s->in_end) {
            s->in_end = s->in + at_most(in_piece, size - taken);
            taken = (size_t)(s->in_end - in);
            s->last = taken == size;
        }
        const uint8_t *before_step = s->in;
        s->out = out + made;
        s->out_end = s->out + at_most(out_piece, room - made);
        if (!stream_step(s)) return SIZE_MAX;
        stuck = s->last && s->in == before_step && s->out == out + made;
        made = (size_t)(s->out - out);
    }
    return made;
}

static size_t pack(const char *name, size_t size, size_t in_piece, size_t out_piece) {
    struct stream *s = stream_open(&arena, stream_codec_named(name), STREAM_ENCODE);
    size_t made = through(s, plain, size, in_piece, packed, SIZE * 2, out_piece);
    ck_assert(s->complete);
    return made;
}

static struct stream *unpacking(const char *name) {
    return stream_open(&arena, stream_codec_named(name), STREAM_DECODE);
}

START_TEST(comes_back) {
    static const size_t sizes[] = {0, 1, 4096, 212992, 212993, SIZE}, pieces[] = {1 << 20, 65536, 997};
    for (size_t c = 0; c < CODECS; c++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
                size_t size = pack(codecs[c], sizes[i], pieces[p], pieces[p]);
                struct stream *s = unpacking(codecs[c]);
                ck_assert_uint_eq(through(s, packed, size, pieces[p], back, SIZE, pieces[p]), sizes[i]);
                ck_assert(s->complete && memcmp(plain, back, sizes[i]) == 0);
            }
}
END_TEST

START_TEST(one_behind_the_other_is_one) {
    for (size_t c = 0; c < CODECS; c++) {
        size_t size = pack(codecs[c], 1000, 1000, 65536);
        memcpy(packed + size, packed, size);
        ck_assert_uint_eq(through(unpacking(codecs[c]), packed, size * 2, 7, back, SIZE, 65536), 2000);
        ck_assert(memcmp(plain, back + 1000, 1000) == 0);
    }
}
END_TEST

START_TEST(what_is_cut_short_is_not_complete) {
    for (size_t c = 0; c < CODECS; c++) {
        size_t size = pack(codecs[c], 5000, 5000, 65536);
        for (size_t cut = 1; cut < size; cut += 1 + cut / 9) {
            struct stream *s = unpacking(codecs[c]);
            uint8_t *exact = malloc(cut);
            memcpy(exact, packed, cut);
            ck_assert(through(s, exact, cut, cut, back, SIZE, SIZE) == SIZE_MAX || !s->complete);
            free(exact);
        }
    }
}
END_TEST

START_TEST(damage_is_harmless) {
    uint64_t seed = 7;
    for (size_t c = 0; c < CODECS; c++) {
        size_t size = pack(codecs[c], 3000, 3000, 65536);
        for (int round = 0; round < 2000; round++) {
            uint8_t *damaged = malloc(size);
            memcpy(damaged, packed, size);
            for (int k = 0; k < 2; k++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                damaged[(seed >> 33) % size] = (uint8_t)(seed >> 56);
            }
            struct arena own;
            arena_init(&own, &account);
            struct stream *s = stream_open(&own, stream_codec_named(codecs[c]), STREAM_DECODE);
            through(s, damaged, size, size, back, SIZE, SIZE);
            arena_release(&own);
            free(damaged);
        }
    }
}
END_TEST

START_TEST(frames_are_those_of_hadoop) {
    static const char text[] = "0,row 0\n1,row 1\n2,row 2\n",
                      snappy[] = "\0\0\0\x18\0\0\0\x1a\x18\\0,row 0\n1,row 1\n2,row 2\n",
                      lz4[] =
                          "\0\0\0\x18\0\0\0\x17\x91"
                          "0,row 0\n1\x08\0\xa0"
                          "1\n2,row 2\n";
    ck_assert_uint_eq(through(unpacking("snappy"), (const uint8_t *)snappy, sizeof snappy - 1, 3, back, SIZE, 5), 24);
    ck_assert(memcmp(back, text, 24) == 0);
    ck_assert_uint_eq(through(unpacking("lz4"), (const uint8_t *)lz4, sizeof lz4 - 1, 3, back, SIZE, 5), 24);
    ck_assert(memcmp(back, text, 24) == 0);
    memcpy(plain, text, 24);
    ck_assert_uint_eq(pack("lz4", 24, 24, 100), sizeof lz4 - 1);
    ck_assert(memcmp(packed, lz4, sizeof lz4 - 1) == 0);
}
END_TEST

START_TEST(blocks_have_a_limit) {
    static const uint8_t huge[] = {0x40, 0, 0, 0, 0, 0, 0, 1, 0}, endless[] = {0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    ck_assert_uint_eq(through(unpacking("lz4"), huge, sizeof huge, 9, back, SIZE, SIZE), SIZE_MAX);
    ck_assert_uint_eq(through(unpacking("lz4"), endless, sizeof endless, 8, back, SIZE, SIZE), SIZE_MAX);
}
END_TEST

START_TEST(files_and_options_name_codecs) {
    ck_assert_ptr_eq(stream_codec_of_file("/a/b.json.GZ"), stream_codec_named("gzip"));
    ck_assert_ptr_eq(stream_codec_of_file("x.bz2"), stream_codec_named("org.apache.hadoop.io.compress.BZip2Codec"));
    ck_assert_ptr_nonnull(stream_codec_of_file("x.zst"));
    ck_assert_ptr_null(stream_codec_of_file("x.csv"));
    ck_assert_ptr_null(stream_codec_named("zstd"));
    ck_assert_str_eq(stream_codec_extension(stream_codec_named("lz4")), ".lz4");
}
END_TEST

UNIT_MAIN_AROUND("stream", before, after, comes_back, one_behind_the_other_is_one, what_is_cut_short_is_not_complete,
                 damage_is_harmless, frames_are_those_of_hadoop, blocks_have_a_limit, files_and_options_name_codecs)
