/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From leaves to columns: a tree of readers beside the schema tree, each of which gives a vector for so many rows.
 */
#ifndef ROOST_FORMAT_PARQUET_ASSEMBLE_H
#define ROOST_FORMAT_PARQUET_ASSEMBLE_H

#include "format/parquet/column.h"

struct node_reader {
    const struct parquet_node *node;
    enum { NODE_LEAF, NODE_STRUCT, NODE_LIST, NODE_MAP } shape;
    bool bare_list; /* a repeated node that is no LIST: a list of itself */
    struct leaf_reader *leaf;
    uint32_t child_count;
    struct node_reader **children;
    struct vector values; /* LEAF: what the current batch holds, */
    uint32_t value_count; /* and how many */
};

struct node_reader *node_reader_new(struct arena *arena, const struct parquet_node *node, int fd, const char *path,
                                    uint64_t file_size);
void node_reader_start(struct node_reader *n, const struct parquet_row_group *group);
void node_reader_begin_batch(struct node_reader *n);
bool node_reader_read(struct node_reader *n, struct arena *batch, uint32_t rows, struct vector *out, struct error *err);
/* Of the next `rows` rows those that selection names, ascending; *out has `count` rows. */
bool node_reader_read_selected(struct node_reader *n, struct arena *batch, uint32_t rows, const uint32_t *selection,
                               uint32_t count, struct vector *out, struct error *err);
/* Can rows be left out without assembling them? */
bool node_reader_can_skip(const struct node_reader *n);
void node_reader_skip(struct node_reader *n, uint64_t rows);

#endif
