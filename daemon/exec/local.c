/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Local data: batches of a struct table_data, passed on as they are.
 */
#include "exec/exec_int.h"

struct local {
    struct operator op;
    uint32_t next_batch;
};

static enum exec_status local_next(struct operator* op, struct batch *out, struct error *err) {
    struct local *state = (struct local *)op;
    const struct table_data *data = op->plan->local.data;
    const uint32_t *columns = op->plan->local.columns;
    while (data && state->next_batch < data->batch_count) {
        const struct batch *in = &data->batches[state->next_batch++];
        if (!in->count) continue;
        if (!columns) {
            *out = *in;
            return EXEC_BATCH;
        }
        batch_init(out, &op->evaluator.batch, op->plan->output_count, in->count);
        for (uint32_t i = 0; i < out->column_count; i++) out->columns[i] = in->columns[columns[i]];
        return EXEC_BATCH;
    }
    return EXEC_DONE;
}

const struct operator_ops local_ops = {.name = "LocalTableScan", .size = sizeof(struct local), .next = local_next};
