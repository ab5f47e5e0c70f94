/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of another language in datetime patterns. A pattern is in English; pattern_in_words() gives the same one
 * with other words.
 */
#ifndef ROOST_BASE_PATTERN_NAMES_H
#define ROOST_BASE_PATTERN_NAMES_H

#include "base/pattern.h"

enum { PATTERN_WORD_MAX = 72 }; /* bytes of one */

/* By whether they stand alone (L, q) or in a date (M, Q), by whether they are short or full, and by value. */
struct pattern_names {
    const char *months[2][2][12];
    const char *quarters[2][2][4];
    const char *days[2][7]; /* Monday first */
    const char *eras[2][2];
    const char *halves[2];
};

/* names must last as long. */
const struct pattern *pattern_in_words(struct arena *arena, const struct pattern *pattern,
                                       const struct pattern_names *names);

#endif
