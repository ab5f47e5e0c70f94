/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons of CHAR(n) columns. Queries see such a column as a STRING of n characters at least (the scan fills it
 * up), whose metadata tells n. So what it is compared with has to be filled up as well:
 *
 *     c = 'ab'          c = rpad('ab', n)
 *     c = d             the shorter column is filled up to the longer one's length
 *     c IN ('a', 'b')   everything is filled up to the longest
 *
 * This holds for columns alone: upper(c) = 'AB' compares what upper() gave, as in Spark.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "expr/evaluate.h"
#include "plan/analyze.h"

/* n of CHAR(n), or 0: `e` is no such column. */
static int32_t char_length(struct arena *arena, const struct expr *e) {
    if (e->kind == EXPR_OUTER) e = e->children[0];
    if (e->kind != EXPR_ATTRIBUTE || e->type->kind != TYPE_STRING || !e->column.attribute->metadata) return 0;
    const char *raw = metadata_string(arena, e->column.attribute->metadata, CHAR_TYPE_KEY);
    return raw && strncmp(raw, "char(", 5) == 0 ? (int32_t)strtol(raw + 5, NULL, 10) : 0;
}

/* Characters of a constant text, or -1. */
static int64_t constant_length(struct scope *s, const struct expr *e) {
    if (!e->foldable || !type_is_string(e->type)) return -1;
    struct error ignored = ERROR_INIT;
    const struct vector *v = expr_fold(s->n->arena, s->n->a->context, e, &ignored);
    error_release(&ignored);
    if (!v || vector_is_null(v, 0)) return -1;
    const struct string *text = VECTOR_DATA(v, struct string);
    return (int64_t)utf8_count(text->data, text->size);
}

/* The name of the comparison stays as it was written. */
static struct expr *pad(struct scope *s, struct expr *e, int64_t length, struct error *err) {
    struct expr *arguments[] = {e, expr_int(s->n->arena, (int32_t)length)};
    struct expr *padded = resolve_named(&s->n->resolver, "rpad", arguments, 2, e->origin, err);
    if (padded) padded->pretty = e->pretty ? e->pretty : e;
    return padded;
}

static bool pad_to(struct scope *s, struct expr **e, int64_t length, int64_t wanted, struct error *err) {
    if (length >= wanted) return true;
    *e = pad(s, *e, wanted, err);
    return *e;
}

static bool pad_pair(struct scope *s, struct expr **pair, struct error *err) {
    int64_t length[2] = {char_length(s->n->arena, pair[0]), char_length(s->n->arena, pair[1])};
    if (!length[0] && !length[1]) return true;
    for (int i = 0; i < 2; i++)
        if (!length[i]) length[i] = constant_length(s, pair[i]);
    if (length[0] < 0 || length[1] < 0) return true;
    int64_t wanted = length[0] > length[1] ? length[0] : length[1];
    return pad_to(s, &pair[0], length[0], wanted, err) && pad_to(s, &pair[1], length[1], wanted, err);
}

static bool pad_list(struct scope *s, struct expr **list, uint32_t count, struct error *err) {
    int64_t own = char_length(s->n->arena, list[0]), wanted = own;
    int64_t *lengths = ARENA_ARRAY(s->n->arena, int64_t, count);
    if (!own) return true;
    lengths[0] = own;
    for (uint32_t i = 1; i < count; i++) {
        if (!list[i]->foldable) return true;
        lengths[i] = constant_length(s, list[i]);
        if (lengths[i] > wanted) wanted = lengths[i];
    }
    for (uint32_t i = 0; i < count; i++)
        if (lengths[i] >= 0) TRY(pad_to(s, &list[i], lengths[i], wanted, err));
    return true;
}

bool pad_char_comparison(struct scope *s, const char *name, struct expr **arguments, uint32_t count,
                         struct error *err) {
    static const char *const pairs[] = {"=", "==", "<=>", "!=", "<>", "<", "<=", ">", ">="};
    if (count >= 2 && strcmp(name, "in") == 0) return pad_list(s, arguments, count, err);
    if (count != 2) return true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(name, pairs[i]) == 0) return pad_pair(s, arguments, err);
    return true;
}
