/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins on equal keys.
 *
 * The build side's keys lie in one array, row by row; the table is made of slots with a hash and the number of a row,
 * probed linearly, and rows of equal keys hang in a chain from the slot, newest first (the order in which Spark's
 * hashed relations give them). The table is made when the size is known, some thousand rows per call.
 *
 *     slots   | hash, row + 1 |       hashes compare before keys, keys before rows are touched
 *     next    row -> row + 1          only when keys repeat
 *
 * Rows whose key holds a NULL never match (but for <=>) and are not in the table.
 *
 * A single integer key, which most joins have, goes without key batches and stored hashes; and where its values are
 * dense, as ids are, the table is an array of rows by value, without hashing at all. Integers, be they one key or one
 * of several, also make filters for the scans below (runtime_filter.h).
 */
#include "exec/exchange.h"
#include "exec/join.h"
#include "exec/key_table.h"
#include "exec/runtime_filter.h"

enum { INSERT_ROWS = 65536, AHEAD = 16, PREFETCH_FROM = 1 << 13 };
/* An array may have so many places per row; a filter so many bits in all. */
enum { DIRECT_SPARSITY = 8, DIRECT_SMALL = 4096, FILTER_BITS = 1 << 26 };

struct hash_join {
    struct join join;
    uint32_t key_count;
    struct expr **probe_keys, **build_keys;
    struct key_layout layout;
    struct buffer words, strings, hashes, next;
    struct buffer null_keys; /* a byte per build row: has a NULL key */
    bool any_null_key;
    bool is_integer;         /* one key of 32 or 64 bits: words are values, there are no hashes */
    int64_t least, greatest; /* of them; least > greatest: none */
    uint32_t *direct;        /* by value - least: row + 1; or NULL */
    struct key_slot *slots;
    uint32_t slot_bits;
    uint32_t inserted;
    bool has_chains;
    /* the probe batch */
    uint32_t *heads; /* per row: first matching build row + 1, or 0 */
    uint32_t row;    /* of it, at hand */
    uint32_t chain;  /* next candidate of this row + 1; 0: row is new or done */
    bool in_chain;
};

static bool hash_join_open(struct operator* op, struct error *err) {
    struct hash_join *state = (struct hash_join *)op;
    const struct plan *plan = op->plan;
    TRY(join_open(&state->join, err));
    exchange_under_join(op, state->join.probe_child, state->join.marks);
    state->key_count = plan->join.key_count;
    struct expr **left = operator_bind_all(op, 0, plan->join.left_keys, state->key_count, err);
    TRY(left);
    struct expr **right = operator_bind_all(op, 1, plan->join.right_keys, state->key_count, err);
    TRY(right);
    state->probe_keys = state->join.probe_child ? right : left;
    state->build_keys = state->join.probe_child ? left : right;
    const struct type **key_types = ARENA_ARRAY(&op->memory, const struct type *, state->key_count);
    bool *nullable = ARENA_ARRAY(&op->memory, bool, state->key_count);
    for (uint32_t i = 0; i < state->key_count; i++) {
        key_types[i] = state->probe_keys[i]->type;
        nullable[i] = plan->join.null_safe && plan->join.null_safe[i];
    }
    key_layout_init(&state->layout, &op->memory, key_types, nullable, state->key_count);
    state->layout.ignores_nulls = true;
    state->is_integer = state->key_count == 1 && !nullable[0] && runtime_filter_fits(key_types[0]) &&
                        runtime_filter_fits(state->build_keys[0]->type);
    state->least = INT64_MAX;
    state->greatest = INT64_MIN;
    struct buffer *buffers[] = {&state->words, &state->strings, &state->hashes, &state->next, &state->null_keys};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_init(buffers[i], &state->join.held);
    return true;
}

/* Which rows have a NULL in a key that NULL does not match. NULL: none. */
static uint8_t *null_rows(struct hash_join *state, const struct vector *keys, uint32_t rows) {
    uint8_t *nulls = NULL;
    struct arena *batch = &state->join.op.evaluator.batch;
    for (uint32_t k = 0; k < state->key_count; k++) {
        if (state->layout.columns[k].nullable && keys[k].type->kind != TYPE_NULL) continue;
        if (!keys[k].validity && keys[k].type->kind != TYPE_NULL) continue;
        if (!nulls) nulls = arena_alloc(batch, rows);
        struct view view = vector_view(batch, &keys[k], rows);
        for (uint32_t i = 0; i < rows; i++)
            nulls[i] |= keys[k].type->kind == TYPE_NULL || view_is_null(&view, view_entry(&view, i));
    }
    return nulls;
}

static bool evaluate_keys(struct hash_join *state, struct expr **exprs, const struct batch *in, struct vector *keys,
                          struct error *err) {
    for (uint32_t i = 0; i < state->key_count; i++)
        TRY(operator_evaluate(&state->join.op, exprs[i], in, &keys[i], err));
    return true;
}

/* --- the build side --- */

/* Keys' strings must outlive the batch. */
static void keep_strings(struct hash_join *state, struct string *strings, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++) total += strings[i].size;
    char *bytes = arena_bytes(&state->join.held, total);
    for (size_t i = 0; i < count; i++) {
        if (!strings[i].size) continue;
        memcpy(bytes, strings[i].data, strings[i].size);
        strings[i].data = bytes;
        bytes += strings[i].size;
    }
}

static void append_bytes(struct buffer *b, size_t width, uint32_t first, const void *data, uint32_t rows) {
    buffer_reserve(b, first * width, ((size_t)first + rows) * width);
    if (width) memcpy(b->data + first * width, data, rows * width);
}

/* Integers of any width as 64 bits. */
static void widen(struct arena *arena, const struct vector *v, uint32_t rows, int64_t *out) {
    struct view view = vector_view(arena, v, rows);
    if (type_storage(v->type) == STORAGE_INT32) {
        const int32_t *data = view.data;
        for (uint32_t i = 0; i < rows; i++) out[i] = data[view_entry(&view, i)];
    } else {
        const int64_t *data = view.data;
        for (uint32_t i = 0; i < rows; i++) out[i] = data[view_entry(&view, i)];
    }
}

static void add_integers(struct hash_join *state, const struct vector *key, const uint8_t *nulls, uint32_t first,
                         uint32_t rows) {
    buffer_reserve(&state->words, first * 8ul, ((size_t)first + rows) * 8);
    int64_t *words = (int64_t *)state->words.data + first;
    widen(&state->join.op.evaluator.batch, key, rows, words);
    for (uint32_t i = 0; i < rows; i++) {
        if (nulls && nulls[i]) continue;
        if (words[i] < state->least) state->least = words[i];
        if (words[i] > state->greatest) state->greatest = words[i];
    }
}

static bool add_keys(struct hash_join *state, const struct vector *keys, uint32_t first, uint32_t rows,
                     struct error *err) {
    struct key_batch made;
    TRY(keys_make(&state->layout, &state->join.op.evaluator.batch, keys, rows, &made, err));
    uint32_t strings = state->layout.string_count;
    keep_strings(state, made.strings, (size_t)strings * rows);
    append_bytes(&state->words, state->layout.word_count * 8, first, made.words, rows);
    append_bytes(&state->strings, strings * sizeof(struct string), first, made.strings, rows);
    append_bytes(&state->hashes, sizeof(uint32_t), first, made.hashes, rows);
    return true;
}

static bool hash_join_add(struct join *join, const struct batch *in, uint32_t first, struct error *err) {
    struct hash_join *state = (struct hash_join *)join;
    struct arena *batch = &join->op.evaluator.batch;
    struct vector *keys = ARENA_ARRAY(batch, struct vector, state->key_count);
    TRY(evaluate_keys(state, state->build_keys, in, keys, err));
    uint8_t *nulls = null_rows(state, keys, in->count);
    if (state->is_integer)
        add_integers(state, keys, nulls, first, in->count);
    else
        TRY(add_keys(state, keys, first, in->count, err));
    if (!nulls && !state->any_null_key) return true;
    if (!state->any_null_key) { /* the first: none before */
        buffer_reserve(&state->null_keys, 0, (size_t)first + in->count);
        memset(state->null_keys.data, 0, first);
    }
    if (!nulls) nulls = arena_alloc(batch, in->count);
    append_bytes(&state->null_keys, 1, first, nulls, in->count);
    for (uint32_t i = 0; i < in->count; i++) state->any_null_key |= nulls[i];
    return true;
}

static inline bool same_key(const struct hash_join *state, const uint64_t *words, const struct string *strings,
                            uint32_t row) {
    uint32_t word_count = state->layout.word_count, string_count = state->layout.string_count;
    const uint64_t *theirs = (const uint64_t *)state->words.data + (size_t)row * word_count;
    for (uint32_t w = 0; w < word_count; w++)
        if (words[w] != theirs[w]) return false;
    const struct string *their_strings = (const struct string *)state->strings.data + (size_t)row * string_count;
    for (uint32_t s = 0; s < string_count; s++)
        if (!string_equal(strings[s], their_strings[s])) return false;
    return true;
}

static void make_slots(struct hash_join *state) {
    state->slot_bits = 4;
    while (((uint64_t)1 << state->slot_bits) < 2 * (uint64_t)state->join.build_rows && state->slot_bits < 32)
        state->slot_bits++;
    state->slots = ARENA_ARRAY(&state->join.op.memory, struct key_slot, (size_t)1 << state->slot_bits);
}

static void start_chains(struct hash_join *state) {
    buffer_reserve(&state->next, 0, state->join.build_rows * sizeof(uint32_t));
    memset(state->next.data, 0, state->join.build_rows * sizeof(uint32_t));
    state->has_chains = true;
}

static inline void chain(struct hash_join *state, uint32_t row, uint32_t *head) {
    if (!state->has_chains) start_chains(state);
    ((uint32_t *)state->next.data)[row] = *head;
    *head = row + 1;
}

static inline uint32_t build_hash(const struct hash_join *state, uint32_t row) {
    if (state->is_integer) return key_hash_word(((const uint64_t *)state->words.data)[row]);
    return ((const uint32_t *)state->hashes.data)[row];
}

static void insert(struct hash_join *state, uint32_t row) {
    uint32_t word_count = state->layout.word_count, string_count = state->layout.string_count;
    const uint64_t *words = (const uint64_t *)state->words.data + (size_t)row * word_count;
    const struct string *strings = (const struct string *)state->strings.data + (size_t)row * string_count;
    uint32_t hash = build_hash(state, row);
    size_t mask = ((size_t)1 << state->slot_bits) - 1;
    for (size_t at = hash >> (32 - state->slot_bits);; at = (at + 1) & mask) {
        struct key_slot *slot = &state->slots[at];
        if (!slot->row) {
            *slot = (struct key_slot){hash, row + 1};
            return;
        }
        if (slot->hash != hash || !same_key(state, words, strings, slot->row - 1)) continue;
        chain(state, row, &slot->row);
        return;
    }
}

static uint64_t span(const struct hash_join *state) {
    return (uint64_t)state->greatest - (uint64_t)state->least;
}

static void make_table(struct hash_join *state) {
    uint64_t places = (uint64_t)state->join.build_rows * DIRECT_SPARSITY + DIRECT_SMALL;
    if (state->is_integer && state->least <= state->greatest && span(state) < places)
        state->direct = ARENA_ARRAY(&state->join.op.memory, uint32_t, span(state) + 1);
    else
        make_slots(state);
}

static void insert_some(struct hash_join *state, uint32_t end) {
    const uint8_t *nulls = state->any_null_key ? (const uint8_t *)state->null_keys.data : NULL;
    const int64_t *values = (const int64_t *)state->words.data;
    for (uint32_t row = state->inserted; row < end; row++) {
        if (nulls && nulls[row]) continue;
        if (state->direct) {
            uint32_t *place = &state->direct[values[row] - state->least];
            if (*place)
                chain(state, row, place);
            else
                *place = row + 1;
            continue;
        }
        if (row + AHEAD < end)
            __builtin_prefetch(&state->slots[build_hash(state, row + AHEAD) >> (32 - state->slot_bits)], 1);
        insert(state, row);
    }
}

/* --- filters for the scans below --- */

/* Integers that the build side has for one key. */
struct key_values {
    const void *data;
    bool is_narrow;
    const uint64_t *validity; /* or NULL */
    const uint8_t *nulls;     /* or NULL */
    uint32_t rows;
};

static inline bool key_value(const struct key_values *k, uint32_t row, int64_t *out) {
    if ((k->validity && !bit_get(k->validity, row)) || (k->nulls && k->nulls[row])) return false;
    *out = k->is_narrow ? ((const int32_t *)k->data)[row] : ((const int64_t *)k->data)[row];
    return true;
}

/* False: they are not integers, or not at hand. */
static bool values_of_key(const struct hash_join *state, uint32_t k, struct key_values *out) {
    *out = (struct key_values){.rows = state->join.build_rows};
    if (state->is_integer) {
        out->data = state->words.data;
        out->nulls = state->any_null_key ? (const uint8_t *)state->null_keys.data : NULL;
        return true;
    }
    const struct expr *key = state->build_keys[k];
    if (key->kind != EXPR_ATTRIBUTE || state->layout.columns[k].nullable) return false;
    if (!runtime_filter_fits(key->type) || !runtime_filter_fits(state->probe_keys[k]->type)) return false;
    const struct vector *column = row_store_column(&state->join.build, key->column.ordinal);
    out->data = column->data;
    out->is_narrow = type_storage(key->type) == STORAGE_INT32;
    out->validity = column->validity;
    return true;
}

static void push_filter(struct hash_join *state, const struct expr *probe_key, const struct key_values *values) {
    struct join *join = &state->join;
    struct runtime_filter filter = {.least = INT64_MAX, .greatest = INT64_MIN};
    int64_t value;
    for (uint32_t row = 0; row < values->rows; row++) {
        if (!key_value(values, row, &value)) continue;
        if (value < filter.least) filter.least = value;
        if (value > filter.greatest) filter.greatest = value;
    }
    if (filter.least > filter.greatest) return;
    uint64_t width = (uint64_t)filter.greatest - (uint64_t)filter.least;
    if (width < FILTER_BITS) {
        filter.bits = ARENA_ARRAY(&join->op.memory, uint64_t, bitmap_words(width + 1));
        for (uint32_t row = 0; row < values->rows; row++)
            if (key_value(values, row, &value)) bit_set(filter.bits, (uint64_t)value - (uint64_t)filter.least);
    }
    runtime_filter_push(join->op.children[join->probe_child], probe_key->column.attribute->id, &filter);
}

/* Probe rows that cannot match are not even scanned, where the join does not give them all the same. */
static void push_filters(struct hash_join *state) {
    struct join *join = &state->join;
    const struct plan *plan = join->op.plan;
    bool drops = join->marks || join->type == JOIN_INNER || join->type == JOIN_SEMI || join->type == JOIN_RIGHT;
    for (uint32_t k = 0; drops && k < state->key_count; k++) {
        const struct expr *key = join->probe_child ? plan->join.right_keys[k] : plan->join.left_keys[k];
        struct key_values values;
        if (key->kind == EXPR_ATTRIBUTE && values_of_key(state, k, &values)) push_filter(state, key, &values);
    }
}

static bool hash_join_finish(struct join *join, bool *done, struct error *err) {
    struct hash_join *state = (struct hash_join *)join;
    if (!state->slots && !state->direct) make_table(state);
    uint32_t end = join->build_rows - state->inserted < INSERT_ROWS ? join->build_rows : state->inserted + INSERT_ROWS;
    insert_some(state, end);
    state->inserted = end;
    *done = end == join->build_rows;
    if (*done) push_filters(state);
    return true;
}

/* --- the probe side --- */

static inline __attribute__((always_inline)) void find_heads(struct hash_join *state, const struct key_batch *keys,
                                                             uint32_t rows, uint32_t word_count,
                                                             uint32_t string_count) {
    uint32_t shift = 32 - state->slot_bits, mask = (uint32_t)(((uint64_t)1 << state->slot_bits) - 1);
    const struct key_slot *slots = state->slots;
    const uint64_t *build_words = (const uint64_t *)state->words.data;
    const struct string *build_strings = (const struct string *)state->strings.data;
    bool large = state->join.build_rows > PREFETCH_FROM;
    if (large)
        for (uint32_t i = 0; i < rows; i++) __builtin_prefetch(&slots[keys->hashes[i] >> shift]);
    for (uint32_t i = 0; i < rows; i++) {
        if (large && i + AHEAD < rows) {
            uint32_t row = slots[keys->hashes[i + AHEAD] >> shift].row;
            if (row) __builtin_prefetch(build_words + (size_t)(row - 1) * word_count);
        }
        uint32_t hash = keys->hashes[i], head = 0;
        const uint64_t *words = keys->words + (size_t)i * word_count;
        const struct string *strings = keys->strings + (size_t)i * string_count;
        for (uint32_t at = hash >> shift; slots[at].row; at = (at + 1) & mask) {
            if (slots[at].hash != hash) continue;
            uint32_t row = slots[at].row - 1;
            bool same = true;
            for (uint32_t w = 0; w < word_count; w++) same &= words[w] == build_words[(size_t)row * word_count + w];
            for (uint32_t s = 0; same && s < string_count; s++)
                same = string_equal(strings[s], build_strings[(size_t)row * string_count + s]);
            if (!same) continue;
            head = row + 1;
            break;
        }
        state->heads[i] = head;
    }
}

/* Heads by value. */
static void find_direct(struct hash_join *state, const struct vector *key, uint32_t rows) {
    struct view view = vector_view(&state->join.op.evaluator.batch, key, rows);
    uint64_t least = (uint64_t)state->least, limit = span(state);
    const uint32_t *direct = state->direct;
    uint32_t *heads = state->heads;
#define FIND(ctype)                                                                                                    \
    for (uint32_t i = 0; i < rows; i++) {                                                                              \
        uint64_t place = (uint64_t)(int64_t)((const ctype *)view.data)[view_entry(&view, i)] - least;                  \
        heads[i] = place <= limit ? direct[place] : 0;                                                                 \
    }
    if (type_storage(key->type) == STORAGE_INT32)
        FIND(int32_t)
    else
        FIND(int64_t)
#undef FIND
}

static bool find_by_keys(struct hash_join *state, const struct vector *keys, uint32_t rows, struct error *err) {
    struct arena *batch = &state->join.op.evaluator.batch;
    struct key_batch made = {0};
    if (state->is_integer) {
        made.words = arena_bytes_array(batch, rows, sizeof *made.words);
        made.hashes = arena_bytes_array(batch, rows, sizeof *made.hashes);
        widen(batch, keys, rows, (int64_t *)made.words);
        for (uint32_t i = 0; i < rows; i++) made.hashes[i] = key_hash_word(made.words[i]);
    } else {
        TRY(keys_make(&state->layout, batch, keys, rows, &made, err));
    }
    if (state->layout.word_count == 1 && !state->layout.string_count)
        find_heads(state, &made, rows, 1, 0);
    else if (state->layout.word_count == 2 && !state->layout.string_count)
        find_heads(state, &made, rows, 2, 0);
    else
        find_heads(state, &made, rows, state->layout.word_count, state->layout.string_count);
    return true;
}

static bool hash_join_start(struct join *join, struct error *err) {
    struct hash_join *state = (struct hash_join *)join;
    struct arena *batch = &join->op.evaluator.batch;
    uint32_t rows = join->in.count;
    state->row = 0;
    state->in_chain = false;
    if (!state->heads) state->heads = arena_bytes_array(&join->op.memory, BATCH_ROWS, sizeof *state->heads);
    struct vector *keys = ARENA_ARRAY(batch, struct vector, state->key_count);
    TRY(evaluate_keys(state, state->probe_keys, &join->in, keys, err));
    if (state->direct)
        find_direct(state, keys, rows);
    else
        TRY(find_by_keys(state, keys, rows, err));
    uint8_t *nulls = null_rows(state, keys, rows);
    if (nulls)
        for (uint32_t i = 0; i < rows; i++)
            if (nulls[i]) state->heads[i] = 0;
    if (join->type != JOIN_ANTI_NULL_AWARE || !join->build_rows) return true;
    /* NOT IN: a NULL on the right, or on the left, leaves the answer unknown: as if it matched. */
    for (uint32_t i = 0; i < rows; i++)
        if (state->any_null_key || (nulls && nulls[i])) join->matched[i] = 1;
    return true;
}

/* Whether a row has matches is all that is asked. */
static void fill_ends(struct hash_join *state, bool *done) {
    struct join *join = &state->join;
    for (; state->row < join->in.count; state->row++) {
        if (state->heads[state->row]) join->matched[state->row] = 1;
        join_end_row(join, state->row);
    }
    *done = true;
}

/* At most one match per row and nothing else to say: the loop that most joins spend their time in. */
static void fill_unique(struct hash_join *state, bool *done) {
    struct join *join = &state->join;
    uint32_t count = 0;
    for (uint32_t i = 0; i < join->in.count; i++) {
        join->probe[count] = i;
        join->found[count] = state->heads[i] - 1;
        count += state->heads[i] != 0;
    }
    join->pair_count = count;
    *done = true;
}

static bool hash_join_fill(struct join *join, bool *done, struct error *err) {
    struct hash_join *state = (struct hash_join *)join;
    if (!join->wants_pairs) {
        fill_ends(state, done);
        return true;
    }
    if (!join->wants_ends && !state->has_chains) {
        fill_unique(state, done);
        return true;
    }
    const uint32_t *next = state->has_chains ? (const uint32_t *)state->next.data : NULL;
    for (; state->row < join->in.count; state->row++) {
        if (!state->in_chain) state->chain = state->heads[state->row];
        state->in_chain = true;
        for (; state->chain; state->chain = next ? next[state->chain - 1] : 0) {
            if (!join_has_room(join, 1)) return true;
            join->probe[join->pair_count] = state->row;
            join->found[join->pair_count++] = state->chain - 1;
        }
        if (join->wants_ends) {
            if (!join_has_room(join, 1)) return true;
            join_end_row(join, state->row);
        }
        state->in_chain = false;
    }
    *done = true;
    return true;
}

/* Dealing out needs keys of one type on both sides, so that equal ones hash alike. */
static struct vector *spill_keys(struct join *join, uint32_t child, const struct batch *in, uint32_t *count,
                                 struct error *err) {
    struct hash_join *state = (struct hash_join *)join;
    for (uint32_t i = 0; i < state->key_count; i++)
        if (!type_equal(state->probe_keys[i]->type, state->build_keys[i]->type)) return NULL;
    struct vector *keys = ARENA_ARRAY(&join->op.evaluator.batch, struct vector, state->key_count);
    TRY_NULL(evaluate_keys(state, child == join->build_child ? state->build_keys : state->probe_keys, in, keys, err));
    *count = state->key_count;
    return keys;
}

static const struct join_kind hash_kind = {.keys = spill_keys,
                                           .add = hash_join_add,
                                           .finish = hash_join_finish,
                                           .start = hash_join_start,
                                           .fill = hash_join_fill};

static enum exec_status hash_join_next(struct operator* op, struct batch *out, struct error *err) {
    return join_next((struct join *)op, &hash_kind, out, err);
}

const struct operator_ops hash_join_ops = {.name = "HashJoin",
                                           .size = sizeof(struct hash_join),
                                           .open = hash_join_open,
                                           .next = hash_join_next,
                                           .close = join_close};
