/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Window functions whose results are values of other rows of the partition.
 */
#ifndef ROOST_FUNCTION_WINDOW_ROWS_H
#define ROOST_FUNCTION_WINDOW_ROWS_H

#include "expr/function.h"

enum { NO_ROW = 0xFFFFFFFF };

/* *out: row from[i] of the first argument; NO_ROW: row i of `otherwise`, which is of the same type, or NULL. */
void window_take_rows(struct call *call, const struct window_partition *p, const uint32_t *from,
                      const struct vector *otherwise, struct vector *out);

#endif
