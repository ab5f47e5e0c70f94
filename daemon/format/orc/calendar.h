/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days before 1582-10-15 as Java's old calendar numbers them, which ORC's Java writer keeps, and as Spark does: the
 * same date has another number in the Julian calendar than in the Gregorian one that goes back for ever.
 */
#ifndef ROOST_FORMAT_ORC_CALENDAR_H
#define ROOST_FORMAT_ORC_CALENDAR_H

#include <stdint.h>

enum { GREGORIAN_START = -141427 }; /* 1582-10-15 */

int64_t calendar_from_julian(int64_t days);
int64_t calendar_to_julian(int64_t days);

#endif
