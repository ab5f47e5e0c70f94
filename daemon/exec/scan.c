/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading files: batches of a struct scan (format/), as they come.
 *
 * plan->scan.filters are for pruning, and the rows are checked again by a Filter above. Filters that joins above make
 * while the query runs are applied here.
 */
#include "exec/runtime_filter.h"
#include "format/format.h"

struct scan_operator {
    struct operator op;
    struct scan *scan;
};

static bool scan_operator_open(struct operator* op, struct error *err) {
    struct scan_operator *state = (struct scan_operator *)op;
    const struct plan *plan = op->plan;
    uint32_t *columns = plan->scan.columns;
    if (!columns) {
        columns = ARENA_ARRAY(&op->memory, uint32_t, plan->output_count);
        for (uint32_t i = 0; i < plan->output_count; i++) columns[i] = i;
    }
    struct scan_request request = {.columns = columns,
                                   .column_count = plan->output_count,
                                   .filters = plan->scan.filters,
                                   .filter_count = plan->scan.filter_count,
                                   .attributes = plan->output,
                                   .context = op->query->context};
    state->scan = scan_new(&op->memory, plan->scan.source, &request, err);
    return state->scan != NULL;
}

static enum exec_status scan_operator_next(struct operator* op, struct batch *out, struct error *err) {
    struct scan_operator *state = (struct scan_operator *)op;
    switch (scan_next(state->scan, &op->evaluator.batch, out, err)) {
        case SCAN_BATCH:
            if (op->filters) runtime_filters_apply(op, out);
            return out->count ? EXEC_BATCH : EXEC_YIELD;
        case SCAN_DONE: return EXEC_DONE;
        case SCAN_YIELD: return EXEC_YIELD;
        case SCAN_ERROR: break;
    }
    return EXEC_ERROR;
}

static void scan_operator_close(struct operator* op) {
    struct scan_operator *state = (struct scan_operator *)op;
    if (state->scan) scan_close(state->scan);
}

const struct operator_ops scan_ops = {.name = "FileScan",
                                      .size = sizeof(struct scan_operator),
                                      .open = scan_operator_open,
                                      .next = scan_operator_next,
                                      .close = scan_operator_close};
