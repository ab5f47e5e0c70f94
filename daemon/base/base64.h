/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as base64 text (RFC 4648, section 4), filled up with '='. Who wants lines, or no filling, adds the one and takes
 * the other off.
 */
#ifndef ROOST_BASE_BASE64_H
#define ROOST_BASE_BASE64_H

#include "base/text.h"

/* Characters of so many bytes. */
static inline size_t base64_size(size_t bytes) {
    return (bytes + 2) / 3 * 4;
}
/* Writes base64_size(size) characters; returns what is behind them. */
char *base64_write(char *out, const char *bytes, size_t size);
void text_add_base64(struct text *t, const char *bytes, size_t size);

#endif
