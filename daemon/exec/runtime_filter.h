/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters made while a query runs: once a join has read its build side, rows of the probe side whose key cannot be
 * there are dropped where they are scanned, before anything else is done with them.
 *
 * A filter is a range of integers and, where the range is not too wide, a bit for each that occurs. One that turns out
 * to let nearly everything pass is switched off; parts of files that it rules out as a whole are left out all the same.
 */
#ifndef ROOST_EXEC_RUNTIME_FILTER_H
#define ROOST_EXEC_RUNTIME_FILTER_H

#include "exec/exec_int.h"

struct runtime_filter {
    struct runtime_filter *next; /* of the same scan */
    uint32_t column;
    int64_t least, greatest;
    uint64_t *bits; /* bit v - least; NULL: the range alone */
    uint64_t tested, passed;
    bool is_off;
};

/* Whether a column of this type can be filtered. */
bool runtime_filter_fits(const struct type *t);
/* Attaches a copy to the scans below op that give the column with this id, as far as leaving rows out there leaves
 * out no other rows of op. */
void runtime_filter_push(struct operator* op, uint64_t id, const struct runtime_filter *filter);
/* Does no integer of the range pass? */
bool runtime_filter_excludes(const struct runtime_filter *f, int64_t least, int64_t greatest);
/* The rows of a scan's batch that pass. Switches the filter off when it turns out to be worth nothing. */
uint32_t runtime_filter_select(struct runtime_filter *f, struct arena *arena, const struct batch *batch,
                               uint32_t *selection);

#endif
