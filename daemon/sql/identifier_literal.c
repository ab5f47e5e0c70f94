/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IDENTIFIER('a.b'): a name given as a string.
 *
 * It may stand wherever a name may, so the parser makes one token of it before it begins, and what looks ahead for
 * names need not know. IDENTIFIER(expression) is something else: it is kept for the analyzer, in the few places where
 * Spark allows it. spark.sql.legacy.identifierClause leaves only that.
 *
 * What is wrong with the string is told at the smallest thing around it that Spark remembers the place of: the select
 * item with its alias, the whole list of names. That is not read to its end when the name is, so the error waits in
 * `invalid` without a place until parser_place() gives it one.
 */
#include <string.h>

#include "sql/parser.h"

/* The tokens of IDENTIFIER ( 'a' 'b' ), or 0 where none begins. */
static uint32_t literal_size(const struct parser *p, uint32_t at) {
    const struct token *t = p->tokens + at;
    if (t[0].kind != K_IDENTIFIER || t[1].kind != T_LEFT_PAREN) return 0;
    uint32_t size = 2;
    while (t[size].kind == T_STRING || (t[size].kind == T_DOUBLE_QUOTED && !p->quoted_names)) size++;
    return size > 2 && t[size].kind == T_RIGHT_PAREN ? size + 1 : 0;
}

void parser_join_identifiers(struct parser *p, struct token *tokens) {
    uint32_t count = 0;
    for (uint32_t at = 0, size; at < p->count; at += size) {
        size = literal_size(p, at);
        struct token t = tokens[at];
        if (size) {
            const struct token *last = &tokens[at + size - 1];
            t.kind = T_IDENTIFIER_LITERAL;
            t.size = last->start + last->size - t.start;
            t.points = last->point + last->points - t.point;
        } else {
            size = 1;
        }
        tokens[count++] = t;
    }
    p->count = count;
}

const char *identifier_literal_text(struct parser *p, const struct token *t) {
    const char *text = arena_strndup(p->arena, p->text + t->start, t->size - 1);
    struct parser *inner = parser_new(p->arena, p->context, strchr(text, '(') + 1, p->err);
    TRY_NULL(inner);
    const char *string = parse_string(inner);
    parser_release(inner);
    return string;
}

/* An error that has no place yet. */
static void keep_unplaced(struct parser *p, const struct error *e, const struct token *t) {
    if (error_is_set(&p->invalid)) return;
    error_set(&p->invalid, e->condition->name, NULL);
    for (uint32_t i = 0; i < e->parameter_count; i++)
        error_add(&p->invalid, e->parameters[i].name, "%s", e->parameters[i].value);
    p->unplaced = t;
}

void parser_place(struct parser *p, uint32_t from) {
    if (p->unplaced) error_at(&p->invalid, parser_origin(p, from));
    p->unplaced = NULL;
}

bool refuse_identifier_literal(struct parser *p) {
    struct token t = *parser_token(p, 0);
    if (t.kind != T_IDENTIFIER_LITERAL) return true;
    uint32_t before = (uint32_t)strcspn(p->text + t.start, "(");
    t.column += (int32_t)before;
    return SYNTAX(p, &t, "PARSE_SYNTAX_ERROR", "error", "'('", "hint", "");
}

bool identifier_literal_name(struct parser *p, const struct token *t, struct u_name *name) {
    const char *text = identifier_literal_text(p, t);
    TRY(text);
    struct error e = ERROR_INIT;
    if (!sql_parse_identifier(p->arena, p->context, text, name, &e)) {
        keep_unplaced(p, &e, t);
        *name = (struct u_name){1, ARENA_NEW(p->arena, const char *)};
        name->parts[0] = text;
    }
    error_release(&e);
    return true;
}

const char *identifier_literal_part(struct parser *p, const struct token *t) {
    struct u_name name;
    TRY_NULL(identifier_literal_name(p, t, &name));
    if (name.count == 1) return name.parts[0];
    struct error e = ERROR_INIT;
    error_set(&e, "IDENTIFIER_TOO_MANY_NAME_PARTS", "identifier",
              sql_quote_name_always(p->arena, name.parts, name.count), "limit", "1", NULL);
    keep_unplaced(p, &e, t);
    error_release(&e);
    return name.parts[0];
}
