/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/key_table.h"

#include <math.h>

#include "column/row.h"

bool key_is_encoded(const struct type *t) {
    enum storage storage = type_storage(t);
    return storage == STORAGE_STRING ? t->collation != NULL : storage == STORAGE_LIST || storage == STORAGE_STRUCT;
}

void key_layout_init(struct key_layout *layout, struct arena *arena, const struct type *const *column_types,
                     const bool *nullable, uint32_t count) {
    *layout = (struct key_layout){.column_count = count};
    layout->columns = ARENA_ARRAY(arena, struct key_column, count);
    uint32_t bytes = 0;
    for (size_t width = 16; width; width /= 2) {
        for (uint32_t i = 0; i < count; i++) {
            struct key_column *c = &layout->columns[i];
            enum storage storage = type_storage(column_types[i]);
            if (storage_size(storage) != width || storage == STORAGE_STRING || storage == STORAGE_LIST) continue;
            *c = (struct key_column){.type = column_types[i], .storage = storage, .position = bytes};
            bytes += (uint32_t)width;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct key_column *c = &layout->columns[i];
        enum storage storage = type_storage(column_types[i]);
        if (!c->type) {
            *c = (struct key_column){.type = column_types[i], .storage = storage};
            c->is_string = storage != STORAGE_NONE;
            c->is_encoded = key_is_encoded(column_types[i]);
            if (c->is_string) c->position = layout->string_count++;
        }
        c->nullable = nullable[i] || storage == STORAGE_NONE;
        if (c->nullable) c->null_byte = bytes++;
    }
    layout->word_count = (bytes + 7) / 8;
}

/* --- making keys --- */

static inline uint32_t float_bits(float x) {
    uint32_t bits;
    if (x == 0) x = 0;
    if (isnan(x)) return 0x7FC00000;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline uint64_t double_bits(double x) {
    uint64_t bits;
    if (x == 0) x = 0;
    if (isnan(x)) return 0x7FF8000000000000;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

#define SAME(x) (x)
/* One column's values into the words of all rows. */
#define PUT(ctype, utype, normalize)                                                                                   \
    do {                                                                                                               \
        const ctype *data = view.data;                                                                                 \
        if (!view.index && !nulls)                                                                                     \
            for (uint32_t i = 0; i < rows; i++, to += stride) *(utype *)to = normalize(data[i]);                       \
        else                                                                                                           \
            for (uint32_t i = 0; i < rows; i++, to += stride) {                                                        \
                uint32_t entry = view_entry(&view, i);                                                                 \
                if (!nulls || bit_get(view.validity, entry)) *(utype *)to = normalize(data[entry]);                    \
            }                                                                                                          \
    } while (0)

static void put_fixed(const struct key_column *c, struct view view, uint32_t rows, char *words, size_t stride) {
    bool nulls = view.validity != NULL;
    char *to = words + c->position;
    switch (c->storage) {
        case STORAGE_BOOL:
        case STORAGE_INT8: PUT(uint8_t, uint8_t, SAME); break;
        case STORAGE_INT16: PUT(uint16_t, uint16_t, SAME); break;
        case STORAGE_INT32: PUT(uint32_t, uint32_t, SAME); break;
        case STORAGE_INT64: PUT(uint64_t, uint64_t, SAME); break;
        case STORAGE_FLOAT: PUT(float, uint32_t, float_bits); break;
        case STORAGE_DOUBLE: PUT(double, uint64_t, double_bits); break;
        case STORAGE_INT128:
        case STORAGE_INTERVAL:
            for (uint32_t i = 0; i < rows; i++, to += stride) {
                uint32_t entry = view_entry(&view, i);
                if (!nulls || bit_get(view.validity, entry))
                    memcpy(to, (const char *)view.data + 16 * (size_t)entry, 16);
            }
            break;
        default: break;
    }
}

static bool put_nulls(const struct key_layout *layout, const struct key_column *c, struct view view, uint32_t rows,
                      char *words, size_t stride, struct error *err) {
    if (c->storage == STORAGE_NONE) {
        for (uint32_t i = 0; i < rows; i++) words[i * stride + c->null_byte] = 1;
        return true;
    }
    if (!view.validity || (layout->ignores_nulls && !c->nullable)) return true;
    for (uint32_t i = 0; i < rows; i++) {
        bool is_null = !bit_get(view.validity, view_entry(&view, i));
        if (is_null && !c->nullable) return error_internal(err, "a NULL in a key that is never NULL");
        if (c->nullable) words[i * stride + c->null_byte] = is_null;
    }
    return true;
}

static void put_strings(const struct key_layout *layout, const struct key_column *c, struct view view, uint32_t rows,
                        struct string *strings) {
    const struct string *data = view.data;
    struct string *to = strings + c->position;
    for (uint32_t i = 0; i < rows; i++, to += layout->string_count) {
        uint32_t entry = view_entry(&view, i);
        *to = view_is_null(&view, entry) ? (struct string){.data = ""} : data[entry];
    }
}

static void put_encoded(const struct key_layout *layout, const struct key_column *c, struct arena *arena,
                        const struct vector *v, uint32_t rows, struct string *strings) {
    struct key_bytes *bytes = ARENA_ARRAY(arena, struct key_bytes, rows);
    keys_encode(arena, v, rows, &(struct sort_key){.nulls_first = true}, bytes);
    for (uint32_t i = 0; i < rows; i++)
        strings[(size_t)i * layout->string_count + c->position] = string_make((char *)bytes[i].data, bytes[i].size);
}

/* --- hashing: multiply and fold, a word at a time --- */

static inline uint64_t mix(uint64_t a, uint64_t b) {
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static const uint64_t hash_seed = 0x9E3779B97F4A7C15, hash_factor = 0xD6E8FEB86659FD93;

static inline uint64_t load_word(const char *data) {
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

static inline uint64_t load_half(const char *data) {
    uint32_t half;
    memcpy(&half, data, sizeof half);
    return half;
}

/* Words overlap, so that no size needs a copy of its own: one of 4 to 16 bytes is four halves, without a branch. */
static inline uint64_t hash_string(uint64_t hash, struct string s) {
    hash ^= s.size;
    if (s.size < 4) return mix(hash ^ s.prefix, hash_factor);
    if (s.size <= 16) {
        size_t second = s.size / 8 * 4, last = s.size - 4;
        uint64_t front = load_half(s.data) << 32 | load_half(s.data + second);
        uint64_t back = load_half(s.data + last) << 32 | load_half(s.data + last - second);
        return mix(hash ^ front, hash_factor ^ back);
    }
    for (uint32_t at = 0; at + 8 < s.size; at += 8) hash = mix(hash ^ load_word(s.data + at), hash_factor);
    return mix(hash ^ load_word(s.data + s.size - 8), hash_factor);
}

/* Bytes of strings lie all over the memory: they are asked for so many rows ahead. */
enum { STRINGS_AHEAD = 8 };

static void hash_keys(const struct key_layout *layout, uint32_t rows, struct key_batch *keys) {
    uint32_t words = layout->word_count, strings = layout->string_count;
    if (words == 1 && strings == 0) {
        for (uint32_t i = 0; i < rows; i++) keys->hashes[i] = key_hash_word(keys->words[i]);
        return;
    }
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t hash = hash_seed;
        if (i + STRINGS_AHEAD < rows)
            for (uint32_t s = 0; s < strings; s++)
                __builtin_prefetch(keys->strings[(size_t)(i + STRINGS_AHEAD) * strings + s].data);
        for (uint32_t w = 0; w < words; w++) hash = mix(hash ^ keys->words[(size_t)i * words + w], hash_factor);
        for (uint32_t s = 0; s < strings; s++) hash = hash_string(hash, keys->strings[(size_t)i * strings + s]);
        keys->hashes[i] = (uint32_t)(hash >> 32);
    }
}

bool keys_make(const struct key_layout *layout, struct arena *arena, const struct vector *columns, uint32_t rows,
               struct key_batch *out, struct error *err) {
    size_t stride = (size_t)layout->word_count * 8;
    out->words = arena_alloc_array(arena, rows, stride);
    out->strings = arena_bytes_array(arena, rows, layout->string_count * sizeof(struct string));
    out->hashes = arena_bytes_array(arena, rows, sizeof *out->hashes);
    for (uint32_t k = 0; k < layout->column_count; k++) {
        const struct key_column *c = &layout->columns[k];
        struct view view = vector_view(arena, &columns[k], rows);
        TRY(put_nulls(layout, c, view, rows, (char *)out->words, stride, err));
        if (!c->is_string)
            put_fixed(c, view, rows, (char *)out->words, stride);
        else if (c->is_encoded)
            put_encoded(layout, c, arena, &columns[k], rows, out->strings);
        else
            put_strings(layout, c, view, rows, out->strings);
    }
    hash_keys(layout, rows, out);
    return true;
}

/* --- the table --- */

enum { FIRST_SLOT_BITS = 5 };

void key_table_init(struct key_table *table, struct arena *arena, const struct key_layout *layout,
                    uint32_t state_size) {
    *table = (struct key_table){.arena = arena, .layout = layout};
    table->state_offset = layout->word_count * 8 + layout->string_count * (uint32_t)sizeof(struct string);
    bool is_word = table->state_offset == sizeof(uint64_t) && !state_size; /* needs no alignment beyond its own */
    if (!is_word) table->state_offset = (table->state_offset + 15) & ~15u;
    table->row_size = is_word ? table->state_offset : (table->state_offset + state_size + 15) & ~15u;
    table->slot_bits = FIRST_SLOT_BITS;
    table->slots = ARENA_ARRAY(arena, struct key_slot, 1 << FIRST_SLOT_BITS);
}

static inline uint32_t home(const struct key_table *table, uint32_t hash) {
    return hash >> (32 - table->slot_bits);
}

/* Twice the slots, or more: `wanted` rows fill at most three fifths of them. */
static bool grow_slots(struct key_table *table, uint64_t wanted, struct error *err) {
    uint32_t bits = table->slot_bits;
    while (((uint64_t)3 << bits) < wanted * 5) bits++;
    if (bits == table->slot_bits) return true;
    if (bits > 31) return error_unsupported(err, "more than 1073741824 groups");
    size_t old_count = (size_t)1 << table->slot_bits, mask = ((size_t)1 << bits) - 1;
    struct key_slot *old = table->slots;
    table->slots = ARENA_ARRAY(table->arena, struct key_slot, (size_t)1 << bits);
    table->slot_bits = bits;
    for (size_t i = 0; i < old_count; i++) {
        if (!old[i].row) continue;
        size_t at = home(table, old[i].hash);
        while (table->slots[at].row) at = (at + 1) & mask;
        table->slots[at] = old[i];
    }
    return true;
}

static void grow_rows(struct key_table *table) {
    enum { BLOCK_ROWS = 1 << KEY_BLOCK_BITS };
    if (table->rows == KEY_FIRST_BLOCK) { /* the first block reaches its full size */
        size_t used = KEY_FIRST_BLOCK * (size_t)table->row_size;
        char *full = arena_alloc_array(table->arena, BLOCK_ROWS, table->row_size);
        memcpy(full, table->blocks[0], used);
        table->blocks[0] = full;
        return;
    }
    if (table->rows & (BLOCK_ROWS - 1)) return;
    if (table->block_count == table->block_capacity) {
        uint32_t capacity = table->block_capacity ? table->block_capacity * 2 : 8;
        table->blocks = arena_grow(table->arena, table->blocks, table->block_count * sizeof *table->blocks,
                                   capacity * sizeof *table->blocks);
        table->block_capacity = capacity;
    }
    table->blocks[table->block_count++] =
        arena_alloc_array(table->arena, table->rows ? BLOCK_ROWS : KEY_FIRST_BLOCK, table->row_size);
}

static struct string keep_string(struct key_table *table, struct string s) {
    if (s.size <= 0) return (struct string){.data = ""};
    if ((size_t)(table->bytes.end - table->bytes.next) < s.size) {
        if (s.size > 1024) return string_copy(table->arena, s);
        size_t room = table->rows < 64 ? 1024 : 16 << 10;
        table->bytes.next = arena_bytes(table->arena, room);
        table->bytes.end = table->bytes.next + room;
    }
    memcpy(table->bytes.next, s.data, s.size);
    s.data = table->bytes.next;
    table->bytes.next += s.size;
    return s;
}

static inline uint32_t insert(struct key_table *table, const struct key_batch *keys, uint32_t i, struct key_slot *slot,
                              uint32_t word_count, uint32_t string_count) {
    grow_rows(table);
    uint32_t row = table->rows++;
    uint64_t *words = (uint64_t *)key_table_row(table, row);
    for (uint32_t w = 0; w < word_count; w++) words[w] = keys->words[(size_t)i * word_count + w];
    struct string *strings = (struct string *)(words + word_count);
    for (uint32_t k = 0; k < string_count; k++)
        strings[k] = keep_string(table, keys->strings[(size_t)i * string_count + k]);
    *slot = (struct key_slot){.hash = keys->hashes[i], .row = row + 1};
    return row;
}

static inline bool key_matches(const struct key_table *table, const struct key_batch *keys, uint32_t i, uint32_t row,
                               uint32_t word_count, uint32_t string_count) {
    const uint64_t *words = (const uint64_t *)key_table_row(table, row);
    const uint64_t *wanted = keys->words + (size_t)i * word_count;
    for (uint32_t w = 0; w < word_count; w++)
        if (words[w] != wanted[w]) return false;
    const struct string *strings = (const struct string *)(words + word_count);
    const struct string *wanted_strings = keys->strings + (size_t)i * string_count;
    for (uint32_t s = 0; s < string_count; s++)
        if (!string_equal(strings[s], wanted_strings[s])) return false;
    return true;
}

/* The slot of key i: with its row, or empty. */
static inline struct key_slot *probe(const struct key_table *table, const struct key_batch *keys, uint32_t i,
                                     uint32_t word_count, uint32_t string_count) {
    uint32_t hash = keys->hashes[i], mask = (1u << table->slot_bits) - 1;
    for (uint32_t at = home(table, hash);; at = (at + 1) & mask) {
        struct key_slot *slot = &table->slots[at];
        if (!slot->row) return slot;
        if (slot->hash == hash && key_matches(table, keys, i, slot->row - 1, word_count, string_count)) return slot;
    }
}

/* Tables that outgrow the cache: slots are asked for so many rows ahead of the probing, and then the rows they name. No
 * more at once than the processor has room for: it forgets the others. */
enum { PREFETCH_FROM_BITS = 14, SLOTS_AHEAD = 32, ROWS_AHEAD = 12 };

static inline void prefetch_slot(const struct key_table *table, const struct key_batch *keys, uint32_t i) {
    __builtin_prefetch(&table->slots[home(table, keys->hashes[i])]);
}

/* The row that the probing will look at: of the first slot with the hash, which need not be the home. */
static inline void prefetch_row(const struct key_table *table, const struct key_batch *keys, uint32_t i) {
    uint32_t hash = keys->hashes[i], mask = (1u << table->slot_bits) - 1, at = home(table, hash);
    while (table->slots[at].row && table->slots[at].hash != hash) at = (at + 1) & mask;
    if (table->slots[at].row) __builtin_prefetch(key_table_row(table, table->slots[at].row - 1));
}

static inline void prefetch_ahead(const struct key_table *table, const struct key_batch *keys, uint32_t i,
                                  uint32_t count) {
    if (i + SLOTS_AHEAD < count) prefetch_slot(table, keys, i + SLOTS_AHEAD);
    if (i + ROWS_AHEAD < count) prefetch_row(table, keys, i + ROWS_AHEAD);
}

/* --- small numbers --- */

enum { DIRECT_PLACES = 1 << 15, DIRECT_AFTER = 4 * BATCH_ROWS };

/* The place of key i among the small numbers; DIRECT_PLACES or more: it is none. */
static inline uint64_t direct_place(const struct key_table *table, const struct key_batch *keys, uint32_t i,
                                    uint32_t word_count) {
    const uint64_t *words = keys->words + (size_t)i * word_count;
    return word_count == 2 && words[1] ? UINT64_MAX : words[0] - table->direct_from;
}

/* Once there have been many rows, whose keys lie close together. */
static void begin_direct(struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t word_count) {
    if (table->added >= DIRECT_AFTER) return; /* decided */
    table->added += count;
    if (table->added < DIRECT_AFTER) return;
    uint64_t least = UINT64_MAX, greatest = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t place = direct_place(table, keys, i, word_count);
        if (place == UINT64_MAX) continue;
        if (place < least) least = place;
        if (place > greatest) greatest = place;
    }
    if (least > greatest || greatest - least >= DIRECT_PLACES / 2) return;
    table->direct = ARENA_ARRAY(table->arena, uint32_t, DIRECT_PLACES);
    table->direct_from = least < DIRECT_PLACES / 4 ? 0 : least - DIRECT_PLACES / 4;
}

static inline void add_direct(struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows,
                              uint32_t word_count) {
    for (uint32_t i = 0; i < count; i++) {
        uint64_t place = direct_place(table, keys, i, word_count);
        uint32_t row = place < DIRECT_PLACES ? table->direct[place] : 0;
        if (row) {
            rows[i] = row - 1;
            continue;
        }
        struct key_slot *slot = probe(table, keys, i, word_count, 0);
        rows[i] = slot->row ? slot->row - 1 : insert(table, keys, i, slot, word_count, 0);
        if (place < DIRECT_PLACES) table->direct[place] = rows[i] + 1;
    }
}

static inline void add_loop(struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows,
                            uint32_t word_count, uint32_t string_count) {
    bool large = table->slot_bits >= PREFETCH_FROM_BITS;
    for (uint32_t i = 0; i < count; i++) {
        if (large) prefetch_ahead(table, keys, i, count);
        struct key_slot *slot = probe(table, keys, i, word_count, string_count);
        rows[i] = slot->row ? slot->row - 1 : insert(table, keys, i, slot, word_count, string_count);
    }
}

bool key_table_add(struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows,
                   struct error *err) {
    uint32_t words = table->layout->word_count, strings = table->layout->string_count;
    TRY(grow_slots(table, (uint64_t)table->rows + count, err));
    if (words <= 2 && words > 0 && strings == 0) begin_direct(table, keys, count, words);
    if (table->direct && words == 1)
        add_direct(table, keys, count, rows, 1);
    else if (table->direct)
        add_direct(table, keys, count, rows, 2);
    else if (words == 1 && strings == 0)
        add_loop(table, keys, count, rows, 1, 0);
    else if (words == 2 && strings == 0)
        add_loop(table, keys, count, rows, 2, 0);
    else
        add_loop(table, keys, count, rows, words, strings);
    return true;
}

static inline void find_loop(const struct key_table *table, const struct key_batch *keys, uint32_t count,
                             uint32_t *rows, uint32_t word_count, uint32_t string_count) {
    bool large = table->slot_bits >= PREFETCH_FROM_BITS;
    for (uint32_t i = 0; i < count; i++) {
        if (large) prefetch_ahead(table, keys, i, count);
        const struct key_slot *slot = probe(table, keys, i, word_count, string_count);
        rows[i] = slot->row ? slot->row - 1 : KEY_NONE;
    }
}

void key_table_find(const struct key_table *table, const struct key_batch *keys, uint32_t count, uint32_t *rows) {
    uint32_t words = table->layout->word_count, strings = table->layout->string_count;
    if (words == 1 && strings == 0)
        find_loop(table, keys, count, rows, 1, 0);
    else
        find_loop(table, keys, count, rows, words, strings);
}

/* --- keys back as columns --- */

#define TAKE(ctype)                                                                                                    \
    do {                                                                                                               \
        ctype *data = out->data;                                                                                       \
        for (uint32_t i = 0; i < count; i++) data[i] = *(const ctype *)(key_table_row(table, from + i) + c->position); \
    } while (0)

void key_table_column(const struct key_table *table, struct arena *arena, uint32_t column, uint32_t from,
                      uint32_t count, struct vector *out) {
    const struct key_column *c = &table->layout->columns[column];
    if (c->storage == STORAGE_NONE) {
        vector_init_null(out, arena, c->type);
        return;
    }
    vector_init(out, arena, c->type, count);
    if (c->is_string) {
        size_t offset = table->layout->word_count * 8 + c->position * sizeof(struct string);
        for (uint32_t i = 0; i < count; i++)
            VECTOR_DATA(out, struct string)[i] = *(const struct string *)(key_table_row(table, from + i) + offset);
    } else {
        switch (storage_size(c->storage)) {
            case 1: TAKE(uint8_t); break;
            case 2: TAKE(uint16_t); break;
            case 4: TAKE(uint32_t); break;
            case 8: TAKE(uint64_t); break;
            default: TAKE(uint128); break;
        }
    }
    if (!c->nullable) return;
    for (uint32_t i = 0; i < count; i++)
        if (key_table_row(table, from + i)[c->null_byte]) vector_set_null(out, arena, i, count);
}
