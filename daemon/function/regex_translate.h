/* SPDX-License-Identifier: Apache-2.0 */
/* Java's regular expressions in PCRE2's language; what both write alike passes as it is. */
#ifndef ROOST_FUNCTION_REGEX_TRANSLATE_H
#define ROOST_FUNCTION_REGEX_TRANSLATE_H

#include "base/text.h"
#include "column/vector.h"

struct regex_flags {
    bool unicode;    /* Unicode's idea of letters and digits (PCRE2_UCP) */
    bool unix_lines; /* lines end with \n alone */
};

/* pattern: valid UTF-8. False: Java would not compile it. */
bool regex_translate(struct text *out, struct string pattern, struct regex_flags *flags);

#endif
