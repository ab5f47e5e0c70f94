/* SPDX-License-Identifier: Apache-2.0 */
/* ROW FORMAT and STORED AS, which are Hive's: read, so that what is wrong with them is said as Spark says it. */
#include "sql/parser.h"

/* FIELDS TERMINATED BY 'x' and the like: two words, TERMINATED BY, a string. */
static bool parse_terminated(struct parser *p, enum token_kind a, enum token_kind b) {
    if (peek(p) != a || peek_at(p, 1) != b) return true;
    p->at += b == K_TERMINATED ? 1 : 2;
    TRY(expect2(p, K_TERMINATED, K_BY));
    return parse_string(p) != NULL;
}

static bool parse_delimited(struct parser *p) {
    TRY(parse_terminated(p, K_FIELDS, K_TERMINATED));
    if (accept2(p, K_ESCAPED, K_BY)) TRY(parse_string(p));
    TRY(parse_terminated(p, K_COLLECTION, K_ITEMS));
    TRY(parse_terminated(p, K_MAP, K_KEYS));
    uint32_t from = p->at;
    if (accept(p, K_LINES)) {
        const char *separator;
        TRY(expect2(p, K_TERMINATED, K_BY));
        TRY(separator = parse_string(p));
        if (strcmp(separator, "\n") != 0)
            INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0064", "msg",
                    arena_printf(p->arena, "LINES TERMINATED BY only supports newline '\\n' right now: %s", separator));
    }
    if (accept2(p, K_NULL, K_DEFINED)) TRY(expect(p, K_AS) && parse_string(p));
    return true;
}

bool parse_row_format(struct parser *p, struct row_format *format) {
    *format = (struct row_format){0};
    if (peek(p) != K_ROW || peek_at(p, 1) != K_FORMAT) return true;
    p->at += 2;
    format->found = true;
    if (accept(p, K_SERDE)) {
        uint32_t count;
        struct u_option *properties;
        format->serde = true;
        TRY(parse_string(p));
        return !accept2(p, K_WITH, K_SERDEPROPERTIES) || parse_options(p, &count, &properties);
    }
    TRY(expect(p, K_DELIMITED));
    return parse_delimited(p);
}
