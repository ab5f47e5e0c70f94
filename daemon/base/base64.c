/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encoder of base64.h: three bytes become four characters of six bits each.
 */
#include "base/base64.h"

char *base64_write(char *out, const char *bytes, size_t size) {
    static const char symbols[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *in = (const uint8_t *)bytes;
    for (size_t i = 0; i < size; i += 3, out += 4) {
        size_t left = size - i;
        uint32_t unit =
            (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (left > 2 ? (uint32_t)in[i + 2] : 0);
        out[0] = symbols[unit >> 18];
        out[1] = symbols[unit >> 12 & 63];
        out[2] = left > 1 ? symbols[unit >> 6 & 63] : '=';
        out[3] = left > 2 ? symbols[unit & 63] : '=';
    }
    return out;
}

void text_add_base64(struct text *t, const char *bytes, size_t size) {
    base64_write(text_reserve(t, base64_size(size)), bytes, size);
    t->size += base64_size(size);
}
