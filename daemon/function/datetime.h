/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other families ask of dates, times, timestamps and intervals.
 */
#ifndef ROOST_FUNCTION_DATETIME_H
#define ROOST_FUNCTION_DATETIME_H

#include "expr/function.h"
#include "expr/resolve.h"

/*
 * What + - * / mean (op) where an operand is a date, time, timestamp or interval: the call that stands for `call`,
 * whose two children have their own types still. NULL without an error: none of ours, or types that do not go together,
 * and the operator's own rules decide.
 */
struct expr *datetime_operator(struct resolver *r, struct expr *call, char op, struct error *err);
/* The same for unary minus and abs() of a calendar or ANSI interval: NULL without error when it is none. */
struct expr *interval_negative(struct resolver *r, struct expr *call, struct error *err);
struct expr *interval_abs(struct resolver *r, struct expr *call, struct error *err);

#endif
