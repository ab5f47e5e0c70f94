/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where SQL statements end. A semicolon ends one unless it stands in a string, a quoted name, a comment, or
 * between BEGIN and END of a script. No grammar: tokens suffice.
 */
#ifndef ROOST_SHELL_SPLIT_H
#define ROOST_SHELL_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

/* The size of the first statement in text, its semicolon included; 0: it is not complete. */
size_t split_statement(const char *text, size_t size);
/* Nothing but space, comments and semicolons? */
bool split_is_blank(const char *text, size_t size);

#endif
