/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of text, printed as they come (csv, json, markdown) or, for a table, when all are there, because its
 * columns are as wide as their widest value.
 */
#ifndef ROOST_SHELL_PRINT_H
#define ROOST_SHELL_PRINT_H

#include "query.h"

struct text {
    const char *data; /* NULL: the value is NULL */
    size_t size;
};

struct printer {
    const struct output *output;
    size_t columns;
    const struct text *names;
    const bool *right;  /* columns of numbers stand to the right */
    struct text *cells; /* table: copies, row by row, names first */
    size_t count, capacity;
    bool failed; /* no memory */
};

void printer_init(struct printer *p, const struct output *output, const struct text *names, const bool *right,
                  size_t columns);
void printer_row(struct printer *p, const struct text *values);
/* Prints what is left; false: there was no memory, or the output failed. */
bool printer_finish(struct printer *p);
void printer_release(struct printer *p);

#endif
