/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unresolved expressions and plans as short text, for the parser's tests:
 *
 *     1 + a.b         +(1, a.b)
 *     CAST(x AS INT)  cast(x, int)
 *     SELECT a FROM t WHERE b   project(filter(t; b); a)
 */
#ifndef ROOST_TESTS_SQL_TEXT_H
#define ROOST_TESTS_SQL_TEXT_H

#include "base/text.h"
#include "sql/sql.h"

const char *sql_expr_text(struct arena *arena, const struct u_expr *e);
const char *sql_plan_text(struct arena *arena, const struct u_plan *plan);

#endif
