/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The styles of binary_text.h, one function each.
 */
#include "column/binary_text.h"

#include <strings.h>

#include "base/base64.h"

enum binary_style binary_style_named(const char *name) {
    static const char *const names[] = {[BINARY_HEX_DISCRETE] = "HEX_DISCRETE",
                                        [BINARY_HEX] = "HEX",
                                        [BINARY_UTF8] = "UTF-8",
                                        [BINARY_BASIC] = "BASIC",
                                        [BINARY_BASE64] = "BASE64"};
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0) return (enum binary_style)i;
    return BINARY_HEX_DISCRETE;
}

static void add_hex(struct text *t, struct string bytes) {
    for (uint32_t i = 0; i < bytes.size; i++) text_printf(t, "%02X", (uint8_t)bytes.data[i]);
}

static void add_list(struct text *t, struct string bytes, bool hex) {
    text_add_char(t, '[');
    for (uint32_t i = 0; i < bytes.size; i++) {
        if (i) text_add(t, hex ? " " : ", ");
        if (hex)
            text_printf(t, "%02X", (uint8_t)bytes.data[i]);
        else
            text_printf(t, "%d", (int8_t)bytes.data[i]);
    }
    text_add_char(t, ']');
}

void binary_text_add(struct text *t, struct string bytes, enum binary_style style) {
    switch (style) {
        case BINARY_HEX_DISCRETE: add_list(t, bytes, true); return;
        case BINARY_BASIC: add_list(t, bytes, false); return;
        case BINARY_HEX: add_hex(t, bytes); return;
        case BINARY_BASE64:
            text_add_base64(t, bytes.data, bytes.size);
            t->size -= (3 - bytes.size % 3) % 3; /* what fills it up */
            return;
        case BINARY_UTF8: text_add_bytes(t, bytes.data, bytes.size); return;
    }
}
