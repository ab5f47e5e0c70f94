/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of texts that whole columns are looked up in.
 *
 * A row's head (string_head.h) says of most rows that they are not among the texts: it is compared with all heads there
 * are when those are few, and else looked up in a bitmap. What is left is looked up by its head, too, so that no text is
 * ever hashed, and its bytes are read only beside a text that begins as it does.
 */
#ifndef ROOST_FUNCTION_TEXT_SET_H
#define ROOST_FUNCTION_TEXT_SET_H

#include "column/vector.h"

struct text_set;

/* The bytes stay the caller's, and have to live as long as the set, which is in the arena. */
struct text_set *text_set_new(struct arena *arena, const struct string *texts, uint32_t count);
/* found[i]: 1 where row i of v is one of the texts, else 0, as for NULL. */
void text_set_find(const struct text_set *set, struct arena *scratch, const struct vector *v, uint32_t rows,
                   uint8_t *found);

#endif
