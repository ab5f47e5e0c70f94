/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows on disk, for operators whose input is larger than the memory it may take.
 *
 * A spill file has no name: it is unlinked as soon as it is made, so that it goes with its descriptor however the
 * query, or the engine, ends. Rows are written and read in batches, in the form they have on the wire.
 *
 * Hash joins and aggregates divide and conquer: rows are dealt out to SPILL_WAYS files by bits of their keys' hash, and
 * an operator of the same kind and plan is made for each file (or pair of files). What is still too much there is dealt
 * out again by the next bits.
 */
#ifndef ROOST_EXEC_SPILL_H
#define ROOST_EXEC_SPILL_H

#include "exec/exec_int.h"

enum { SPILL_WAYS = 16, SPILL_LEVELS = 6 };

/*
 * Is it time for an operator that holds `rows` rows to spill? When the query holds more than
 * spark.roost.query.spillThreshold, or by default half of the tightest limit above it. Not for a few rows: others hold
 * the memory then.
 */
bool spill_is_due(struct operator* op, uint32_t rows);

struct spill_file;
/* An empty file of rows of these types, made in the operator's query; NULL with *err set. */
struct spill_file *spill_file_new(struct operator* op, const struct type *const *column_types, uint32_t count,
                                  struct error *err);
/* At most BATCH_ROWS rows; none is nothing. Works in scratch. */
bool spill_file_write(struct spill_file *file, struct arena *scratch, const struct batch *in, struct error *err);
/* The next batch, in arena; *done true after the last one. */
bool spill_file_read(struct spill_file *file, struct arena *arena, struct batch *out, bool *done, struct error *err);
void spill_file_close(struct spill_file *file);

/* One file per way. */
struct spill_set {
    struct spill_file *files[SPILL_WAYS];
};
bool spill_set_init(struct spill_set *set, struct operator* op, const struct plan *rows_of, struct error *err);
/* Deals out rows of a batch by their keys (columns of as many rows); of those that selection names, when not NULL. */
bool spill_set_add(struct spill_set *set, struct arena *scratch, const struct batch *in, const struct vector *keys,
                   uint32_t key_count, uint32_t level, const uint32_t *selection, uint32_t count, struct error *err);

/* An operator that gives the rows of a file, with the columns of `plan`, and closes it behind the last one. */
struct operator* spill_scan_new(struct query *query, const struct plan *plan, struct spill_file *file);

#endif
