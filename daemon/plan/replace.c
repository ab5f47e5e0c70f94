/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a plan replaced from outside, before it is optimized: what the session has kept, files that are new. */
#include "plan/optimize.h"

struct replacing {
    struct optimizer optimizer; /* first: passes are given this */
    plan_replacer *replace;
    void *data;
};

static struct plan *replace_pass(struct optimizer *o, struct plan *p) {
    struct replacing *r = (struct replacing *)o;
    struct plan *other = r->replace(p, r->data, o->err);
    if (other != p) return other;
    return optimize_children(o, p, replace_pass);
}

struct plan *plan_replace(struct arena *arena, const struct context *context, struct plan *p, plan_replacer *replace,
                          void *data, struct error *err) {
    char here;
    struct replacing r = {.optimizer = {.arena = arena, .context = context, .err = err, .stack = {&here}},
                          .replace = replace,
                          .data = data};
    return replace_pass(&r.optimizer, p);
}
