/* SPDX-License-Identifier: Apache-2.0 */
/* Case mapping as Java's String does it in the root locale; ASCII without ICU, which is loaded when first needed. */
#ifndef ROOST_FUNCTION_STRING_CASE_H
#define ROOST_FUNCTION_STRING_CASE_H

#include "column/vector.h"

struct string string_upper(struct arena *arena, struct string s);
struct string string_lower(struct arena *arena, struct string s);
/* The first letter after each blank in upper case, all others in lower case. */
struct string string_title(struct arena *arena, struct string s);

#endif
