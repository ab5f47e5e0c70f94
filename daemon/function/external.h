/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions of Spark's packages (Avro, Protobuf) share: checks of their arguments, which are made whether or not
 * the package is there, and the error that it is not. */
#ifndef ROOST_FUNCTION_EXTERNAL_H
#define ROOST_FUNCTION_EXTERNAL_H

#include "expr/resolve.h"

bool external_is_text(const struct expr *e);
bool external_is_options(const struct expr *e);
/* Argument i must be a constant such-and-such. */
void external_refuse(struct resolver *r, const struct expr *call, uint32_t i, const char *what, struct error *err);
/* The call with as many arguments as it takes at most: those not given are NULL, and names show them. */
struct expr *external_with_all(struct resolver *r, const struct expr *call, uint32_t count);
/* Returns NULL. */
struct expr *external_not_loaded(struct resolver *r, const struct expr *call, const char *condition, struct error *err);

#endif
