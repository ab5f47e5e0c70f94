/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement: sent, its rows fetched as text, and printed. The engine turns values into text, as Spark's
 * show() would, so the shell knows nothing of types but their names.
 */
#ifndef ROOST_SHELL_QUERY_H
#define ROOST_SHELL_QUERY_H

#include <stdbool.h>
#include <stdio.h>

#include "roost.h"

enum output_mode { OUTPUT_TABLE, OUTPUT_CSV, OUTPUT_JSON, OUTPUT_MARKDOWN };

struct output {
    FILE *file;
    enum output_mode mode;
    bool header;      /* csv: a line with the names */
    const char *null; /* what NULL looks like in table and markdown; csv: nothing */
};

/* False: error is set. Nothing is printed for a command without rows. */
bool query_run(struct roost_session *session, const char *sql, const struct output *output,
               const struct roost_wait *wait, struct roost_error *error);

#endif
