/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages: their headers, their bytes, decompressed. File bytes come through a window of at least WINDOW bytes, so that
 * small pages do not cost a system call each. Decompressed pages have DECODE_PADDING bytes behind them.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "format/parquet/column.h"
#include "format/parquet/thrift.h"

enum { WINDOW = 1 << 18, HEADER_MAX = 1 << 20, PAGE_MAX = 1 << 30 };
enum page_type { PAGE_DATA = 0, PAGE_INDEX = 1, PAGE_DICTIONARY = 2, PAGE_DATA_V2 = 3 };

struct page_header {
    enum page_type type;
    uint32_t uncompressed, compressed;
    uint32_t values, nulls, rows;
    enum parquet_encoding encoding, definition_encoding, repetition_encoding;
    uint32_t definition_size, repetition_size; /* v2 */
    bool v2_compressed;
    bool has_kind; /* the member that belongs to the type was there */
};

bool parquet_failed(const char *path, const char *why, struct error *err) {
    error_set(err, "FAILED_READ_FILE.NO_HINT", NULL);
    error_add(err, "path", "file://%s", path);
    return error_set_cause(err, why);
}

bool leaf_corrupt(struct leaf_reader *r, const char *why, struct error *err) {
    return parquet_failed(r->path, why, err);
}

/* Makes file bytes [position, position + size) stand at the returned place. */
static const uint8_t *window_at(struct leaf_reader *r, uint32_t size, struct error *err) {
    uint64_t offset = r->position - r->window_start;
    if (r->window && r->position >= r->window_start && offset + size <= r->window_size) return r->window + offset;
    uint32_t wanted = size > WINDOW ? size : WINDOW;
    if (wanted > r->end - r->position) wanted = (uint32_t)(r->end - r->position);
    if (size > wanted) {
        leaf_corrupt(r, "a column chunk ends in the middle of a page", err);
        return NULL;
    }
    if (wanted > r->window_capacity) {
        r->window = arena_bytes(r->arena, wanted + DECODE_PADDING);
        r->window_capacity = wanted;
    }
    uint32_t have = 0;
    while (have < wanted) {
        ssize_t n = pread(r->fd, r->window + have, wanted - have, (off_t)(r->position + have));
        if (n <= 0) {
            r->window_size = 0;
            leaf_corrupt(r, n ? strerror(errno) : "the file is shorter than its footer says", err);
            return NULL;
        }
        have += (uint32_t)n;
    }
    r->window_start = r->position;
    r->window_size = wanted;
    return r->window;
}

static void read_data_header(struct thrift *t, struct page_header *h) {
    struct thrift_field f = {0};
    thrift_enter(t);
    while (thrift_next(t, &f)) switch (f.id) {
            case 1: h->values = (uint32_t)thrift_int(t, &f); break;
            case 2: h->encoding = (enum parquet_encoding)thrift_int(t, &f); break;
            case 3: h->definition_encoding = (enum parquet_encoding)thrift_int(t, &f); break;
            case 4: h->repetition_encoding = (enum parquet_encoding)thrift_int(t, &f); break;
            default: thrift_skip(t, &f);
        }
    thrift_leave(t);
}

static void read_data_header_v2(struct thrift *t, struct page_header *h) {
    struct thrift_field f = {0};
    h->v2_compressed = true;
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        uint32_t *const fields[] = {NULL, &h->values,          &h->nulls,          &h->rows,
                                    NULL, &h->definition_size, &h->repetition_size};
        if (f.id == 4)
            h->encoding = (enum parquet_encoding)thrift_int(t, &f);
        else if (f.id == 7)
            h->v2_compressed = thrift_int(t, &f);
        else if (f.id >= 1 && f.id <= 6)
            *fields[f.id] = (uint32_t)thrift_int(t, &f);
        else
            thrift_skip(t, &f);
    }
    thrift_leave(t);
}

static void read_page_header(struct thrift *t, struct page_header *h) {
    struct thrift_field f = {0};
    *h = (struct page_header){.type = PAGE_INDEX};
    thrift_enter(t);
    while (thrift_next(t, &f)) {
        bool is_struct = f.type == THRIFT_STRUCT;
        if (f.id == 1) {
            h->type = (enum page_type)thrift_int(t, &f);
        } else if (f.id == 2) {
            h->uncompressed = (uint32_t)thrift_int(t, &f);
        } else if (f.id == 3) {
            h->compressed = (uint32_t)thrift_int(t, &f);
        } else if ((f.id == 5 || f.id == 7) && is_struct) { /* a dictionary's header begins as a data page's */
            read_data_header(t, h);
            h->has_kind = true;
        } else if (f.id == 8 && is_struct) {
            read_data_header_v2(t, h);
            h->has_kind = true;
        } else {
            thrift_skip(t, &f);
        }
    }
    thrift_leave(t);
    if (h->compressed > PAGE_MAX || h->uncompressed > PAGE_MAX || h->values > PAGE_MAX ||
        (h->type != PAGE_INDEX && !h->has_kind))
        t->bad = true;
}

/* Reads the header at the position and moves behind it. */
static bool next_header(struct leaf_reader *r, struct page_header *h, struct error *err) {
    for (uint32_t size = 256;; size *= 16) {
        if (size > r->end - r->position) size = (uint32_t)(r->end - r->position);
        const uint8_t *bytes = window_at(r, size, err);
        if (!bytes) return false;
        struct thrift t;
        thrift_init(&t, bytes, size);
        read_page_header(&t, h);
        if (!t.bad) {
            r->position += (uint64_t)(t.next - bytes);
            return true;
        }
        if (size >= HEADER_MAX || size == r->end - r->position)
            return leaf_corrupt(r, "a page header is malformed", err);
    }
}

static bool decompress(enum block_codec codec, const uint8_t *in, uint32_t in_size, uint8_t *out, uint32_t out_size) {
    size_t size;
    return block_decompress(codec, in, in_size, out, out_size, &size) && size == out_size;
}

static struct page *take_page(struct leaf_reader *r) {
    struct page *p = r->spare;
    if (p) {
        r->spare = p->next;
        struct arena arena = p->arena;
        *p = (struct page){.arena = arena};
    } else {
        p = ARENA_NEW(r->arena, struct page);
        arena_init(&p->arena, r->arena->account);
    }
    return p;
}

/* The page's bytes, decompressed, in its arena. A v2 page's levels are never compressed and come first. */
static const uint8_t *page_bytes(struct leaf_reader *r, struct page *p, const struct page_header *h,
                                 struct error *err) {
    uint32_t plain = h->type == PAGE_DATA_V2 ? h->definition_size + h->repetition_size : 0;
    if (plain > h->uncompressed || plain > h->compressed || plain < h->definition_size) {
        leaf_corrupt(r, "a page's levels are larger than the page", err);
        return NULL;
    }
    const uint8_t *file = window_at(r, h->compressed, err);
    if (!file) return NULL;
    enum block_codec codec = BLOCK_PLAIN;
    if (!parquet_block_codec(r->chunk->codec, &codec)) {
        error_unsupported(err, "Parquet compression %s", r->chunk->codec == PARQUET_LZO ? "LZO" : "BROTLI");
        return NULL;
    }
    uint8_t *bytes = arena_bytes(&p->arena, (size_t)h->uncompressed + DECODE_PADDING);
    memset(bytes + h->uncompressed, 0, DECODE_PADDING);
    memcpy(bytes, file, plain);
    if (h->type == PAGE_DATA_V2 && !h->v2_compressed) codec = BLOCK_PLAIN;
    bool nothing = h->uncompressed == plain && h->compressed == plain;
    if (!nothing && !decompress(codec, file + plain, h->compressed - plain, bytes + plain, h->uncompressed - plain)) {
        leaf_corrupt(r, "a page does not decompress to the size it says", err);
        return NULL;
    }
    r->position += h->compressed;
    return bytes;
}

static uint32_t bits_for(uint32_t max) {
    uint32_t bits = 0;
    for (; max >> bits; bits++) {
    }
    return bits;
}

/* v1 levels: u32 size, then RLE. */
static bool take_levels(const uint8_t **next, const uint8_t *end, uint32_t max, struct rle *levels) {
    if (!max) return true;
    if (end - *next < 4) return false;
    uint32_t size;
    memcpy(&size, *next, 4);
    if (size > (size_t)(end - *next) - 4) return false;
    rle_init(levels, *next + 4, size, bits_for(max));
    *next += 4 + (size_t)size;
    return true;
}

static bool open_data_page(struct leaf_reader *r, struct page *p, const struct page_header *h, const uint8_t *bytes,
                           struct error *err) {
    const uint8_t *next = bytes, *end = bytes + h->uncompressed;
    uint32_t max_repetition = r->leaf->max_repetition, max_definition = r->leaf->max_definition;
    if (h->type == PAGE_DATA_V2) {
        rle_init(&p->repetition, bytes, h->repetition_size, bits_for(max_repetition));
        rle_init(&p->definition, bytes + h->repetition_size, h->definition_size, bits_for(max_definition));
        next += h->repetition_size + h->definition_size;
    } else {
        if ((max_repetition && h->repetition_encoding == ENCODING_BIT_PACKED) ||
            (max_definition && h->definition_encoding == ENCODING_BIT_PACKED))
            return error_unsupported(err, "Parquet levels in the deprecated BIT_PACKED encoding");
        if (!take_levels(&next, end, max_repetition, &p->repetition) ||
            !take_levels(&next, end, max_definition, &p->definition))
            return leaf_corrupt(r, "a page's levels are malformed", err);
    }
    p->value_count = h->values;
    p->is_dictionary_encoded = h->encoding == ENCODING_RLE_DICTIONARY || h->encoding == ENCODING_PLAIN_DICTIONARY;
    if (p->is_dictionary_encoded && !r->dictionary.type)
        return leaf_corrupt(r, "a page refers to a dictionary that is not there", err);
    if (!values_init(&p->values, &p->arena, h->encoding, r->leaf, next, (size_t)(end - next), h->values))
        return leaf_corrupt(r, "a page's values are malformed or in an unknown encoding", err);
    return true;
}

static bool open_dictionary(struct leaf_reader *r, struct page *p, const struct page_header *h, const uint8_t *bytes,
                            struct error *err) {
    if (r->dictionary.type) return leaf_corrupt(r, "a column chunk has two dictionaries", err);
    uint32_t count = h->values;
    size_t each = parquet_value_size(r->leaf->physical);
    if (count > h->uncompressed && r->leaf->physical != PARQUET_BOOLEAN && !(r->leaf->physical == PARQUET_FIXED))
        return leaf_corrupt(r, "a dictionary has more entries than bytes", err);
    struct values values;
    void *physical = arena_bytes_array(&p->arena, count, each);
    if (!values_init(&values, &p->arena, ENCODING_PLAIN, r->leaf, bytes, h->uncompressed, count) ||
        !values_read(&values, physical, count))
        return leaf_corrupt(r, "a dictionary is malformed", err);
    vector_init(&r->dictionary, &p->arena, r->leaf->type, count + 1);
    size_t storage = storage_size(type_storage(r->leaf->type));
    TRY(convert_values(r, &p->arena, physical, count, r->dictionary.data, err));
    memset((char *)r->dictionary.data + count * storage, 0, storage);
    if (type_storage(r->leaf->type) == STORAGE_STRING) /* it may be read like the others where no row is NULL */
        VECTOR_DATA(&r->dictionary, struct string)[count].data = "";
    vector_set_null(&r->dictionary, &p->arena, count, count + 1);
    if (r->dictionaries) r->dictionary.dictionary = ++*r->dictionaries;
    r->dictionary_count = count;
    r->dictionary_page = p;
    return true;
}

bool leaf_next_page(struct leaf_reader *r, struct error *err) {
    if (r->page) {
        r->page->next = r->retired;
        r->retired = r->page;
        r->page = NULL;
    }
    while (r->position < r->end) {
        struct page_header h;
        TRY(next_header(r, &h, err));
        if (h.type == PAGE_INDEX || h.type > PAGE_DATA_V2) {
            if (h.compressed > r->end - r->position) return leaf_corrupt(r, "a page leaves its chunk", err);
            r->position += h.compressed;
            continue;
        }
        bool is_data = h.type != PAGE_DICTIONARY;
        if (is_data && r->skip && h.values <= r->skip) { /* nothing of it is looked at */
            if (h.compressed > r->end - r->position) return leaf_corrupt(r, "a page leaves its chunk", err);
            r->position += h.compressed;
            r->skip -= h.values;
            if (!r->skip) return true;
            continue;
        }
        struct page *p = take_page(r);
        p->next = r->spare; /* so that it is not lost when something fails */
        r->spare = p;
        const uint8_t *bytes = page_bytes(r, p, &h, err);
        if (!bytes) return false;
        TRY(is_data ? open_data_page(r, p, &h, bytes, err) : open_dictionary(r, p, &h, bytes, err));
        r->spare = p->next;
        if (!is_data) continue;
        if (p->value_count == 0) {
            p->next = r->retired;
            r->retired = p;
            continue;
        }
        r->page = p;
        return true;
    }
    return leaf_corrupt(r, "a column chunk has fewer values than its row group rows", err);
}
