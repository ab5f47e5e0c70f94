/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nested columns from levels (the Dremel scheme). Take any leaf below a node; of its entries, those with
 *
 *     repetition <= the node's repetition level   and   definition >= the level at which its list has an element
 *
 * are the node's *slots*: its rows, or its list's elements. A slot is NULL when its definition level is below the
 * node's own. A list's slot owns the following slots of its element, up to the next one of its own. So each node's
 * validity and offsets come from one pass over the levels of one leaf, and every leaf below gives the same answer.
 */
#include "format/parquet/assemble.h"

#include <string.h>

#include "format/parquet/schema.h"

static struct node_reader *make(struct arena *arena, const struct parquet_node *node, int fd, const char *path,
                                uint64_t file_size, bool inside_list);

static void make_children(struct arena *arena, struct node_reader *n, const struct parquet_node *const *nodes,
                          uint32_t count, int fd, const char *path, uint64_t file_size, bool inside_list) {
    n->child_count = count;
    n->children = ARENA_ARRAY(arena, struct node_reader *, count);
    for (uint32_t i = 0; i < count; i++) n->children[i] = make(arena, nodes[i], fd, path, file_size, inside_list);
}

static struct node_reader *make(struct arena *arena, const struct parquet_node *node, int fd, const char *path,
                                uint64_t file_size, bool inside_list) {
    struct node_reader *n = ARENA_NEW(arena, struct node_reader);
    n->node = node;
    n->bare_list = node->repetition == PARQUET_REPEATED && !inside_list;
    if (!node->child_count) {
        n->leaf = leaf_new(arena, node, fd, path, file_size);
    } else if (node->logical == PARQUET_LIST) {
        bool two_level;
        const struct parquet_node *element = parquet_list_element(node, &two_level);
        n->shape = NODE_LIST;
        make_children(arena, n, &element, 1, fd, path, file_size, two_level);
    } else if (node->logical == PARQUET_MAP) {
        n->shape = NODE_MAP;
        const struct parquet_node *entries = parquet_map_entries(node);
        make_children(arena, n, (const struct parquet_node *const *)entries->children, 2, fd, path, file_size, false);
    } else {
        n->shape = NODE_STRUCT;
        make_children(arena, n, (const struct parquet_node *const *)node->children, node->child_count, fd, path,
                      file_size, false);
    }
    return n;
}

struct node_reader *node_reader_new(struct arena *arena, const struct parquet_node *node, int fd, const char *path,
                                    uint64_t file_size) {
    return make(arena, node, fd, path, file_size, false);
}

void node_reader_start(struct node_reader *n, const struct parquet_row_group *group) {
    if (n->leaf) leaf_start(n->leaf, &group->chunks[n->node->leaf]);
    for (uint32_t i = 0; i < n->child_count; i++) node_reader_start(n->children[i], group);
}

void node_reader_begin_batch(struct node_reader *n) {
    if (n->leaf) leaf_begin_batch(n->leaf);
    for (uint32_t i = 0; i < n->child_count; i++) node_reader_begin_batch(n->children[i]);
}

static struct leaf_reader *any_leaf(const struct node_reader *n) {
    while (!n->leaf) n = n->children[0];
    return n->leaf;
}

static bool read_leaves(struct node_reader *n, struct arena *batch, uint32_t rows, struct error *err) {
    if (n->leaf && n->node->max_repetition)
        return leaf_read_repeated(n->leaf, batch, rows, &n->values, &n->value_count, err);
    if (n->leaf) {
        n->value_count = rows;
        return leaf_read_flat(n->leaf, batch, rows, &n->values, err);
    }
    for (uint32_t i = 0; i < n->child_count; i++) TRY(read_leaves(n->children[i], batch, rows, err));
    return true;
}

/* Where a node's slots are: entries that pass both levels. */
struct slots {
    uint32_t repetition; /* at most */
    uint32_t definition; /* at least */
};

static bool is_slot(const struct leaf_reader *leaf, uint32_t entry, struct slots s) {
    uint32_t repetition = leaf->leaf->max_repetition ? leaf->repetition[entry] : 0;
    uint32_t definition = leaf->leaf->max_definition ? leaf->definition[entry] : 0;
    return repetition <= s.repetition && definition >= s.definition;
}

static uint32_t level_of(const struct leaf_reader *leaf, uint32_t entry) {
    return leaf->leaf->max_definition ? leaf->definition[entry] : 0;
}

static bool assemble(struct node_reader *n, struct arena *batch, struct slots slots, uint32_t count, struct vector *out,
                     struct error *err);

/* NULL where the definition level does not reach the node's own. */
static void set_validity(struct node_reader *n, struct arena *batch, struct slots slots, uint32_t count,
                         uint32_t definition, struct vector *out) {
    const struct leaf_reader *leaf = any_leaf(n);
    uint32_t slot = 0;
    for (uint32_t i = 0; i < leaf->level_count && slot < count; i++) {
        if (!is_slot(leaf, i, slots)) continue;
        if (level_of(leaf, i) < definition) vector_set_null(out, batch, slot, count);
        slot++;
    }
}

/* Values that are there, packed, to their slots. */
static bool assemble_leaf(struct node_reader *n, struct arena *batch, struct slots slots, uint32_t count,
                          struct vector *out, struct error *err) {
    const struct leaf_reader *leaf = n->leaf;
    if (!n->node->max_repetition) {
        *out = n->values;
        return true;
    }
    vector_init(out, batch, n->node->type, count);
    size_t size = storage_size(type_storage(n->node->type));
    uint32_t slot = 0, value = 0;
    for (uint32_t i = 0; i < leaf->level_count; i++) {
        bool present = level_of(leaf, i) == n->node->max_definition;
        if (is_slot(leaf, i, slots)) {
            if (slot == count) return leaf_corrupt(n->leaf, "the columns of a nested value disagree", err);
            if (present)
                value_copy((char *)out->data + slot * size, (char *)n->values.data + value * size, size);
            else
                vector_set_null(out, batch, slot, count);
            slot++;
        }
        value += present;
    }
    return slot == count || leaf_corrupt(n->leaf, "the columns of a nested value disagree", err);
}

/* list entries of `count` slots whose elements are the slots `element`; *elements: how many in all. */
static bool list_entries(struct node_reader *n, struct slots slots, struct slots element, uint32_t count,
                         struct list_entry *entries, uint32_t *elements, struct error *err) {
    struct leaf_reader *leaf = any_leaf(n);
    uint32_t slot = 0, total = 0;
    for (uint32_t i = 0; i < leaf->level_count; i++) {
        if (is_slot(leaf, i, slots)) {
            if (slot == count) return leaf_corrupt(leaf, "the columns of a nested value disagree", err);
            entries[slot++] = (struct list_entry){.offset = total, .length = 0};
        }
        if (is_slot(leaf, i, element)) {
            if (slot == 0) return leaf_corrupt(leaf, "a list's element has no list", err);
            entries[slot - 1].length++;
            total++;
        }
    }
    *elements = total;
    return slot == count || leaf_corrupt(leaf, "the columns of a nested value disagree", err);
}

/* A list around what `repeated` (a node of repetition REPEATED) holds: children[0..child_count) of n, or n itself. */
static bool assemble_list(struct node_reader *n, struct arena *batch, const struct parquet_node *repeated,
                          struct slots slots, uint32_t count, const struct type *type, struct vector *out,
                          struct error *err) {
    struct slots element = {.repetition = repeated->max_repetition, .definition = repeated->max_definition};
    uint32_t elements = 0;
    vector_init(out, batch, type, count);
    TRY(list_entries(n, slots, element, count, out->data, &elements, err));
    out->child_count = n->shape == NODE_MAP ? 2 : 1;
    out->child_rows = elements;
    out->children = ARENA_ARRAY(batch, struct vector, out->child_count);
    if (n->bare_list) {
        n->bare_list = false;
        bool good = assemble(n, batch, element, elements, &out->children[0], err);
        n->bare_list = true;
        return good;
    }
    for (uint32_t i = 0; i < out->child_count; i++)
        TRY(assemble(n->children[i], batch, element, elements, &out->children[i], err));
    return true;
}

static bool assemble(struct node_reader *n, struct arena *batch, struct slots slots, uint32_t count, struct vector *out,
                     struct error *err) {
    const struct parquet_node *node = n->node;
    if (n->bare_list)
        return assemble_list(n, batch, node, slots, count, type_array(batch, node->type, false), out, err);
    switch (n->shape) {
        case NODE_LEAF: return assemble_leaf(n, batch, slots, count, out, err);
        case NODE_LIST:
        case NODE_MAP: TRY(assemble_list(n, batch, node->children[0], slots, count, node->type, out, err)); break;
        case NODE_STRUCT:
            vector_init(out, batch, node->type, count);
            out->child_count = n->child_count;
            out->children = ARENA_ARRAY(batch, struct vector, n->child_count);
            for (uint32_t i = 0; i < n->child_count; i++)
                TRY(assemble(n->children[i], batch, slots, count, &out->children[i], err));
            break;
    }
    if (node->repetition == PARQUET_OPTIONAL) set_validity(n, batch, slots, count, node->max_definition, out);
    return true;
}

bool node_reader_read(struct node_reader *n, struct arena *batch, uint32_t rows, struct vector *out,
                      struct error *err) {
    TRY(read_leaves(n, batch, rows, err));
    return assemble(n, batch, (struct slots){0}, rows, out, err);
}

bool node_reader_can_skip(const struct node_reader *n) {
    if (n->leaf) return n->node->max_repetition == 0;
    for (uint32_t i = 0; i < n->child_count; i++)
        if (!node_reader_can_skip(n->children[i])) return false;
    return true;
}

bool node_reader_read_selected(struct node_reader *n, struct arena *batch, uint32_t rows, const uint32_t *selection,
                               uint32_t count, struct vector *out, struct error *err) {
    bool few = (uint64_t)count * 4 <= (uint64_t)rows * 3;
    if (n->leaf && !n->node->max_repetition && few)
        return leaf_read_selected(n->leaf, batch, rows, selection, count, out, err);
    if (count == 0 && node_reader_can_skip(n)) {
        node_reader_skip(n, rows);
        vector_init_null(out, batch, n->node->type);
        return true;
    }
    struct vector all;
    TRY(node_reader_read(n, batch, rows, &all, err));
    vector_select(out, batch, &all, selection, count);
    return true;
}

void node_reader_skip(struct node_reader *n, uint64_t rows) {
    if (n->leaf) leaf_skip(n->leaf, rows);
    for (uint32_t i = 0; i < n->child_count; i++) node_reader_skip(n->children[i], rows);
}
