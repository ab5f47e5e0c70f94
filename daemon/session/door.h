/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door of the protocol: Spark Connect's messages to the unresolved plan, and types both ways.
 *
 * Everything that is made is in the handle's arena and points into no message. Messages have been checked for depth
 * (proto/depth.h), so recursion over them is bounded. A message that lacks what it needs is refused with
 * PROTOCOL_ERROR; what roost does not do (streaming, ML, pipelines), by name with UNSUPPORTED_FEATURE.
 */
#ifndef ROOST_SESSION_DOOR_H
#define ROOST_SESSION_DOOR_H

#include "session/session_int.h"

struct u_plan *door_plan(struct derivation *d, const Spark__Connect__Plan *m, struct error *err);
struct u_plan *door_relation(struct derivation *d, const Spark__Connect__Relation *m, struct error *err);
struct u_plan *door_command(struct derivation *d, const Spark__Connect__Command *m, struct error *err);
struct u_expr *door_expression(struct derivation *d, const Spark__Connect__Expression *m, struct error *err);
/* A constant vector. */
const struct vector *door_literal(struct derivation *d, const Spark__Connect__Expression__Literal *m,
                                  struct error *err);
const struct type *door_type(struct arena *arena, const struct context *context, const Spark__Connect__DataType *m,
                             struct error *err);
/* Never fails but by running out of memory; points into the type's strings. */
Spark__Connect__DataType *door_type_message(struct arena *arena, const struct type *type);
/* A value as a literal; what has no literal of its own becomes text. NULL with *err. */
Spark__Connect__Expression__Literal *door_literal_message(struct arena *arena, const struct context *context,
                                                          const struct vector *vector, uint32_t row, struct error *err);
/* DDL, or Spark's JSON: a struct type; one type alone is wrapped as `value`. */
const struct type *door_schema(struct arena *arena, const struct context *context, const char *text, struct error *err);

#endif
