/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parquet/decode.h"

#include <string.h>

static uint64_t load64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

void rle_init(struct rle *r, const uint8_t *bytes, size_t size, uint32_t width) {
    *r = (struct rle){.next = bytes, .end = bytes + size, .width = width};
}

static bool read_varint(const uint8_t **next, const uint8_t *end, uint64_t *out) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (*next >= end) return false;
        uint8_t byte = *(*next)++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            *out = value;
            return true;
        }
    }
    return false;
}

/* The header of the next run; a packed run that the bytes cut short keeps what is there. */
static bool next_run(struct rle *r) {
    if (r->bit) {
        r->next += (r->bit + 7) / 8;
        r->bit = 0;
    }
    uint64_t head;
    if (!read_varint(&r->next, r->end, &head)) return false;
    size_t left = (size_t)(r->end - r->next);
    if (head & 1) {
        uint64_t groups = head >> 1;
        uint64_t fit = r->width ? left * 8 / r->width : UINT32_MAX;
        uint64_t count = groups > UINT32_MAX / 8 ? UINT32_MAX : groups * 8;
        r->packed = (uint32_t)(count < fit ? count : fit);
        return r->packed > 0;
    }
    uint32_t bytes = (r->width + 7) / 8;
    if (left < bytes || head >> 1 == 0 || head >> 1 > UINT32_MAX) return false;
    r->repeated = (uint32_t)(head >> 1);
    r->value = 0;
    for (uint32_t i = 0; i < bytes; i++) r->value |= (uint32_t)r->next[i] << 8 * i;
    r->next += bytes;
    return true;
}

/* Groups of eight values, which begin on a byte. Inlined per width, so that shifts and masks are constants. */
static inline __attribute__((always_inline)) void unpack_groups(const uint8_t *p, uint32_t *out, uint32_t groups,
                                                                uint32_t width) {
    uint64_t mask = ((uint64_t)1 << width) - 1;
    for (; groups--; p += width, out += 8)
        for (uint32_t k = 0; k < 8; k++) out[k] = (uint32_t)(load64(p + (k * width >> 3)) >> (k * width & 7) & mask);
}

#define WIDTH(n)                                                                                                       \
    case n:                                                                                                            \
        unpack_groups(p, out, groups, n);                                                                              \
        break;
#define FOUR_WIDTHS(n) WIDTH(n) WIDTH(n + 1) WIDTH(n + 2) WIDTH(n + 3)

static void unpack_by_width(const uint8_t *p, uint32_t *out, uint32_t groups, uint32_t width) {
    switch (width) {
        FOUR_WIDTHS(0)
        FOUR_WIDTHS(4)
        FOUR_WIDTHS(8)
        FOUR_WIDTHS(12)
        FOUR_WIDTHS(16)
        default: unpack_groups(p, out, groups, width); break;
    }
}

static void unpack(struct rle *r, uint32_t *out, uint32_t count) {
    uint64_t mask = ((uint64_t)1 << r->width) - 1, bit = r->bit;
    uint32_t i = 0;
    if (r->bit == 0) {
        unpack_by_width(r->next, out, count / 8, r->width);
        i = count / 8 * 8;
        bit = (uint64_t)i * r->width;
    }
    for (; i < count; i++, bit += r->width) out[i] = (uint32_t)(load64(r->next + (bit >> 3)) >> (bit & 7) & mask);
    r->next += bit >> 3;
    r->bit = (uint32_t)(bit & 7);
}

bool rle_read(struct rle *r, uint32_t *out, uint32_t count) {
    while (count) {
        uint32_t n;
        if (r->repeated) {
            n = r->repeated < count ? r->repeated : count;
            for (uint32_t i = 0; i < n; i++) out[i] = r->value;
            r->repeated -= n;
        } else if (r->packed) {
            n = r->packed < count ? r->packed : count;
            unpack(r, out, n);
            r->packed -= n;
        } else {
            if (!next_run(r)) return false;
            continue;
        }
        out += n;
        count -= n;
    }
    return true;
}

bool rle_take_run(struct rle *r, uint32_t count, uint32_t *value) {
    if (!r->repeated && !r->packed && !next_run(r)) return false;
    if (r->repeated < count) return false;
    r->repeated -= count;
    *value = r->value;
    return true;
}

/* The next run, or what is left of it: at most `count` values; 0: the bytes are at their end. */
static uint32_t run_length(struct rle *r, uint32_t count) {
    if (!r->repeated && !r->packed && !next_run(r)) return 0;
    uint32_t n = r->repeated ? r->repeated : r->packed;
    return n < count ? n : count;
}

static void leave_out(struct rle *r, uint32_t count) {
    if (r->repeated) {
        r->repeated -= count;
        return;
    }
    uint64_t bit = r->bit + (uint64_t)count * r->width;
    r->packed -= count;
    r->next += bit >> 3;
    r->bit = (uint32_t)(bit & 7);
}

bool rle_skip(struct rle *r, uint32_t count) {
    while (count) {
        uint32_t n = run_length(r, count);
        if (!n) return false;
        leave_out(r, n);
        count -= n;
    }
    return true;
}

bool rle_pick(struct rle *r, uint32_t total, const uint32_t *picks, uint32_t base, uint32_t count, uint32_t *out) {
    uint64_t mask = ((uint64_t)1 << r->width) - 1;
    for (uint32_t at = 0, i = 0; at < total;) {
        uint32_t n = run_length(r, total - at), first = base + at;
        if (!n) return false;
        if (r->repeated)
            for (; i < count && picks[i] - first < n; i++) out[i] = r->value;
        else
            for (; i < count && picks[i] - first < n; i++) {
                uint64_t bit = r->bit + (uint64_t)(picks[i] - first) * r->width;
                out[i] = (uint32_t)(load64(r->next + (bit >> 3)) >> (bit & 7) & mask);
            }
        leave_out(r, n);
        at += n;
    }
    return true;
}

static int64_t unzigzag(uint64_t v) {
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

bool delta_init(struct delta *d, const uint8_t *bytes, size_t size) {
    uint64_t block, miniblocks, total, first;
    *d = (struct delta){.next = bytes, .end = bytes + size, .first = true};
    if (!read_varint(&d->next, d->end, &block) || !read_varint(&d->next, d->end, &miniblocks) ||
        !read_varint(&d->next, d->end, &total) || !read_varint(&d->next, d->end, &first))
        return false;
    if (block == 0 || block > 1 << 20 || miniblocks == 0 || miniblocks > 1024 || block % miniblocks ||
        block / miniblocks % 8)
        return false;
    d->block_size = (uint32_t)block;
    d->miniblocks = d->miniblock = (uint32_t)miniblocks;
    d->per_miniblock = (uint32_t)(block / miniblocks);
    d->left = total;
    d->last = unzigzag(first);
    return true;
}

static bool next_block(struct delta *d) {
    uint64_t min_delta;
    if (!read_varint(&d->next, d->end, &min_delta) || (size_t)(d->end - d->next) < d->miniblocks) return false;
    d->min_delta = unzigzag(min_delta);
    d->widths = d->next;
    d->next += d->miniblocks;
    d->miniblock = 0;
    d->in_miniblock = 0;
    return true;
}

static bool step_miniblock(struct delta *d) {
    if (d->miniblock < d->miniblocks && d->in_miniblock == d->per_miniblock) {
        d->next += (size_t)d->widths[d->miniblock] * d->per_miniblock / 8;
        d->miniblock++;
        d->in_miniblock = 0;
    }
    if (d->miniblock == d->miniblocks && !next_block(d)) return false;
    uint32_t width = d->widths[d->miniblock];
    return width <= 64 && (size_t)(d->end - d->next) >= (size_t)width * d->per_miniblock / 8;
}

/* Bits [bit, bit + width) behind p, width up to 64. */
static uint64_t take_bits(const uint8_t *p, uint64_t bit, uint32_t width) {
    const uint8_t *at = p + (bit >> 3);
    unsigned shift = bit & 7;
    uint64_t v = load64(at) >> shift;
    if (shift + width > 64) v |= (uint64_t)at[8] << (64 - shift);
    return width == 64 ? v : v & (((uint64_t)1 << width) - 1);
}

bool delta_read(struct delta *d, int64_t *out, uint32_t count) {
    if (count > d->left) return false;
    uint32_t i = 0;
    if (count && d->first) {
        out[i++] = d->last;
        d->first = false;
    }
    while (i < count) {
        if (!step_miniblock(d)) return false;
        uint32_t width = d->widths[d->miniblock];
        uint32_t n = d->per_miniblock - d->in_miniblock;
        if (n > count - i) n = count - i;
        uint64_t bit = (uint64_t)d->in_miniblock * width;
        uint64_t last = (uint64_t)d->last;
        for (uint32_t k = 0; k < n; k++, bit += width) {
            last += (uint64_t)d->min_delta + (width ? take_bits(d->next, bit, width) : 0);
            out[i++] = (int64_t)last;
        }
        d->last = (int64_t)last;
        d->in_miniblock += n;
    }
    d->left -= count;
    return true;
}

const uint8_t *delta_end(const struct delta *d) {
    if (d->miniblock >= d->miniblocks) return d->next;
    /* The last block's other miniblocks have no bytes; the current one is written whole. */
    size_t current = (size_t)d->widths[d->miniblock] * d->per_miniblock / 8;
    return current > (size_t)(d->end - d->next) ? d->end : d->next + current;
}

size_t parquet_value_size(enum parquet_physical physical) {
    switch (physical) {
        case PARQUET_BOOLEAN: return 1;
        case PARQUET_INT32:
        case PARQUET_FLOAT: return 4;
        case PARQUET_INT64:
        case PARQUET_DOUBLE: return 8;
        case PARQUET_INT96: return 12;
        default: return sizeof(struct string);
    }
}

/* The lengths (and for DELTA_BYTE_ARRAY first the prefixes) of all values of the page. */
static bool read_lengths(struct values *v, const uint8_t **next, uint32_t **lengths, uint32_t count) {
    if (!delta_init(&v->delta, *next, (size_t)(v->end - *next)) || v->delta.left > count) return false;
    v->length_count = (uint32_t)v->delta.left;
    int64_t *wide = arena_bytes_array(v->arena, v->length_count, sizeof *wide);
    if (!delta_read(&v->delta, wide, v->length_count)) return false;
    *lengths = arena_bytes_array(v->arena, v->length_count, sizeof **lengths);
    for (uint32_t i = 0; i < v->length_count; i++) {
        if (wide[i] < 0 || wide[i] > INT32_MAX) return false;
        (*lengths)[i] = (uint32_t)wide[i];
    }
    *next = delta_end(&v->delta);
    return true;
}

bool values_init(struct values *v, struct arena *page_arena, enum parquet_encoding encoding,
                 const struct parquet_node *leaf, const uint8_t *bytes, size_t size, uint32_t count) {
    *v = (struct values){.encoding = encoding,
                         .physical = leaf->physical,
                         .fixed_length = (uint32_t)leaf->fixed_length,
                         .next = bytes,
                         .end = bytes + size,
                         .total = count,
                         .arena = page_arena};
    bool text = leaf->physical == PARQUET_BYTE_ARRAY || leaf->physical == PARQUET_FIXED;
    bool integer = leaf->physical == PARQUET_INT32 || leaf->physical == PARQUET_INT64;
    switch (encoding) {
        case ENCODING_PLAIN: return true;
        case ENCODING_RLE_DICTIONARY:
        case ENCODING_PLAIN_DICTIONARY:
            if (count == 0 && size == 0) return true;
            if (size == 0 || bytes[0] > 32) return false;
            rle_init(&v->rle, bytes + 1, size - 1, bytes[0]);
            return true;
        case ENCODING_RLE:
            if (leaf->physical != PARQUET_BOOLEAN || size < 4) return false;
            rle_init(&v->rle, bytes + 4, size - 4, 1);
            return true;
        case ENCODING_DELTA_BINARY_PACKED: return integer && delta_init(&v->delta, bytes, size);
        case ENCODING_DELTA_LENGTH_BYTE_ARRAY: return text && read_lengths(v, &v->next, &v->lengths, count);
        case ENCODING_DELTA_BYTE_ARRAY: {
            if (!text || !read_lengths(v, &v->next, &v->prefixes, count)) return false;
            uint32_t prefixes = v->length_count;
            return read_lengths(v, &v->next, &v->lengths, count) && v->length_count == prefixes;
        }
        case ENCODING_BYTE_STREAM_SPLIT:
            return leaf->physical != PARQUET_BOOLEAN && leaf->physical != PARQUET_BYTE_ARRAY &&
                   leaf->physical != PARQUET_INT96;
        default: return false;
    }
}

static bool read_plain_strings(struct values *v, struct string *out, uint32_t count) {
    const uint8_t *p = v->next;
    for (uint32_t i = 0; i < count; i++) {
        if (v->end - p < 4) return false;
        uint32_t size;
        memcpy(&size, p, 4);
        p += 4;
        if (size > (size_t)(v->end - p)) return false;
        out[i] = string_make((const char *)p, size);
        p += size;
    }
    v->next = p;
    return true;
}

static bool read_plain(struct values *v, void *out, uint32_t count) {
    if (v->physical == PARQUET_BYTE_ARRAY) return read_plain_strings(v, out, count);
    size_t left = (size_t)(v->end - v->next);
    if (v->physical == PARQUET_BOOLEAN) {
        uint8_t *bits = out;
        if ((v->bit + (uint64_t)count + 7) / 8 > left) return false;
        for (uint32_t i = 0; i < count; i++, v->bit++) bits[i] = v->next[v->bit >> 3] >> (v->bit & 7) & 1;
        return true;
    }
    size_t each = v->physical == PARQUET_FIXED ? v->fixed_length : parquet_value_size(v->physical);
    if (each && count > left / each) return false;
    if (v->physical == PARQUET_FIXED) {
        struct string *strings = out;
        for (uint32_t i = 0; i < count; i++) strings[i] = string_make((const char *)v->next + i * each, each);
    } else {
        memcpy(out, v->next, count * each);
    }
    v->next += count * each;
    return true;
}

static bool read_delta_lengths(struct values *v, struct string *out, uint32_t count) {
    if (count > v->length_count - v->prefix_index) return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = v->lengths[v->prefix_index++];
        if (size > (size_t)(v->end - v->next)) return false;
        out[i] = string_make((const char *)v->next, size);
        v->next += size;
    }
    return true;
}

static bool read_delta_strings(struct values *v, struct string *out, uint32_t count) {
    if (count > v->length_count - v->prefix_index) return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t prefix = v->prefixes[v->prefix_index], size = v->lengths[v->prefix_index++];
        if (size > (size_t)(v->end - v->next) || prefix > v->previous.size) return false;
        char *bytes = arena_bytes(v->arena, (size_t)prefix + size);
        memcpy(bytes, v->previous.data ? v->previous.data : "", prefix);
        memcpy(bytes + prefix, v->next, size);
        v->next += size;
        out[i] = v->previous = string_make(bytes, (size_t)prefix + size);
    }
    return true;
}

/* Byte k of value i stands at k * total + i. */
static bool read_split(struct values *v, void *out, uint32_t count) {
    size_t each = v->physical == PARQUET_FIXED ? v->fixed_length : parquet_value_size(v->physical);
    size_t stride = each ? (size_t)(v->end - v->next) / each : 0;
    if (v->left + (size_t)count > stride) return false;
    uint8_t *bytes = v->physical == PARQUET_FIXED ? arena_bytes_array(v->arena, count, each) : out;
    for (size_t k = 0; k < each; k++)
        for (uint32_t i = 0; i < count; i++) bytes[i * each + k] = v->next[k * stride + v->left + i];
    if (v->physical == PARQUET_FIXED) {
        struct string *strings = out;
        for (uint32_t i = 0; i < count; i++) strings[i] = string_make((char *)bytes + i * each, each);
    }
    v->left += count;
    return true;
}

static bool read_delta_integers(struct values *v, void *out, uint32_t count) {
    if (v->physical == PARQUET_INT64) return delta_read(&v->delta, out, count);
    int64_t wide[256];
    int32_t *narrow = out;
    while (count) {
        uint32_t n = count < 256 ? count : 256;
        if (!delta_read(&v->delta, wide, n)) return false;
        for (uint32_t i = 0; i < n; i++) *narrow++ = (int32_t)wide[i];
        count -= n;
    }
    return true;
}

static bool read_rle_booleans(struct values *v, uint8_t *out, uint32_t count) {
    uint32_t wide[256];
    while (count) {
        uint32_t n = count < 256 ? count : 256;
        if (!rle_read(&v->rle, wide, n)) return false;
        for (uint32_t i = 0; i < n; i++) *out++ = (uint8_t)wide[i];
        count -= n;
    }
    return true;
}

bool values_read(struct values *v, void *out, uint32_t count) {
    switch (v->encoding) {
        case ENCODING_PLAIN: return read_plain(v, out, count);
        case ENCODING_RLE: return read_rle_booleans(v, out, count);
        case ENCODING_DELTA_BINARY_PACKED: return read_delta_integers(v, out, count);
        case ENCODING_DELTA_LENGTH_BYTE_ARRAY: return read_delta_lengths(v, out, count);
        case ENCODING_DELTA_BYTE_ARRAY: return read_delta_strings(v, out, count);
        case ENCODING_BYTE_STREAM_SPLIT: return read_split(v, out, count);
        default: return false; /* dictionary indexes are read by the column */
    }
}
