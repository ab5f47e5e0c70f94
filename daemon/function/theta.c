/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Theta sketches as Apache DataSketches makes and stores them, see theta.h.
 *
 * A table of 2k slots is thinned to k hashes when it is 15/16 full, so which hashes are there depends on nothing but
 * the members' order. Stored (all little-endian):
 *
 *     byte  0          1        2        3            4           5      6..7
 *           longs of   version  family   bits of      bytes of    flags  seed hash
 *           preamble   3 or 4   3        a delta      the count
 *
 *     version 3  one hash: it follows. More: count (4), 1.0f (4), theta (8) when it is not 1, hashes of 8 bytes.
 *     version 4  ascending, compressed: theta (8) when it is not 1, the count, then differences of neighbours, each in
 *                the bits that the greatest needs, highest bit first.
 */
#include "function/theta.h"

#include <math.h>
#include <stdlib.h>

enum { FAMILY_COMPACT = 3, SEED_HASH = 0x93CC, LEAST_BITS = 5 };
enum { FLAG_READ_ONLY = 2, FLAG_EMPTY = 4, FLAG_COMPACT = 8, FLAG_ORDERED = 16, FLAG_SINGLE = 32 };

static int compare_hashes(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* --- reading --- */

static uint64_t read_bits(const uint8_t *bytes, uint64_t *at, unsigned count) {
    uint64_t value = 0;
    for (unsigned i = 0; i < count;) {
        unsigned left = 8 - (unsigned)(*at & 7), take = count - i < left ? count - i : left;
        value = value << take | (bytes[*at >> 3] >> (left - take) & ((1u << take) - 1));
        *at += take;
        i += take;
    }
    return value;
}

static bool read_compressed(struct arena *arena, struct sketch_reader *in, unsigned bits, unsigned count_bytes,
                            struct theta *out) {
    if (bits < 1 || bits > 63 || count_bytes < 1 || count_bytes > 4) return false;
    out->count = (uint32_t)sketch_read(in, count_bytes);
    uint64_t at = 0, hash = 0;
    if (in->failed || (uint64_t)out->count * bits > (in->size - in->at) * 8) return false;
    uint64_t *hashes = arena_bytes_array(arena, out->count, sizeof *hashes);
    for (uint32_t i = 0; i < out->count; i++) hashes[i] = hash += read_bits(in->bytes + in->at, &at, bits);
    out->hashes = hashes;
    return true;
}

static bool read_plain(struct arena *arena, struct sketch_reader *in, struct theta *out) {
    if (out->count > (in->size - in->at) / 8) return false;
    uint64_t *hashes = arena_bytes_array(arena, out->count, sizeof *hashes);
    for (uint32_t i = 0; i < out->count; i++) hashes[i] = sketch_read(in, 8);
    qsort(hashes, out->count, sizeof *hashes, compare_hashes);
    out->hashes = hashes;
    return true;
}

static bool hashes_are_good(const struct theta *t) {
    for (uint32_t i = 0; i < t->count; i++)
        if (t->hashes[i] == 0 || t->hashes[i] >= t->theta || (i && t->hashes[i] <= t->hashes[i - 1])) return false;
    return true;
}

bool theta_read(struct arena *arena, struct string bytes, struct theta *out) {
    struct sketch_reader in = {.bytes = (const uint8_t *)bytes.data, .size = bytes.size};
    unsigned longs = sketch_read(&in, 1) & 0x3F, version = (unsigned)sketch_read(&in, 1);
    unsigned family = (unsigned)sketch_read(&in, 1), bits = (unsigned)sketch_read(&in, 1);
    unsigned count_bytes = (unsigned)sketch_read(&in, 1), flags = (unsigned)sketch_read(&in, 1);
    unsigned seed = (unsigned)sketch_read(&in, 2);
    *out = (struct theta){.theta = THETA_ONE};
    if (in.failed || longs < 1 || longs > 3 || family != FAMILY_COMPACT || (version != 3 && version != 4)) return false;
    if (!(flags & FLAG_COMPACT) || !(flags & FLAG_READ_ONLY)) return false;
    if (version == 3 && flags & FLAG_EMPTY) {
        out->empty = true;
        return true;
    }
    if (seed != SEED_HASH) return false;
    if (version == 4) {
        if (longs > 1) out->theta = sketch_read(&in, 8);
        TRY(read_compressed(arena, &in, bits, count_bytes, out));
    } else if (longs == 1) {
        out->count = 1;
        TRY(read_plain(arena, &in, out));
    } else {
        out->count = (uint32_t)sketch_read(&in, 4);
        sketch_read(&in, 4);
        if (longs > 2) out->theta = sketch_read(&in, 8);
        TRY(!in.failed && read_plain(arena, &in, out));
    }
    return out->theta <= THETA_ONE && hashes_are_good(out);
}

/* --- writing --- */

static void write_header(uint8_t to[8], unsigned longs, unsigned version, unsigned flags) {
    to[0] = (uint8_t)longs;
    to[1] = (uint8_t)version;
    to[2] = FAMILY_COMPACT;
    to[5] = (uint8_t)(flags | FLAG_READ_ONLY | FLAG_COMPACT | FLAG_ORDERED);
    sketch_write(to + 6, flags & FLAG_EMPTY ? 0 : SEED_HASH, 2);
}

static struct string write_compressed(struct arena *arena, const struct theta *t) {
    uint64_t all = 0, before = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        all |= t->hashes[i] - before;
        before = t->hashes[i];
    }
    unsigned bits = 64 - (unsigned)__builtin_clzll(all);
    unsigned count_bytes = (39 - (unsigned)__builtin_clz(t->count)) / 8;
    unsigned longs = t->theta < THETA_ONE ? 2 : 1;
    size_t start = 8 * longs + count_bytes, size = start + ((uint64_t)t->count * bits + 7) / 8;
    uint8_t *to = arena_alloc(arena, size);
    write_header(to, longs, 4, 0);
    to[3] = (uint8_t)bits;
    to[4] = (uint8_t)count_bytes;
    if (longs > 1) sketch_write(to + 8, t->theta, 8);
    sketch_write(to + 8 * longs, t->count, count_bytes);
    uint64_t at = 8 * start;
    before = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        uint64_t delta = t->hashes[i] - before;
        for (unsigned left = bits; left;) {
            unsigned room = 8 - (unsigned)(at & 7), take = left < room ? left : room;
            to[at >> 3] |= (uint8_t)((delta >> (left - take) & ((1u << take) - 1)) << (room - take));
            at += take;
            left -= take;
        }
        before = t->hashes[i];
    }
    return string_make((char *)to, size);
}

struct string theta_write(struct arena *arena, const struct theta *t) {
    bool exact = t->theta == THETA_ONE;
    if (t->count > 1 || (t->count == 1 && !exact)) return write_compressed(arena, t);
    uint8_t *to = arena_alloc(arena, 24);
    if (t->count == 1) {
        write_header(to, 1, 3, FLAG_SINGLE);
        sketch_write(to + 8, t->hashes[0], 8);
        return string_make((char *)to, 16);
    }
    if (exact) {
        write_header(to, 1, 3, FLAG_EMPTY);
        return string_make((char *)to, 8);
    }
    write_header(to, 3, 3, 0);
    sketch_write(to + 12, 0x3F800000, 4); /* 1.0f, the sampling probability */
    sketch_write(to + 16, t->theta, 8);
    return string_make((char *)to, 24);
}

int64_t theta_estimate(const struct theta *t) {
    if (t->theta == THETA_ONE || !t->count) return t->count;
    return (int64_t)floor((double)t->count / ((double)t->theta / 0x1p63) + 0.5);
}

/* --- the table --- */

static void put(uint64_t *slots, uint32_t bits, uint64_t hash, uint32_t *count) {
    uint32_t mask = (1u << bits) - 1, at = (uint32_t)hash & mask;
    while (slots[at] && slots[at] != hash) at = (at + 1) & mask;
    *count += !slots[at];
    slots[at] = hash;
}

static void grow(struct theta_table *table, struct arena *arena, uint32_t bits) {
    uint64_t *from = table->slots, *to = ARENA_ARRAY(arena, uint64_t, (size_t)1 << bits);
    uint32_t count = 0;
    for (size_t i = 0; from && i < (size_t)1 << table->bits; i++)
        if (from[i]) put(to, bits, from[i], &count);
    table->slots = to;
    table->bits = bits;
}

static uint64_t *sorted_hashes(const struct theta_table *table, struct arena *arena) {
    uint64_t *hashes = arena_bytes_array(arena, table->count, sizeof *hashes);
    uint32_t count = 0;
    for (size_t i = 0; table->slots && i < (size_t)1 << table->bits; i++)
        if (table->slots[i]) hashes[count++] = table->slots[i];
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    return hashes;
}

/* The k least hashes stay, theta becomes the next one: in the same slots, so that it costs no memory. */
static void thin(struct theta_table *table, struct arena *arena) {
    struct arena *scratch = arena_scratch(arena);
    uint32_t k = 1u << table->lg;
    const uint64_t *hashes = sorted_hashes(table, scratch);
    table->theta = hashes[k];
    memset(table->slots, 0, sizeof *table->slots << table->bits);
    table->count = 0;
    for (uint32_t i = 0; i < k; i++) put(table->slots, table->bits, hashes[i], &table->count);
    arena_release(scratch);
}

static void add(struct theta_table *table, struct arena *arena, uint64_t hash) {
    if (hash == 0 || hash >= table->theta) return;
    if (!table->slots) grow(table, arena, LEAST_BITS);
    put(table->slots, table->bits, hash, &table->count);
    if (table->bits > table->lg) {
        if (table->count > (15ull << table->bits) / 16) thin(table, arena);
    } else if (table->count > 1u << (table->bits - 1)) {
        grow(table, arena, table->bits + 3 > table->lg ? table->lg + 1 : table->bits + 3);
    }
}

static void begin(struct theta_table *table) {
    if (!table->theta) table->theta = table->bound = THETA_ONE;
}

void theta_add(struct theta_table *table, struct arena *arena, struct hash128 hash) {
    begin(table);
    add(table, arena, hash.low >> 1);
}

void theta_add_sketch(struct theta_table *table, struct arena *arena, const struct theta *t) {
    if (t->empty) return;
    begin(table);
    if (t->theta < table->bound) table->bound = t->theta;
    for (uint32_t i = 0; i < t->count && t->hashes[i] < table->bound; i++) add(table, arena, t->hashes[i]);
    if (table->theta < table->bound) table->bound = table->theta;
}

struct theta theta_compact(const struct theta_table *table, struct arena *arena) {
    if (!table->theta) return (struct theta){.theta = THETA_ONE, .empty = true};
    uint32_t k = 1u << table->lg, count = 0;
    const uint64_t *hashes = sorted_hashes(table, arena);
    uint64_t theta = table->theta < table->bound ? table->theta : table->bound;
    if (table->count > k && hashes[k] < theta) theta = hashes[k];
    while (count < table->count && hashes[count] < theta) count++;
    return (struct theta){.theta = theta, .count = count, .hashes = hashes};
}

/* --- sets --- */

/* The hashes of a below theta that b has, or has not. */
static struct theta combine(struct arena *arena, const struct theta *a, const struct theta *b, bool in_both) {
    struct theta out = {.theta = a->theta < b->theta ? a->theta : b->theta};
    uint64_t *hashes = arena_bytes_array(arena, a->count, sizeof *hashes);
    uint32_t at = 0;
    for (uint32_t i = 0; i < a->count && a->hashes[i] < out.theta; i++) {
        while (at < b->count && b->hashes[at] < a->hashes[i]) at++;
        if ((at < b->count && b->hashes[at] == a->hashes[i]) == in_both) hashes[out.count++] = a->hashes[i];
    }
    out.hashes = hashes;
    out.empty = out.count == 0 && out.theta == THETA_ONE;
    return out;
}

struct theta theta_intersection(struct arena *arena, const struct theta *a, const struct theta *b) {
    if (a->empty || b->empty) return (struct theta){.theta = THETA_ONE, .empty = true};
    return combine(arena, a, b, true);
}

struct theta theta_difference(struct arena *arena, const struct theta *a, const struct theta *b) {
    if (a->empty || b->empty) return *a;
    return combine(arena, a, b, false);
}
