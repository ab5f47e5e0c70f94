/* SPDX-License-Identifier: Apache-2.0 */
#include "column/row_store.h"

#include <stdlib.h>

#include "base/huge_pages.h"

enum { HEAP_FROM = 64 << 10 };

void buffer_init(struct buffer *b, struct arena *arena) {
    *b = (struct buffer){.arena = arena};
}

/* What is released with the arena; stays where it is while buffers are moved. */
struct heap_block {
    void *data;
    size_t size;
    struct memory_account *account;
};

static void heap_release(void *resource) {
    struct heap_block *block = resource;
    memory_discharge(block->account, block->size);
    free(block->data);
}

/* Charges first, so that a refusal leaves the block as it was. */
static void heap_grow(struct heap_block *block, size_t size) {
    memory_charge(block->account, size - block->size);
    void *data = realloc(block->data, size);
    if (!data) {
        memory_discharge(block->account, size - block->size);
        memory_exhausted(block->account, size);
    }
    huge_pages_advise(data, size);
    block->data = data;
    block->size = size;
}

void buffer_reserve(struct buffer *b, size_t used, size_t size) {
    if (size <= b->capacity) return;
    size_t capacity = b->capacity * 2 > size ? b->capacity * 2 : size;
    if (capacity < HEAP_FROM) {
        b->data = arena_grow(b->arena, b->data, used, capacity);
    } else {
        bool is_new = !b->heap;
        if (is_new) {
            b->heap = ARENA_NEW(b->arena, struct heap_block);
            b->heap->account = b->arena->account;
            arena_defer(b->arena, heap_release, b->heap);
        }
        heap_grow(b->heap, capacity);
        if (is_new && used) memcpy(b->heap->data, b->data, used);
        b->data = b->heap->data;
    }
    b->capacity = capacity;
}

static uint32_t child_count(const struct type *t) {
    switch (t->kind) {
        case TYPE_ARRAY: return 1;
        case TYPE_MAP:
        case TYPE_VARIANT: return 2;
        case TYPE_STRUCT: return t->field_count;
        case TYPE_UDT: return child_count(t->element);
        default: return 0;
    }
}

static const struct type *child_type(const struct type *t, uint32_t i) {
    switch (t->kind) {
        case TYPE_ARRAY: return t->element;
        case TYPE_MAP: return i ? t->element : t->key;
        case TYPE_STRUCT: return t->fields[i].type;
        case TYPE_UDT: return child_type(t->element, i);
        default: return TYPE_OF(BINARY);
    }
}

static void column_init(struct store_column *c, struct arena *arena, const struct type *type) {
    uint32_t count = child_count(type);
    buffer_init(&c->data, arena);
    buffer_init(&c->validity, arena);
    c->vector = (struct vector){.type = type, .form = VECTOR_FLAT, .child_count = count};
    if (!count) return;
    c->vector.children = ARENA_ARRAY(arena, struct vector, count);
    c->children = ARENA_ARRAY(arena, struct store_column, count);
    for (uint32_t i = 0; i < count; i++) {
        column_init(&c->children[i], arena, child_type(type, i));
        c->vector.children[i] = c->children[i].vector; /* typed although nothing may ever be appended */
    }
}

void row_store_init(struct row_store *store, struct arena *arena, const struct type *const *column_types,
                    uint32_t count) {
    *store = (struct row_store){.arena = arena, .column_count = count};
    store->columns = ARENA_ARRAY(arena, struct store_column, count);
    for (uint32_t i = 0; i < count; i++) column_init(&store->columns[i], arena, column_types[i]);
}

/* Which entries of a vector to append: those that `index` names, or [from, from + count). */
struct source {
    const struct vector *v;
    const uint32_t *index;
    uint32_t from, count;
};

static inline uint32_t source_entry(const struct source *s, uint32_t i) {
    return s->index ? s->index[i] : s->from + i;
}

static bool source_has_null(const struct source *s) {
    if (!s->v->validity) return false;
    for (uint32_t i = 0; i < s->count; i++)
        if (!bit_get(s->v->validity, source_entry(s, i))) return true;
    return false;
}

static void append_validity(struct store_column *c, const struct source *s) {
    bool nulls = source_has_null(s);
    if (!nulls && !c->has_null) return;
    size_t used = c->has_null ? bitmap_words(c->rows) * 8 : 0;
    size_t words = bitmap_words((size_t)c->rows + s->count);
    buffer_reserve(&c->validity, used, words * 8);
    uint64_t *bits = (uint64_t *)c->validity.data;
    if (!c->has_null) memset(bits, 0xFF, words * 8);
    c->has_null = true;
    for (uint32_t i = 0; i < s->count; i++) {
        if (nulls && !bit_get(s->v->validity, source_entry(s, i)))
            bit_clear(bits, c->rows + i);
        else
            bit_set(bits, c->rows + i);
    }
}

#define GATHER(ctype)                                                                                                  \
    do {                                                                                                               \
        const ctype *from = s->v->data;                                                                                \
        ctype *restrict to = (ctype *)c->data.data + c->rows;                                                          \
        if (s->index)                                                                                                  \
            for (uint32_t i = 0; i < s->count; i++) to[i] = from[s->index[i]];                                         \
        else                                                                                                           \
            memcpy(to, from + s->from, s->count * sizeof *to);                                                         \
    } while (0)

/* The strings' bytes go into one block per append. */
static void append_strings(struct store_column *c, const struct source *s) {
    GATHER(struct string);
    struct string *strings = (struct string *)c->data.data + c->rows;
    size_t total = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->v->validity && !bit_get(s->v->validity, source_entry(s, i))) strings[i] = (struct string){.data = ""};
        total += strings[i].size;
    }
    char *bytes = arena_bytes(c->data.arena, total);
    for (uint32_t i = 0; i < s->count; i++) {
        if (!strings[i].size) continue;
        memcpy(bytes, strings[i].data, strings[i].size);
        strings[i].data = bytes;
        bytes += strings[i].size;
    }
}

static bool append(struct store_column *c, const struct vector *v, const uint32_t *rows, uint32_t from, uint32_t count,
                   struct error *err);

static bool append_lists(struct store_column *c, const struct source *s, struct error *err) {
    struct list_entry *to = (struct list_entry *)c->data.data + c->rows;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t entry = source_entry(s, i);
        struct list_entry list = {0};
        if (!s->v->validity || bit_get(s->v->validity, entry)) list = VECTOR_DATA(s->v, struct list_entry)[entry];
        to[i] = (struct list_entry){.offset = c->children[0].rows, .length = list.length};
        for (uint32_t k = 0; list.length && k < c->vector.child_count; k++)
            TRY(append(&c->children[k], &s->v->children[k], NULL, list.offset, list.length, err));
    }
    return true;
}

static bool append_values(struct store_column *c, const struct source *s, enum storage storage, struct error *err) {
    switch (storage) {
        case STORAGE_NONE: return true;
        case STORAGE_BOOL:
        case STORAGE_INT8: GATHER(uint8_t); return true;
        case STORAGE_INT16: GATHER(uint16_t); return true;
        case STORAGE_INT32:
        case STORAGE_FLOAT: GATHER(uint32_t); return true;
        case STORAGE_INT64:
        case STORAGE_DOUBLE: GATHER(uint64_t); return true;
        case STORAGE_INT128: GATHER(uint128); return true;
        case STORAGE_INTERVAL: GATHER(struct interval); return true;
        case STORAGE_STRING: append_strings(c, s); return true;
        case STORAGE_LIST: return append_lists(c, s, err);
        case STORAGE_STRUCT:
            for (uint32_t k = 0; k < c->vector.child_count; k++)
                TRY(append(&c->children[k], &s->v->children[k], s->index, s->from, s->count, err));
            return true;
    }
    return true;
}

/* What the vector shows of the buffers, which may have moved. */
static void refresh(struct store_column *c) {
    c->vector.data = c->data.data;
    c->vector.validity = c->has_null ? (uint64_t *)c->validity.data : NULL;
    for (uint32_t k = 0; k < c->vector.child_count; k++) c->vector.children[k] = c->children[k].vector;
    if (type_storage(c->vector.type) == STORAGE_LIST) c->vector.child_rows = c->children[0].rows;
}

static bool append_source(struct store_column *c, const struct source *s, struct error *err) {
    enum storage storage = type_storage(c->vector.type);
    size_t width = storage_size(storage);
    if (s->count > UINT32_MAX - 1 - c->rows) return error_unsupported(err, "more than 4294967294 rows in one buffer");
    if (width) buffer_reserve(&c->data, c->rows * width, ((size_t)c->rows + s->count) * width);
    append_validity(c, s);
    TRY(append_values(c, s, storage, err));
    c->rows += s->count;
    refresh(c);
    return true;
}

/* rows: of v, or NULL for [from, from + count). */
static bool append(struct store_column *c, const struct vector *v, const uint32_t *rows, uint32_t from, uint32_t count,
                   struct error *err) {
    if (v->form == VECTOR_FLAT) return append_source(c, &(struct source){v, rows, from, count}, err);
    if (v->form == VECTOR_DICTIONARY && !rows)
        return append_source(c, &(struct source){v, v->selection + from, 0, count}, err);
    uint32_t entries[256];
    for (uint32_t done = 0; done < count;) {
        uint32_t n = count - done < 256 ? count - done : 256;
        for (uint32_t i = 0; i < n; i++) entries[i] = vector_entry(v, rows ? rows[done + i] : from + done + i);
        TRY(append_source(c, &(struct source){v, entries, 0, n}, err));
        done += n;
    }
    return true;
}

bool row_store_append(struct row_store *store, const struct vector *columns, uint32_t rows, struct error *err) {
    for (uint32_t i = 0; i < store->column_count; i++) TRY(append(&store->columns[i], &columns[i], NULL, 0, rows, err));
    store->rows += rows;
    return true;
}

void row_store_slice(const struct row_store *store, struct arena *arena, uint32_t from, uint32_t count,
                     struct batch *out) {
    batch_init(out, arena, store->column_count, count);
    for (uint32_t i = 0; i < store->column_count; i++)
        vector_slice(&out->columns[i], arena, &store->columns[i].vector, from);
}

void row_store_pick(const struct row_store *store, struct arena *arena, const uint32_t *rows, uint32_t count,
                    struct batch *out) {
    batch_init(out, arena, store->column_count, count);
    for (uint32_t i = 0; i < store->column_count; i++) {
        out->columns[i] = store->columns[i].vector;
        out->columns[i].form = VECTOR_DICTIONARY;
        out->columns[i].selection = rows;
        if (!store->dictionary) continue;
        out->columns[i].dictionary = store->dictionary + i;
        out->columns[i].entries = store->rows;
    }
}
