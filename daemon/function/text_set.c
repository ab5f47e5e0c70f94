/* SPDX-License-Identifier: Apache-2.0 */
#include "function/text_set.h"

#include "base/vectorized.h"
#include "column/mask.h"
#include "function/string_head.h"

enum { FEW_HEADS = 4, BITS_PER_TEXT = 32, SLOTS_PER_TEXT = 4 };

struct text_set {
    uint64_t few[FEW_HEADS]; /* the heads, some of them twice; valid without a bitmap */
    uint64_t *heads;         /* a bit for each hash of a head; NULL: they are few */
    uint32_t head_shift;
    uint32_t slot_shift, slot_mask;
    const struct string **slots; /* by the hash of the head, in open addressing */
};

/* Most bits of it depend on all of the head's. */
static inline uint64_t spread(uint64_t head) {
    return head * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint32_t bits_for(uint64_t size) {
    uint32_t bits = 6;
    while (UINT64_C(1) << bits < size) bits++;
    return bits;
}

/* Where the text is, or a free slot. */
static inline const struct string **find(const struct text_set *set, const struct string *s) {
    uint64_t head = string_head(s);
    uint32_t at = (uint32_t)(spread(head) >> set->slot_shift);
    for (;; at = (at + 1) & set->slot_mask) {
        const struct string *text = set->slots[at];
        if (!text || (string_head(text) == head && string_rest_equals(text->data, s->data, s->size)))
            return &set->slots[at];
    }
}

/* False: there are more than a few heads. */
static bool note_few(struct text_set *set, const struct string *texts, uint32_t count) {
    uint32_t some = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t head = string_head(&texts[i]);
        uint32_t k = 0;
        while (k < some && set->few[k] != head) k++;
        if (k == FEW_HEADS) return false;
        set->few[k] = head;
        some += k == some;
    }
    for (; some && some < FEW_HEADS; some++) set->few[some] = set->few[0];
    return true;
}

static void note_heads(struct text_set *set, struct arena *arena, const struct string *texts, uint32_t count) {
    uint32_t bits = bits_for((uint64_t)count * BITS_PER_TEXT);
    set->head_shift = 64 - bits;
    set->heads = ARENA_ARRAY(arena, uint64_t, bitmap_words((size_t)1 << bits));
    for (uint32_t i = 0; i < count; i++) bit_set(set->heads, spread(string_head(&texts[i])) >> set->head_shift);
}

struct text_set *text_set_new(struct arena *arena, const struct string *texts, uint32_t count) {
    struct text_set *set = ARENA_NEW(arena, struct text_set);
    uint32_t bits = bits_for((uint64_t)count * SLOTS_PER_TEXT);
    set->slot_shift = 64 - bits;
    set->slot_mask = (UINT32_C(1) << bits) - 1;
    set->slots = ARENA_ARRAY(arena, const struct string *, (size_t)1 << bits);
    for (uint32_t i = 0; i < count; i++) *find(set, &texts[i]) = &texts[i];
    if (!note_few(set, texts, count)) note_heads(set, arena, texts, count);
    return set;
}

VECTORIZED static void compare_with_few(const struct string *strings, const uint64_t *heads, uint32_t rows,
                                        uint8_t *alike) {
    const uint64_t a = heads[0], b = heads[1], c = heads[2], d = heads[3];
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t head = string_head(&strings[i]);
        alike[i] = (head == a) | (head == b) | (head == c) | (head == d);
    }
}

void text_set_find(const struct text_set *set, struct arena *scratch, const struct vector *v, uint32_t rows,
                   uint8_t *found) {
    const struct vector *flat = vector_flatten(scratch, v, rows);
    const struct string *strings = flat->data;
    if (!set->heads)
        compare_with_few(strings, set->few, rows, found);
    else
        for (uint32_t i = 0; i < rows; i++)
            found[i] = bit_get(set->heads, spread(string_head(&strings[i])) >> set->head_shift);
    uint32_t *some = arena_bytes_array(scratch, rows, sizeof *some), count = mask_rows(found, NULL, rows, some);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = some[k];
        found[i] = (!flat->validity || bit_get(flat->validity, i)) && *find(set, &strings[i]);
    }
}
