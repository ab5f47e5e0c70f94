/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values are decoded dense (NULLs take no room in a page) and then moved to their rows from the back, in place.
 * Dictionary-encoded strings stay a DICTIONARY vector when a whole batch has them, so that they are never copied;
 * other types are gathered, as flat numbers are what the loops above like best.
 */
#include "format/parquet/column.h"

#include <string.h>

static void release_pages(struct page *p) {
    for (; p; p = p->next) arena_release(&p->arena);
}

static void leaf_release(void *resource) {
    struct leaf_reader *r = resource;
    release_pages(r->retired);
    release_pages(r->spare);
    if (r->page) arena_release(&r->page->arena);
    if (r->dictionary_page) arena_release(&r->dictionary_page->arena);
}

struct leaf_reader *leaf_new(struct arena *arena, const struct parquet_node *leaf, int fd, const char *path,
                             uint64_t file_size) {
    struct leaf_reader *r = ARENA_NEW(arena, struct leaf_reader);
    r->arena = arena;
    r->leaf = leaf;
    r->fd = fd;
    r->path = path;
    r->end = file_size;
    arena_defer(arena, leaf_release, r);
    return r;
}

static void recycle(struct leaf_reader *r, struct page *p) {
    arena_reset(&p->arena);
    p->next = r->spare;
    r->spare = p;
}

void leaf_begin_batch(struct leaf_reader *r) {
    while (r->retired) {
        struct page *p = r->retired;
        r->retired = p->next;
        recycle(r, p);
    }
}

void leaf_start(struct leaf_reader *r, const struct parquet_chunk *chunk) {
    if (r->page) {
        r->page->next = r->retired;
        r->retired = r->page;
    }
    if (r->dictionary_page) {
        r->dictionary_page->next = r->retired;
        r->retired = r->dictionary_page;
    }
    r->page = r->dictionary_page = NULL;
    r->dictionary.type = NULL;
    r->chunk = chunk;
    r->position = chunk->offset;
    r->end = chunk->offset + chunk->size;
    r->entries_left = chunk->values;
    r->skip = 0;
    r->window_size = 0;
    r->has_pending = false;
}

void *leaf_scratch(struct leaf_reader *r, size_t size) {
    if (size > r->scratch_size) {
        r->scratch = arena_bytes(r->arena, size);
        r->scratch_size = size;
    }
    return r->scratch;
}

static void levels_reserve(struct leaf_reader *r, uint32_t more) {
    if (r->level_count + more <= r->level_capacity) return;
    uint32_t capacity = r->level_capacity ? r->level_capacity : BATCH_ROWS;
    while (capacity < r->level_count + more) capacity *= 2;
    size_t old_size = r->level_count * sizeof(uint32_t), size = (size_t)capacity * sizeof(uint32_t);
    r->definition = arena_grow(r->arena, r->definition, old_size, size);
    r->repetition = arena_grow(r->arena, r->repetition, old_size, size);
    r->level_capacity = capacity;
}

void leaf_reserve_levels(struct leaf_reader *r, uint32_t count) {
    r->level_count = 0;
    levels_reserve(r, count);
}

void leaf_dictionary_vector(const struct leaf_reader *r, const uint32_t *index, bool has_null, struct vector *out) {
    *out = r->dictionary;
    if (!has_null) out->validity = NULL;
    out->form = VECTOR_DICTIONARY;
    out->selection = index;
    out->entries = r->dictionary_count + 1;
}

bool leaf_check_index(struct leaf_reader *r, const uint32_t *index, uint32_t count, struct error *err) {
    uint32_t largest = 0;
    for (uint32_t i = 0; i < count; i++) largest = index[i] > largest ? index[i] : largest;
    return count == 0 || largest < r->dictionary_count || leaf_corrupt(r, "a dictionary index is out of range", err);
}

bool leaf_gather(struct leaf_reader *r, const uint32_t *index, uint32_t count, void *out, struct error *err) {
    TRY(leaf_check_index(r, index, count, err));
    switch (storage_size(type_storage(r->leaf->type))) {
#define GATHER(bytes, ctype)                                                                                           \
    case bytes:                                                                                                        \
        for (uint32_t i = 0; i < count; i++) ((ctype *)out)[i] = ((const ctype *)r->dictionary.data)[index[i]];        \
        break;
        GATHER(1, uint8_t)
        GATHER(2, uint16_t)
        GATHER(4, uint32_t)
        GATHER(8, uint64_t)
        GATHER(16, uint128)
        default: break;
    }
    return true;
}

/* `count` values of the page, dense, in Spark's storage, to out. Dictionary indexes are checked. */
static bool read_dense(struct leaf_reader *r, struct arena *batch, uint32_t count, void *out, struct error *err) {
    struct page *p = r->page;
    if (!p->is_dictionary_encoded) {
        if (convert_is_identity(r->leaf))
            return values_read(&p->values, out, count) || leaf_corrupt(r, "a page has fewer values than it says", err);
        void *physical = leaf_scratch(r, count * parquet_value_size(r->leaf->physical));
        if (!values_read(&p->values, physical, count))
            return leaf_corrupt(r, "a page has fewer values than it says", err);
        return convert_values(r, batch, physical, count, out, err);
    }
    uint32_t *index = leaf_scratch(r, count * sizeof *index);
    if (!rle_read(&p->values.rle, index, count)) return leaf_corrupt(r, "a page has fewer values than it says", err);
    return leaf_gather(r, index, count, out, err);
}

/* Definition levels of `count` entries; *present: how many have a value. levels NULL: all of them do. */
static bool read_definition(struct leaf_reader *r, uint32_t count, uint32_t *levels, uint32_t *present,
                            struct error *err) {
    uint32_t max = r->leaf->max_definition, value;
    *present = count;
    if (!max) return true;
    if (rle_take_run(&r->page->definition, count, &value)) {
        for (uint32_t i = 0; i < count; i++) levels[i] = value;
        if (value != max) *present = 0;
    } else {
        if (!rle_read(&r->page->definition, levels, count))
            return leaf_corrupt(r, "a page has fewer levels than values", err);
        uint32_t n = 0;
        for (uint32_t i = 0; i < count; i++) n += levels[i] == max;
        *present = n;
    }
    return true;
}

/* Moves `present` dense values behind `at` to the entries whose level is full; the others become NULL. */
static void spread(struct leaf_reader *r, struct arena *batch, struct vector *out, uint32_t at, uint32_t entries,
                   const uint32_t *levels, uint32_t count, uint32_t present) {
    if (present == count) return;
    size_t size = storage_size(type_storage(r->leaf->type));
    char *data = (char *)out->data + at * size;
    uint32_t max = r->leaf->max_definition, from = present;
    for (uint32_t i = count; i-- > 0;) {
        if (levels[i] == max) {
            from--;
            if (from != i) value_copy(data + i * size, data + from * size, size);
        } else {
            value_clear(data + i * size, size);
            vector_set_null(out, batch, at + i, entries);
        }
    }
}

bool leaf_read_piece(struct leaf_reader *r, struct arena *batch, struct vector *out, uint32_t at, uint32_t count,
                     uint32_t entries, struct error *err) {
    uint32_t present, *levels = r->definition + at;
    char *data = (char *)out->data + at * storage_size(type_storage(r->leaf->type));
    TRY(read_definition(r, count, levels, &present, err));
    TRY(read_dense(r, batch, present, data, err));
    spread(r, batch, out, at, entries, levels, count, present);
    return true;
}

bool leaf_take_present(struct leaf_reader *r, uint32_t count) {
    if (!r->leaf->max_definition) return true;
    struct rle before = r->page->definition;
    uint32_t value;
    if (rle_take_run(&r->page->definition, count, &value) && value == r->leaf->max_definition) return true;
    r->page->definition = before;
    return false;
}

/* `count` entries of the page that nobody wants. */
static bool pass_over(struct leaf_reader *r, uint32_t count, struct error *err) {
    struct page *p = r->page;
    uint32_t present = count;
    if (!leaf_take_present(r, count)) {
        leaf_reserve_levels(r, count);
        TRY(read_definition(r, count, r->definition, &present, err));
    }
    p->taken += count;
    if (p->is_dictionary_encoded)
        return rle_skip(&p->values.rle, present) || leaf_corrupt(r, "a page has fewer values than it says", err);
    return read_dense(r, &p->arena, present, arena_bytes_array(&p->arena, present, sizeof(uint128)), err);
}

bool leaf_need_page(struct leaf_reader *r, struct error *err) {
    for (;;) {
        while (!r->page || r->page->taken == r->page->value_count) TRY(leaf_next_page(r, err));
        if (!r->skip) return true;
        uint32_t n = r->page->value_count - r->page->taken;
        if (n > r->skip) n = (uint32_t)r->skip;
        if (n < r->page->value_count - r->page->taken && n > BATCH_ROWS) n = BATCH_ROWS;
        r->skip -= n;
        if (n == r->page->value_count - r->page->taken)
            r->page->taken += n;
        else
            TRY(pass_over(r, n, err));
    }
}

/* Is the whole next batch in one dictionary-encoded page of strings? Then its indexes are its selection. */
static bool read_as_dictionary(struct leaf_reader *r, struct arena *batch, uint32_t rows, struct vector *out,
                               bool *done, struct error *err) {
    struct page *p = r->page;
    *done = false;
    if (!p->is_dictionary_encoded || type_storage(r->leaf->type) != STORAGE_STRING || p->value_count - p->taken < rows)
        return true;
    uint32_t *levels = r->definition, present;
    uint32_t *selection = arena_bytes_array(batch, rows, sizeof *selection);
    TRY(read_definition(r, rows, levels, &present, err));
    if (!rle_read(&p->values.rle, selection, present))
        return leaf_corrupt(r, "a page has fewer values than it says", err);
    TRY(leaf_check_index(r, selection, present, err));
    if (present < rows)
        for (uint32_t i = rows, from = present; i-- > 0;)
            selection[i] = levels[i] == r->leaf->max_definition ? selection[--from] : r->dictionary_count;
    leaf_dictionary_vector(r, selection, present < rows, out);
    p->taken += rows;
    *done = true;
    return true;
}

bool leaf_read_flat(struct leaf_reader *r, struct arena *batch, uint32_t rows, struct vector *out, struct error *err) {
    r->level_count = 0;
    levels_reserve(r, rows);
    r->level_count = rows;
    TRY(leaf_need_page(r, err));
    bool done;
    TRY(read_as_dictionary(r, batch, rows, out, &done, err));
    if (done) return true;
    vector_init(out, batch, r->leaf->type, rows);
    for (uint32_t at = 0; at < rows;) {
        TRY(leaf_need_page(r, err));
        uint32_t n = r->page->value_count - r->page->taken;
        if (n > rows - at) n = rows - at;
        TRY(leaf_read_piece(r, batch, out, at, n, rows, err));
        r->page->taken += n;
        at += n;
    }
    return true;
}

void leaf_skip(struct leaf_reader *r, uint64_t rows) {
    r->skip += rows;
}

/* One repetition level, looked at ahead of its entry. */
static bool peek_repetition(struct leaf_reader *r, struct error *err) {
    if (r->has_pending) return true;
    TRY(leaf_need_page(r, err));
    if (!rle_read(&r->page->repetition, &r->pending_repetition, 1))
        return leaf_corrupt(r, "a page has fewer levels than values", err);
    r->has_pending = true;
    return true;
}

/* Entries of the current page that belong to the rows still wanted; appends their levels. */
static bool take_entries(struct leaf_reader *r, uint32_t *rows_left, bool *row_open, uint32_t *taken,
                         struct error *err) {
    uint32_t available = r->page->value_count - r->page->taken, n = 0;
    levels_reserve(r, available);
    uint32_t *repetition = r->repetition + r->level_count;
    while (n < available) {
        TRY(peek_repetition(r, err));
        if (r->pending_repetition == 0) {
            if (*row_open && *rows_left == 0) break;
            if (*rows_left == 0) break;
            (*rows_left)--;
            *row_open = true;
        } else if (!*row_open) {
            return leaf_corrupt(r, "a row group begins in the middle of a row", err);
        }
        repetition[n++] = r->pending_repetition;
        r->has_pending = false;
    }
    *taken = n;
    return true;
}

bool leaf_read_repeated(struct leaf_reader *r, struct arena *batch, uint32_t rows, struct vector *out,
                        uint32_t *value_count, struct error *err) {
    r->level_count = 0;
    *value_count = 0;
    uint32_t rows_left = rows, capacity = rows;
    bool row_open = false;
    size_t size = storage_size(type_storage(r->leaf->type));
    vector_init(out, batch, r->leaf->type, capacity);
    for (;;) {
        if (!r->page || r->page->taken == r->page->value_count) {
            if (rows_left == 0 && r->entries_left == 0) break;
            TRY(leaf_next_page(r, err));
        }
        uint32_t n = 0, present;
        TRY(take_entries(r, &rows_left, &row_open, &n, err));
        if (n == 0) break;
        if (n > r->entries_left) return leaf_corrupt(r, "a column chunk has more values than it says", err);
        TRY(read_definition(r, n, r->definition + r->level_count, &present, err));
        if (*value_count + present > capacity) {
            uint32_t grown = capacity * 2 > *value_count + present ? capacity * 2 : *value_count + present;
            out->data = arena_grow(batch, out->data, capacity * size, grown * size);
            capacity = grown;
        }
        TRY(read_dense(r, batch, present, (char *)out->data + *value_count * size, err));
        *value_count += present;
        r->level_count += n;
        r->page->taken += n;
        r->entries_left -= n;
    }
    if (rows_left) return leaf_corrupt(r, "a column chunk has fewer rows than its row group", err);
    return true;
}
