/* SPDX-License-Identifier: Apache-2.0 */
/* Between timezone.c and timezone_file.c. */
#ifndef ROOST_BASE_TIMEZONE_INT_H
#define ROOST_BASE_TIMEZONE_INT_H

#include "base/timezone.h"

/* The region's zone from directory/name, or NULL: no such file, or not one that can be trusted. */
const struct timezone *timezone_load(struct arena *arena, const char *directory, const char *name);
/* The same from the bytes of a file. */
const struct timezone *timezone_decode(struct arena *arena, const char *name, const uint8_t *bytes, size_t size);

#endif
