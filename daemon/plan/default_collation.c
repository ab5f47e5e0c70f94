/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CREATE VIEW v DEFAULT COLLATION c AS SELECT ...: strings that the view's text makes are of that collation. That is
 * true of literals, of CAST(x AS STRING), and of functions that make a string from something else; columns keep theirs,
 * and what is made from a column's string has the column's.
 */
#include "plan/analyze.h"

static bool is_plain_string(const struct type *t) {
    return t->kind == TYPE_STRING && !t->collation;
}

const struct type *default_string_type(struct analysis *n, const struct type *t) {
    return n->a->collation && is_plain_string(t) ? type_string(n->arena, n->a->collation) : t;
}

struct expr *collate_by_default(struct scope *s, struct expr *e, struct error *err) {
    if (!e || !s->n->a->collation || !is_plain_string(e->type)) return e;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (is_plain_string(e->children[i]->type)) return e;
    return resolve_cast(&s->n->resolver, e, default_string_type(s->n, e->type), CAST_LEGACY, false, e->origin, err);
}
