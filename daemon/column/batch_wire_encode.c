/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch to the wire (batch_wire.h), in two walks over the same tree of nodes.
 *
 * Measuring finds for each column which entry stands behind each row of the output (forms of vectors, rows of
 * a slice, elements of lists that lie scattered in their child), which rows are NULL, and how large the
 * buffers are. Writing then needs no decisions: flat columns of fixed width are one memcpy, everything else
 * one loop.
 *
 * Under a NULL struct, fields count as NULL, and a NULL list has no elements: whatever stands there in memory
 * may never have been written.
 */
#include "base/error.h"
#include "batch_codec.h"
#include "column/batch_wire.h"

struct node {
    const struct vector *vector;
    enum storage storage;
    uint32_t rows;
    const uint32_t *index; /* entry of each row; NULL: base + row */
    uint32_t base;
    const uint64_t *valid; /* by row; NULL: nothing is NULL */
    uint64_t spread;       /* bytes of text, rows of a list's children */
    struct wire_column *wire;
    struct node *children;
};

struct batch_encoding {
    struct wire_batch wire;
    struct node *nodes;
    size_t envelope;
};

static inline uint32_t node_entry(const struct node *n, uint32_t row) {
    return n->index ? n->index[row] : n->base + row;
}

static inline bool node_valid(const struct node *n, uint32_t row) {
    return !n->valid || bit_get(n->valid, row);
}

/* ---- measuring ---- */

/* Rows that stand for rows of the vector, turned into entries of it. */
static void resolve_form(struct arena *scratch, struct node *n) {
    const struct vector *v = n->vector;
    if (v->form == VECTOR_FLAT) return;
    if (v->form == VECTOR_CONSTANT) {
        n->index = n->rows <= BATCH_ROWS ? vector_zero_index : arena_alloc_array(scratch, n->rows, sizeof *n->index);
    } else if (!n->index) {
        n->index = v->selection + n->base;
    } else {
        uint32_t *index = arena_bytes_array(scratch, n->rows, sizeof *index);
        for (uint32_t i = 0; i < n->rows; i++) index[i] = v->selection[n->index[i]];
        n->index = index;
    }
    n->base = 0;
}

/* valid, from the vector's bitmap and the parent's; and how many are NULL. */
static uint32_t measure_nulls(struct arena *scratch, struct node *n, const uint64_t *parent_valid) {
    const uint64_t *bits = n->vector->validity;
    if (!bits && !parent_valid) return 0;
    size_t words = bitmap_words(n->rows);
    const uint64_t *from = NULL;
    if (bits && !n->index && n->base % 64 == 0) from = bits + n->base / 64;
    uint64_t *valid = arena_bytes_array(scratch, words, sizeof *valid);
    if (from) {
        memcpy(valid, from, words * sizeof *valid);
    } else if (bits) {
        memset(valid, 0, words * sizeof *valid);
        for (uint32_t i = 0; i < n->rows; i++) valid[i >> 6] |= (uint64_t)bit_get(bits, node_entry(n, i)) << (i & 63);
    } else {
        memset(valid, 0xFF, words * sizeof *valid);
    }
    uint32_t count = 0;
    if (n->rows % 64) valid[words - 1] &= ((uint64_t)1 << n->rows % 64) - 1;
    for (size_t w = 0; w < words; w++) {
        if (parent_valid) valid[w] &= parent_valid[w];
        count += (uint32_t)__builtin_popcountll(valid[w]);
    }
    if (count < n->rows) n->valid = valid;
    return n->rows - count;
}

static bool too_large(struct error *err) {
    return error_unsupported(err, "a batch with more than 2 GiB in one column");
}

static bool measure_text(struct node *n, struct error *err) {
    const struct string *strings = n->vector->data;
    uint64_t size = 0;
    if (!n->index && !n->valid)
        for (uint32_t i = 0; i < n->rows; i++) size += strings[n->base + i].size;
    else
        for (uint32_t i = 0; i < n->rows; i++)
            if (node_valid(n, i)) size += strings[node_entry(n, i)].size;
    n->spread = size;
    return size <= INT32_MAX || too_large(err);
}

static bool measure_node(struct arena *scratch, struct node *n, const uint64_t *parent_valid, unsigned depth,
                         struct error *err);

/* The rows of the children that the lists name: a range when they lie in order, else one by one. */
static bool measure_list(struct arena *scratch, struct node *n, unsigned depth, struct error *err) {
    const struct list_entry *entries = n->vector->data;
    uint64_t count = 0;
    uint32_t first = 0;
    bool in_order = true;
    for (uint32_t i = 0; i < n->rows; i++) {
        if (!node_valid(n, i)) continue;
        struct list_entry e = entries[node_entry(n, i)];
        if (e.length == 0) continue;
        if (count == 0) first = e.offset;
        in_order = in_order && e.offset == first + count;
        count += e.length;
    }
    if (count > INT32_MAX) return too_large(err);
    n->spread = count;
    uint32_t *index = NULL, at = 0;
    if (!in_order) {
        index = arena_bytes_array(scratch, count, sizeof *index);
        for (uint32_t i = 0; i < n->rows; i++) {
            if (!node_valid(n, i)) continue;
            struct list_entry e = entries[node_entry(n, i)];
            for (uint32_t k = 0; k < e.length; k++) index[at++] = e.offset + k;
        }
    }
    for (uint32_t c = 0; c < n->wire->child_count; c++) {
        n->children[c].rows = (uint32_t)count;
        n->children[c].index = index;
        n->children[c].base = first;
        TRY(measure_node(scratch, &n->children[c], NULL, depth + 1, err));
    }
    return true;
}

static bool measure_struct(struct arena *scratch, struct node *n, unsigned depth, struct error *err) {
    for (uint32_t c = 0; c < n->wire->child_count; c++) {
        n->children[c].rows = n->rows;
        n->children[c].index = n->index;
        n->children[c].base = n->base;
        TRY(measure_node(scratch, &n->children[c], n->valid, depth + 1, err));
    }
    return true;
}

static void make_children(struct arena *scratch, struct node *n, uint32_t count) {
    n->children = ARENA_ARRAY(scratch, struct node, count);
    n->wire->children = ARENA_ARRAY(scratch, struct wire_column, count);
    n->wire->child_count = count;
    for (uint32_t c = 0; c < count; c++) {
        n->children[c].vector = &n->vector->children[c];
        n->children[c].wire = &n->wire->children[c];
    }
}

static bool is_wide_decimal(const struct node *n) {
    const struct type *type = n->vector->type;
    while (type->kind == TYPE_UDT) type = type->element;
    return type->kind == TYPE_DECIMAL;
}

static size_t wire_width(const struct node *n) {
    return is_wide_decimal(n) ? 16 : storage_size(n->storage);
}

static bool measure_node(struct arena *scratch, struct node *n, const uint64_t *parent_valid, unsigned depth,
                         struct error *err) {
    if (depth > BATCH_MAX_DEPTH) return error_unsupported(err, "rows nested deeper than %d levels", BATCH_MAX_DEPTH);
    struct wire_column *wire = n->wire;
    n->storage = type_storage(n->vector->type);
    if (n->storage == STORAGE_NONE) {
        wire->null_count = n->rows;
        return true;
    }
    resolve_form(scratch, n);
    wire->null_count = measure_nulls(scratch, n, parent_valid);
    wire->sizes[0] = n->valid ? (n->rows + 7) / 8 : 0;
    wire->buffer_count = 2;
    uint64_t values = 0;
    switch (n->storage) {
        case STORAGE_BOOL: values = (n->rows + 7) / 8; break;
        case STORAGE_STRING:
            TRY(measure_text(n, err));
            wire->buffer_count = 3;
            wire->sizes[2] = (uint32_t)n->spread;
            values = ((uint64_t)n->rows + 1) * sizeof(int32_t);
            break;
        case STORAGE_LIST:
            make_children(scratch, n, n->vector->child_count);
            TRY(measure_list(scratch, n, depth, err));
            values = ((uint64_t)n->rows + 1) * sizeof(int32_t);
            break;
        case STORAGE_STRUCT:
            make_children(scratch, n, n->vector->child_count);
            TRY(measure_struct(scratch, n, depth, err));
            wire->buffer_count = 1;
            break;
        default: values = (uint64_t)n->rows * wire_width(n);
    }
    if (values > UINT32_MAX) return too_large(err);
    wire->sizes[1] = (uint32_t)values;
    return true;
}

static size_t padded(size_t size) {
    return (size + 7) & ~(size_t)7;
}

const struct batch_encoding *batch_wire_measure(struct arena *scratch, const struct batch *batch, uint32_t from,
                                                uint32_t count, size_t *size, struct error *err) {
    struct batch_encoding *e = ARENA_NEW(scratch, struct batch_encoding);
    e->nodes = ARENA_ARRAY(scratch, struct node, batch->column_count);
    e->wire.rows = count;
    e->wire.column_count = batch->column_count;
    e->wire.columns = ARENA_ARRAY(scratch, struct wire_column, batch->column_count);
    for (uint32_t c = 0; c < batch->column_count; c++) {
        e->nodes[c] =
            (struct node){.vector = &batch->columns[c], .rows = count, .base = from, .wire = &e->wire.columns[c]};
        TRY_NULL(measure_node(scratch, &e->nodes[c], NULL, 1, err));
    }
    e->envelope = wire_envelope_write(&e->wire, NULL, 0);
    *size = wire_batch_size(&e->wire);
    return e;
}

/* ---- writing ---- */

/* What stands under a NULL becomes zero. */
static void zero_nulls(const struct node *n, uint8_t *out, size_t width) {
    if (!n->valid) return;
    for (uint32_t i = 0; i < n->rows; i++)
        if (!bit_get(n->valid, i)) memset(out + i * width, 0, width);
}

#define GATHER(ctype)                                                                                                  \
    for (uint32_t i = 0; i < n->rows; i++)                                                                             \
    memcpy(out + i * sizeof(ctype), (const char *)n->vector->data + n->index[i] * sizeof(ctype), sizeof(ctype))

static void write_fixed(const struct node *n, uint8_t *out) {
    size_t width = storage_size(n->storage);
    if (!n->index)
        memcpy(out, (const char *)n->vector->data + n->base * width, n->rows * width);
    else if (width == 1)
        GATHER(uint8_t);
    else if (width == 2)
        GATHER(uint16_t);
    else if (width == 4)
        GATHER(uint32_t);
    else if (width == 8)
        GATHER(uint64_t);
    else
        GATHER(uint128);
    zero_nulls(n, out, width);
}

static void write_small_decimal(const struct node *n, uint8_t *out) {
    const int64_t *values = n->vector->data;
    for (uint32_t i = 0; i < n->rows; i++) {
        int64_t pair[2] = {values[node_entry(n, i)], 0};
        pair[1] = pair[0] < 0 ? -1 : 0;
        memcpy(out + i * sizeof pair, pair, sizeof pair);
    }
    zero_nulls(n, out, 16);
}

static void write_bits(const struct node *n, uint8_t *out) {
    const uint8_t *values = n->vector->data;
    memset(out, 0, (n->rows + 7) / 8);
    for (uint32_t i = 0; i < n->rows; i++)
        if (node_valid(n, i)) out[i >> 3] |= (uint8_t)((values[node_entry(n, i)] & 1) << (i & 7));
}

static void write_text(const struct node *n, uint8_t *offsets, uint8_t *out) {
    const struct string *strings = n->vector->data;
    int32_t at = 0;
    for (uint32_t i = 0; i < n->rows; i++) {
        memcpy(offsets + i * sizeof at, &at, sizeof at);
        if (!node_valid(n, i)) continue;
        const struct string *s = &strings[node_entry(n, i)];
        if (s->size) memcpy(out + at, s->data, s->size);
        at += (int32_t)s->size;
    }
    memcpy(offsets + n->rows * sizeof at, &at, sizeof at);
}

static void write_list_offsets(const struct node *n, uint8_t *out) {
    const struct list_entry *entries = n->vector->data;
    int32_t at = 0;
    for (uint32_t i = 0; i < n->rows; i++) {
        memcpy(out + i * sizeof at, &at, sizeof at);
        if (node_valid(n, i)) at += (int32_t)entries[node_entry(n, i)].length;
    }
    memcpy(out + n->rows * sizeof at, &at, sizeof at);
}

static uint8_t *end_buffer(uint8_t *out, size_t size) {
    memset(out + size, 0, padded(size) - size);
    return out + padded(size);
}

static uint8_t *write_node(const struct node *n, uint8_t *out) {
    const struct wire_column *wire = n->wire;
    if (wire->buffer_count == 0) return out;
    if (n->valid) {
        memcpy(out, n->valid, wire->sizes[0]);
        out = end_buffer(out, wire->sizes[0]);
    }
    switch (n->storage) {
        case STORAGE_BOOL: write_bits(n, out); break;
        case STORAGE_STRING: {
            uint8_t *bytes = end_buffer(out, wire->sizes[1]);
            write_text(n, out, bytes);
            return end_buffer(bytes, wire->sizes[2]);
        }
        case STORAGE_LIST: write_list_offsets(n, out); break;
        case STORAGE_STRUCT: break;
        default:
            if (n->storage == STORAGE_INT64 && is_wide_decimal(n))
                write_small_decimal(n, out);
            else
                write_fixed(n, out);
    }
    if (wire->buffer_count > 1) out = end_buffer(out, wire->sizes[1]);
    for (uint32_t c = 0; c < wire->child_count; c++) out = write_node(&n->children[c], out);
    return out;
}

void batch_wire_write(const struct batch_encoding *encoding, uint8_t *out) {
    wire_envelope_write(&encoding->wire, out, encoding->envelope);
    out += encoding->envelope;
    for (uint32_t c = 0; c < encoding->wire.column_count; c++) out = write_node(&encoding->nodes[c], out);
}

const uint8_t *batch_wire_encode(struct arena *arena, const struct batch *batch, size_t *size, struct error *err) {
    const struct batch_encoding *encoding = batch_wire_measure(arena, batch, 0, batch->count, size, err);
    if (!encoding) return NULL;
    uint8_t *out = arena_bytes(arena, *size);
    batch_wire_write(encoding, out);
    return out;
}
