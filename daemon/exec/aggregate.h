/* SPDX-License-Identifier: Apache-2.0 */
/* What a rollup asks of the aggregate below it. */
#ifndef ROOST_EXEC_AGGREGATE_H
#define ROOST_EXEC_AGGREGATE_H

#include "exec/exec_int.h"

/* Sees the groups that an aggregate is about to put out: the batch, and the blocks of the states behind its rows. */
struct aggregate_listener {
    void *owner;
    bool (*see)(void *owner, struct arena *scratch, const struct batch *groups, char *const *blocks, struct error *err);
};
/* Before the aggregate is opened; the listener must last. */
void aggregate_listen(struct operator* aggregate, const struct aggregate_listener *listener);

#endif
