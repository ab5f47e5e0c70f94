/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program on libroost: runs one SQL statement and prints each column of integers or text.
 *
 *     roost-example SOCKET 'SELECT id, cast(id AS string) AS text FROM range(3)'
 *
 * The schema's type numbers are those of spark.connect.DataType; what is neither an int, a bigint nor a
 * string is shown as "?".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "roost.h"

static void print_value(const struct wire_column *column, uint32_t row) {
    const uint8_t *validity = column->buffers[0], *values = column->buffers[1];
    if (column->sizes[0] && !(validity[row / 8] >> row % 8 & 1)) {
        printf("NULL");
    } else if (column->buffer_count == 3) {
        int32_t ends[2];
        memcpy(ends, values + row * sizeof ends[0], sizeof ends);
        printf("%.*s", (int)(ends[1] - ends[0]), (const char *)column->buffers[2] + ends[0]);
    } else {
        printf("?");
    }
}

static void print_number(const struct wire_column *column, uint32_t rows, uint32_t row) {
    int64_t wide;
    int32_t narrow;
    if (column->sizes[1] == rows * sizeof wide) {
        memcpy(&wide, column->buffers[1] + row * sizeof wide, sizeof wide);
        printf("%" PRId64, wide);
    } else if (column->sizes[1] == rows * sizeof narrow) {
        memcpy(&narrow, column->buffers[1] + row * sizeof narrow, sizeof narrow);
        printf("%" PRId32, narrow);
    } else {
        print_value(column, row);
    }
}

static void print_batch(const struct wire_batch *batch) {
    for (uint32_t row = 0; row < batch->rows; row++)
        for (uint32_t c = 0; c < batch->column_count; c++) {
            if (batch->columns[c].buffer_count == 2 && !batch->columns[c].sizes[0])
                print_number(&batch->columns[c], batch->rows, row);
            else
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
