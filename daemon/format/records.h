/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of JSON and XML share: a record becomes a row of a struct, all of whose fields a file may lack, and
 * beside it stands the record's text if it is malformed. The columns that a scan asks for are taken from the two.
 */
#ifndef ROOST_FORMAT_RECORDS_H
#define ROOST_FORMAT_RECORDS_H

#include "format/format_int.h"

struct record_columns {
    const struct type *row; /* the file columns that are asked for, without the corrupt one */
    uint32_t *positions;    /* per requested column: its field of `row`, UINT32_MAX: the corrupt column */
};

struct record_rows {
    struct builder values, raw;
    uint32_t count;
};

void record_columns_init(struct record_columns *columns, struct arena *arena, const struct scan *scan,
                         const char *corrupt_column);
void record_rows_init(struct record_rows *rows, struct arena *batch, const struct record_columns *columns);
/* The rows as the scan's next batch; SCAN_DONE when there are none. */
enum scan_status record_rows_finish(struct record_rows *rows, struct arena *batch, const struct record_columns *columns,
                                    const struct scan *scan, struct batch *out);

#endif
