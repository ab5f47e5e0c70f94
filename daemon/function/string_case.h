/* SPDX-License-Identifier: Apache-2.0 */
/* Case mapping as Java's String does it in the root locale; ASCII and Latin-1 without ICU, which is opened when first
 * needed. */
#ifndef ROOST_FUNCTION_STRING_CASE_H
#define ROOST_FUNCTION_STRING_CASE_H

#include "function/string_room.h"

struct UCaseMap;

/* For many strings of a batch; `.room = {.arena = arena}` is all that it wants. */
struct string_case {
    struct string_room room;
    struct UCaseMap *map; /* opened when needed, closed with the arena */
};

struct string string_upper_in(struct string_case *c, struct string s);
struct string string_lower_in(struct string_case *c, struct string s);
/* The first letter after each blank in upper case, all others in lower case. */
struct string string_title_in(struct string_case *c, struct string s);

struct string string_upper(struct arena *arena, struct string s);
struct string string_lower(struct arena *arena, struct string s);

#endif
