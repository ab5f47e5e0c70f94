/* SPDX-License-Identifier: Apache-2.0 */
/* What the calls of spark.catalog share: see command_catalog.c. */
#ifndef ROOST_SESSION_CATALOG_CALL_H
#define ROOST_SESSION_CATALOG_CALL_H

#include "session/commands.h"

#define CATALOG_NAME "spark_catalog"

/* The arguments of a command that is such a call. */
struct catalog_call {
    const char *first, *second; /* of fields 1 and 2, or NULL */
};

/* command_catalog_functions.c */
bool catalog_list_functions(struct command_run *run, struct error *err);
bool catalog_get_function(struct command_run *run, struct error *err);
bool catalog_function_exists(struct command_run *run, struct error *err);

#endif
