/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Integers are written in version 2 of the encoding, up to 512 at a time: stretches that rise by the same step become
 * short repeats or deltas, what is between them deltas where it rises or falls throughout, or else goes as it is. The
 * form with patches is not written.
 */
#include "format/orc/encode.h"

#include <string.h>

#include "format/orc/runs.h"

enum { BLOCK_HEADER = 3, LONGEST_BYTE_RUN = 130, SHORTEST_RUN = 3, LONGEST_SHORT_REPEAT = 10, SHORTEST_DELTA = 8 };
enum form { SHORT_REPEAT = 0, DIRECT = 1, DELTA = 3 };

/* ---- blocks ---- */

void orc_output_init(struct orc_output *o, struct arena *arena, bool compressed, enum block_codec codec) {
    *o = (struct orc_output){.compressed = compressed, .codec = codec};
    text_init(&o->raw, arena);
    text_init(&o->packed, arena);
}

/* A block that does not become smaller stands as it is. */
static void pack_block(struct orc_output *o) {
    size_t start = o->packed.size;
    text_reserve(&o->packed, BLOCK_HEADER);
    o->packed.size += BLOCK_HEADER;
    if (!block_compress(o->codec, &o->packed, o->raw.data, o->raw.size)) o->refused = true;
    size_t size = o->packed.size - start - BLOCK_HEADER;
    bool original = size >= o->raw.size;
    if (original) {
        o->packed.size = start + BLOCK_HEADER;
        text_add_bytes(&o->packed, o->raw.data, o->raw.size);
        size = o->raw.size;
    }
    for (int i = 0; i < BLOCK_HEADER; i++) o->packed.data[start + (size_t)i] = (char)((size << 1 | original) >> 8 * i);
    o->raw.size = 0;
}

void orc_output_add(struct orc_output *o, const void *bytes, size_t size) {
    const char *p = bytes;
    while (o->compressed && o->raw.size + size >= ORC_BLOCK_WRITTEN) {
        size_t piece = ORC_BLOCK_WRITTEN - o->raw.size;
        text_add_bytes(&o->raw, p, piece);
        pack_block(o);
        p += piece;
        size -= piece;
    }
    if (size) text_add_bytes(o->compressed ? &o->raw : &o->packed, p, size);
}

void orc_output_finish(struct orc_output *o) {
    if (o->raw.size) pack_block(o);
}

static void add_byte(struct orc_output *o, uint32_t byte) {
    uint8_t b = (uint8_t)byte;
    orc_output_add(o, &b, 1);
}

void orc_varint_add(struct orc_output *o, unsigned __int128 value) {
    uint8_t bytes[19];
    uint32_t n = 0;
    for (; value >= 0x80; value >>= 7) bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    orc_output_add(o, bytes, n);
}

/* ---- bytes and bits ---- */

void orc_byte_flush(struct orc_byte_writer *w) {
    if (!w->count) return;
    add_byte(w->out, w->repeats ? w->count - SHORTEST_RUN : 0 - w->count);
    orc_output_add(w->out, w->literals, w->repeats ? 1 : w->count);
    w->count = w->same = 0;
    w->repeats = false;
}

void orc_byte_add(struct orc_byte_writer *w, uint8_t byte) {
    uint8_t last = w->repeats ? w->literals[0] : w->count ? w->literals[w->count - 1] : 0;
    if (w->repeats && byte != last) orc_byte_flush(w);
    w->same = w->count && byte == last ? w->same + 1 : 1;
    if (!w->repeats && w->same == SHORTEST_RUN) {
        w->count -= SHORTEST_RUN - 1;
        orc_byte_flush(w);
        w->literals[0] = byte;
        w->count = w->same = SHORTEST_RUN;
        w->repeats = true;
        return;
    }
    if (w->repeats)
        w->count++;
    else
        w->literals[w->count++] = byte;
    if (w->count == (w->repeats ? LONGEST_BYTE_RUN : ORC_LITERALS)) orc_byte_flush(w);
}

void orc_bit_add(struct orc_bit_writer *w, bool bit) {
    w->byte = (uint8_t)(w->byte << 1 | bit);
    if (++w->bits < 8) return;
    orc_byte_add(&w->bytes, w->byte);
    w->byte = 0;
    w->bits = 0;
}

void orc_bit_flush(struct orc_bit_writer *w) {
    while (w->bits) orc_bit_add(w, false);
    orc_byte_flush(&w->bytes);
}

/* ---- integers ---- */

static uint64_t to_zigzag(int64_t v) {
    return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

static uint64_t coded(const struct orc_integer_writer *w, int64_t value) {
    return w->is_signed ? to_zigzag(value) : (uint64_t)value;
}

static uint32_t bits_of(uint64_t v) {
    return v ? 64u - (uint32_t)__builtin_clzll(v) : 1;
}

static uint32_t code_holding(uint32_t bits) {
    uint32_t code = 0;
    while (orc_width_of_code(code) < bits) code++;
    return code;
}

/* The first two bytes of all forms but the short one. */
static void add_header(struct orc_integer_writer *w, enum form form, uint32_t width_code, uint32_t count) {
    add_byte(w->out, (uint32_t)form << 6 | width_code << 1 | (count - 1) >> 8);
    add_byte(w->out, count - 1);
}

static void add_packed(struct orc_output *o, const uint64_t *values, uint32_t count, uint32_t width) {
    uint8_t bytes[ORC_RUN_WRITTEN * 8];
    uint32_t n = 0, bits = 0;
    unsigned __int128 waiting = 0;
    for (uint32_t i = 0; i < count; i++) {
        waiting = waiting << width | values[i];
        for (bits += width; bits >= 8; bits -= 8) bytes[n++] = (uint8_t)(waiting >> (bits - 8));
    }
    if (bits) bytes[n++] = (uint8_t)(waiting << (8 - bits));
    orc_output_add(o, bytes, n);
}

/* The step by which all of them rise or fall, or mere repetition. */
static void add_even(struct orc_integer_writer *w, const int64_t *values, uint32_t count) {
    int64_t step = count > 1 ? values[1] - values[0] : 0;
    if (step == 0 && count <= LONGEST_SHORT_REPEAT) {
        uint64_t value = coded(w, values[0]);
        uint32_t size = (bits_of(value) + 7) / 8;
        add_byte(w->out, (uint32_t)SHORT_REPEAT << 6 | (size - 1) << 3 | (count - SHORTEST_RUN));
        for (uint32_t i = size; i-- > 0;) add_byte(w->out, (uint8_t)(value >> 8 * i));
        return;
    }
    add_header(w, DELTA, 0, count);
    orc_varint_add(w->out, coded(w, values[0]));
    orc_varint_add(w->out, to_zigzag(step));
}

/* The bits of the largest step, when all values go one way, as the first step does; 0: they do not. */
static uint32_t one_way_bits(const int64_t *values, uint32_t count, uint64_t *steps) {
    bool falls = values[1] < values[0];
    uint64_t all = 0;
    for (uint32_t i = 1; i < count; i++) {
        int64_t step;
        if (falls ? values[i] > values[i - 1] : values[i] < values[i - 1]) return 0;
        if (__builtin_sub_overflow(values[i], values[i - 1], &step)) return 0;
        steps[i - 1] = falls ? 0 - (uint64_t)step : (uint64_t)step;
        if (i > 1) all |= steps[i - 1];
    }
    uint32_t bits = bits_of(all);
    return bits < 2 ? 2 : bits; /* a width of one bit has no code here */
}

static void add_literals(struct orc_integer_writer *w, const int64_t *values, uint32_t count) {
    uint64_t packed[ORC_RUN_WRITTEN], all = 0;
    if (!count) return;
    for (uint32_t i = 0; i < count; i++) all |= coded(w, values[i]);
    uint32_t code = code_holding(bits_of(all));
    uint32_t steps = count >= SHORTEST_DELTA ? one_way_bits(values, count, packed) : 0;
    uint32_t step_code = steps ? code_holding(steps) : code;
    if (step_code < code) {
        add_header(w, DELTA, step_code, count);
        orc_varint_add(w->out, coded(w, values[0]));
        orc_varint_add(w->out, to_zigzag(values[1] - values[0]));
        add_packed(w->out, packed + 1, count - 2, orc_width_of_code(step_code));
        return;
    }
    add_header(w, DIRECT, code, count);
    for (uint32_t i = 0; i < count; i++) packed[i] = coded(w, values[i]);
    add_packed(w->out, packed, count, orc_width_of_code(code));
}

/* How many values from `values` on, at most count, have the same step between them. */
static uint32_t even_length(const int64_t *values, uint32_t count) {
    int64_t step, next;
    if (count < 2 || __builtin_sub_overflow(values[1], values[0], &step)) return 1;
    uint32_t n = 2;
    while (n < count && !__builtin_sub_overflow(values[n], values[n - 1], &next) && next == step) n++;
    return n;
}

void orc_integer_flush(struct orc_integer_writer *w) {
    uint32_t literals = 0;
    for (uint32_t i = 0; i < w->count;) {
        uint32_t n = even_length(w->values + i, w->count - i);
        bool repeats = n > 1 && w->values[i + 1] == w->values[i];
        if (n < (repeats ? SHORTEST_RUN : SHORTEST_DELTA)) {
            i += n > 1 ? n - 1 : 1; /* the last one may begin the next stretch */
            continue;
        }
        add_literals(w, w->values + literals, i - literals);
        add_even(w, w->values + i, n);
        literals = i += n;
    }
    add_literals(w, w->values + literals, w->count - literals);
    w->count = 0;
}

void orc_integer_add(struct orc_integer_writer *w, int64_t value) {
    w->values[w->count++] = value;
    if (w->count == ORC_RUN_WRITTEN) orc_integer_flush(w);
}
