/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where plan nodes hold expressions, for operators that exchange some before they open.
 */
#ifndef ROOST_EXEC_PLAN_SLOTS_H
#define ROOST_EXEC_PLAN_SLOTS_H

#include "plan/plan.h"

typedef bool visit_slot(struct expr **slot, void *data);
/* Each of the node's own expressions, until visit says false; then false. */
bool plan_visit_slots(struct plan *p, visit_slot *visit, void *data);
/* A copy of the node whose slots can be changed. */
struct plan *plan_copy_slots(struct arena *arena, const struct plan *from);

#endif
