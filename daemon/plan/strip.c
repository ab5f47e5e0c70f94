/* SPDX-License-Identifier: Apache-2.0 */
/* Names have done their work when the analyzer is through; hints and partition numbers do nothing in one process. */
#include "plan/optimize.h"

struct plan *strip_names(struct optimizer *o, struct plan *p) {
    while (p->kind == PLAN_SUBQUERY_ALIAS || p->kind == PLAN_HINT || p->kind == PLAN_REPARTITION) p = p->children[0];
    return optimize_children(o, p, strip_names);
}
