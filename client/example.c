/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program on libroost: runs one SQL statement and prints its columns of text.
 *
 *     roost-example SOCKET 'SELECT cast(id AS string) FROM range(3)'
 */
#include <stdio.h>
#include <string.h>

#include "roost.h"

/* One value of a column of text: offsets and bytes. */
static void print_value(const struct wire_column *column, uint32_t row) {
    int32_t ends[2];
    bool null = column->sizes[0] && !(column->buffers[0][row / 8] >> row % 8 & 1);
    if (column->buffer_count != 3 || null) {
        fputs(null ? "NULL" : "?", stdout);
        return;
    }
    memcpy(ends, column->buffers[1] + row * sizeof ends[0], sizeof ends);
    printf("%.*s", (int)(ends[1] - ends[0]), (const char *)column->buffers[2] + ends[0]);
}

static void print_batch(const struct wire_batch *batch) {
    for (uint32_t row = 0; row < batch->rows; row++)
        for (uint32_t c = 0; c < batch->column_count; c++) {
            print_value(&batch->columns[c], row);
            putchar(c + 1 < batch->column_count ? '\t' : '\n');
        }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s SOCKET SQL\n", argv[0]);
        return 2;
    }
    struct roost_error error = {0};
    struct roost_client *client = roost_client_new(argv[1], NULL);
    struct roost_session *session = roost_session_new(client, NULL);
    struct roost_plan *plan = roost_plan_sql(session, argv[2]);
    struct roost_wait wait = {.timeout_ms = 60000};
    struct roost_result *result = roost_execute(session, plan, NULL, &wait, &error);
    const struct roost_batch *batch;
    while (result && roost_result_next(result, &wait, &batch, &error) > 0) print_batch(&batch->batch);
    int status = error.kind ? 1 : 0;
    if (error.kind) fprintf(stderr, "%s: %s\n", error.kind, error.message);
    roost_error_reset(&error);
    roost_result_close(result);
    roost_plan_unref(plan);
    roost_session_close(session, true);
    roost_session_unref(session);
    roost_client_free(client);
    return status;
}
