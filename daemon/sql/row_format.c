/* SPDX-License-Identifier: Apache-2.0 */
/* ROW FORMAT, which is Hive's: TRANSFORM follows it; elsewhere what is wrong with it is said as Spark says it. */
#include "sql/parser.h"

/* FIELDS TERMINATED BY 'x' and the like: two words, TERMINATED BY, a string. */
static bool parse_terminated(struct parser *p, enum token_kind a, enum token_kind b, const char **by) {
    if (peek(p) != a || peek_at(p, 1) != b) return true;
    p->at += b == K_TERMINATED ? 1 : 2;
    TRY(expect2(p, K_TERMINATED, K_BY));
    return (*by = parse_string(p)) != NULL;
}

static bool parse_delimited(struct parser *p, struct row_format *format) {
    const char *ignored;
    TRY(parse_terminated(p, K_FIELDS, K_TERMINATED, &format->text.separator));
    if (accept2(p, K_ESCAPED, K_BY)) TRY(parse_string(p));
    TRY(parse_terminated(p, K_COLLECTION, K_ITEMS, &ignored));
    TRY(parse_terminated(p, K_MAP, K_KEYS, &ignored));
    uint32_t from = p->at;
    if (accept(p, K_LINES)) {
        const char *separator;
        TRY(expect2(p, K_TERMINATED, K_BY));
        TRY(separator = parse_string(p));
        if (strcmp(separator, "\n") != 0)
            INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0064", "msg",
                    arena_printf(p->arena, "LINES TERMINATED BY only supports newline '\\n' right now: %s", separator));
    }
    return !accept2(p, K_NULL, K_DEFINED) || (expect(p, K_AS) && (format->text.null_text = parse_string(p)));
}

bool parse_row_format(struct parser *p, struct row_format *format) {
    *format = (struct row_format){.text = {"\001", "\\N"}};
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
    return parse_delimited(p, format);
}
