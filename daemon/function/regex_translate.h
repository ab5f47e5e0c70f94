/* SPDX-License-Identifier: Apache-2.0 */
/* Java's regular expressions in PCRE2's language; what both write alike passes as it is. */
#ifndef ROOST_FUNCTION_REGEX_TRANSLATE_H
#define ROOST_FUNCTION_REGEX_TRANSLATE_H

#include "base/text.h"
#include "column/vector.h"

/* pattern: valid UTF-8. *unicode: it asks for Unicode's idea of \w and \d. False: Java would not compile it. */
bool regex_translate(struct text *out, struct string pattern, bool *unicode);

#endif
