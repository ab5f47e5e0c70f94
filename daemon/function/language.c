/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that are no calls: forms of the language and what the analyzer makes by itself (plan/time_window.c,
 * plan/table_function.c). Their rows have neither kernel nor resolve(): SHOW and DESCRIBE FUNCTION know them, a call
 * does not find them.
 */
#include "expr/function.h"

#define DESCRIBED(fname, fclass, fgroup, fusage, fexample, fsince)                                                     \
    { .name = fname, .class = fclass, .group = fgroup, .usage = fusage, .example = fexample, .since = fsince }

const struct function language_functions[] = {
    DESCRIBED("case", FUNCTION_SCALAR, "conditional_funcs",
              "CASE [expr] WHEN expr1 THEN expr2 [WHEN ...] [ELSE expr3] END - The value behind the first WHEN that is "
              "true, or that equals expr; else that behind ELSE, or NULL.",
              "CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END => two", "1.0.1"),
    DESCRIBED("cast", FUNCTION_SCALAR, "conversion_funcs",
              "cast(expr AS type) - The value as another type; expr :: type is the same.", "cast('10' AS int) => 10",
              "1.0.0"),
    DESCRIBED("collations", FUNCTION_TABLE, "generator_funcs", "collations() - The collations of strings.", NULL,
              "4.0.0"),
    DESCRIBED("python_worker_logs", FUNCTION_TABLE, "table_funcs",
              "python_worker_logs() - What the workers of Python functions logged.", NULL, "4.1.0"),
    DESCRIBED("range", FUNCTION_TABLE, "table_funcs",
              "range([start,] end[, step[, slices]]) - The whole numbers from start up to end.", NULL, "2.0.0"),
    DESCRIBED("session_window", FUNCTION_SCALAR, "datetime_funcs",
              "session_window(time, gap) - The session that a row is in, where sessions end when nothing comes for as "
              "long as the gap.",
              NULL, "3.2.0"),
    DESCRIBED("sql_keywords", FUNCTION_TABLE, "generator_funcs", "sql_keywords() - The words of the SQL language.",
              NULL, "3.5.0"),
    DESCRIBED("window", FUNCTION_SCALAR, "datetime_funcs",
              "window(time, length[, slide[, start]]) - The windows of time that a row is in.", NULL, "2.0.0"),
    DESCRIBED("||", FUNCTION_SCALAR, "string_funcs", "expr1 || expr2 - Both, one behind the other.",
              "'snow' || 'owl' => snowowl", "2.3.0"),
    {0},
};
