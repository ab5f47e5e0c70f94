/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments in the place of parameter markers, before anything is parsed.
 *
 * As in Spark, a marker may stand wherever a literal may: LIMIT ?, INTERVAL :n DAY, IDENTIFIER(:schema '.t'), the
 * body of a view. So the literal is written into the text where the marker was, and the text is cut again. Each token
 * keeps the place it had: those of a literal have the marker's, and messages show the text that was given.
 *
 *     given    SELECT * FROM t LIMIT :n       the token "10" is at 22, two characters long
 *     parsed   SELECT * FROM t LIMIT 10
 *
 * Values without a literal of their own (arrays, maps, NaN) stay markers, for the analyzer to resolve.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "expr/expr.h"
#include "sql/parser.h"

struct binder {
    struct parser *p;
    const struct sql_parameters *parameters;
    const char **texts; /* per parameter, or NULL */
    bool positional;    /* may ? be replaced: all of them or none, as they are counted */
};

/* A piece of the new text that stands for a marker of the old one. */
struct replaced {
    uint32_t start, end;
    struct token marker; /* its place */
};
typedef LIST(struct replaced) replaced_list;

static const char *literal_text(struct parser *p, const struct vector *v) {
    if (!v) return NULL;
    switch (v->type->kind) {
        case TYPE_ARRAY:
        case TYPE_MAP:
        case TYPE_STRUCT:
        case TYPE_VARIANT: return NULL;
        case TYPE_STRING:
            if (v->type->collation) return NULL;
            break;
        default: break;
    }
    return literal_sql(p->arena, v, p->context->zone, true);
}

/* Whether a ":" behind this token names a parameter; behind a value it is a path into it. */
static bool may_precede_marker(const struct token *before, const struct token *colon) {
    switch (before->kind) {
        case T_IDENTIFIER:
        case T_BACKQUOTED:
        case T_RIGHT_PAREN:
        case T_RIGHT_BRACKET: return false;
        default: return before->kind < T_KEYWORDS || before->start + before->size != colon->start;
    }
}

/* How many tokens the marker at `at` has: 0, there is none. */
static uint32_t marker_size(const struct token *tokens, uint32_t at) {
    const struct token *t = tokens + at;
    if (t->kind == T_QUESTION) return 1;
    bool name =
        t->kind == T_COLON && (t[1].kind == T_IDENTIFIER || t[1].kind == T_BACKQUOTED || t[1].kind > T_KEYWORDS);
    return name && (at == 0 || may_precede_marker(t - 1, t)) ? 2 : 0;
}

static const char *named_text(const struct binder *b, const struct token *name) {
    const char *text = b->p->text + name->start;
    uint32_t size = name->size;
    if (name->kind == T_BACKQUOTED) {
        text++;
        size -= 2;
    }
    for (uint32_t i = b->parameters->count; i-- > 0;) { /* of several of a name the last one counts */
        const char *known = b->parameters->names[i];
        if (known && strlen(known) == size && strncmp(known, text, size) == 0) return b->texts[i];
    }
    return NULL;
}

static uint32_t count_positional(const struct tokens *tokens) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tokens->count; i++) count += tokens->items[i].kind == T_QUESTION;
    return count;
}

static const char *marker_text(const struct binder *b, const struct token *t, uint32_t ordinal) {
    if (t->kind != T_QUESTION) return named_text(b, t + 1);
    return b->positional && ordinal < b->parameters->count ? b->texts[ordinal] : NULL;
}

static bool glues(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("_'\"-.", c) != NULL;
}

/* The new text, and what of it is new; NULL: nothing is. */
static const char *replace_markers(const struct binder *b, const struct tokens *tokens, replaced_list *list) {
    struct text out;
    uint32_t done = 0, ordinal = 0;
    text_init(&out, b->p->arena);
    for (uint32_t at = 0, size; at < tokens->count; at += size ? size : 1) {
        size = marker_size(tokens->items, at);
        if (!size) continue;
        const struct token *t = &tokens->items[at], *last = t + size - 1;
        const char *value = marker_text(b, t, ordinal);
        ordinal += t->kind == T_QUESTION;
        if (!value) continue;
        b->p->markers.named |= t->kind == T_COLON;
        b->p->markers.positional |= t->kind == T_QUESTION;
        text_add_bytes(&out, b->p->text + done, t->start - done);
        if (out.size && glues(out.data[out.size - 1])) text_add_char(&out, ' ');
        struct replaced r = {.start = (uint32_t)out.size, .marker = *t};
        text_add(&out, value);
        r.end = (uint32_t)out.size;
        r.marker.points = last->point + last->points - t->point;
        LIST_PUSH(b->p->arena, list, r);
        done = last->start + last->size;
        if (glues(b->p->text[done])) text_add_char(&out, ' ');
    }
    if (!list->count) return NULL;
    text_add(&out, b->p->text + done);
    return text_finish(&out);
}

static void take_place(struct token *t, const struct token *from) {
    t->point = from->point;
    t->points = from->points;
    t->line = from->line;
    t->column = from->column;
}

/* Gives the new tokens the places of the old ones; what was not replaced is the same in both. */
static void restore_places(struct tokens *now, const struct tokens *before, const replaced_list *list) {
    uint32_t old = 0, next = 0;
    for (uint32_t i = 0; i < now->count && old < before->count; i++) {
        struct token *t = &now->items[i];
        while (next < list->count && t->start >= list->items[next].end) {
            next++;
            old += before->items[old].kind == T_QUESTION ? 1 : 2;
        }
        if (next < list->count && t->start >= list->items[next].start)
            take_place(t, &list->items[next].marker);
        else
            take_place(t, &before->items[old++]);
    }
}

void parser_bind(struct parser *p, struct tokens *tokens, const struct sql_parameters *parameters) {
    struct binder b = {.p = p, .parameters = parameters, .positional = count_positional(tokens) <= parameters->count};
    replaced_list list = {0};
    if (parser_setting(p, "spark.sql.legacy.parameterSubstitution.constantsOnly", false)) return;
    b.texts = ARENA_ARRAY(p->arena, const char *, parameters->count);
    for (uint32_t i = 0; i < parameters->count; i++) {
        b.texts[i] = literal_text(p, parameters->values[i]);
        b.positional &= b.texts[i] && (parameters->by_position || !parameters->names[i]);
    }
    const char *text = replace_markers(&b, tokens, &list);
    if (!text) return;
    struct tokens again;
    lex(&p->scratch, text, strlen(text), &again);
    restore_places(&again, tokens, &list);
    p->text = text;
    *tokens = again;
}
