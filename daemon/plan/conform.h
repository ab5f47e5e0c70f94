/* SPDX-License-Identifier: Apache-2.0 */
/* Values whose structs are given the fields of another type, by name, at any depth but in the keys of maps. */
#ifndef ROOST_PLAN_CONFORM_H
#define ROOST_PLAN_CONFORM_H

#include "sql/unresolved.h"

/* The value with its fields in the order of `to`; those that it lacks are NULL. `value` itself when it has them so. */
struct u_expr *conform_fields(struct arena *arena, struct u_expr *value, const struct type *from,
                              const struct type *to);

/* Whether values of one type go into columns of another: Spark's Cast.canANSIStoreAssign. */
bool type_may_store(const struct type *from, const struct type *to);

#endif
