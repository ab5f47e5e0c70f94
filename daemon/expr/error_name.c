/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls as error messages show them. Spark makes of some calls another one before it looks at the arguments: one with
 * the defaults filled in, or that of the function that try_f() tries. Their names show after that, so messages name
 * what the user did not write: round(x) is refused as round(x, 0), try_add(a, b) as (a + b), and what WITHIN GROUP
 * orders by is one of percentile_cont()'s arguments.
 */
#include <string.h>

#include "expr/resolve.h"

enum { MOST_DEFAULTS = 4 };

static const struct error_name {
    const char *name, *shown; /* NULL: as it is called */
    uint32_t count;           /* arguments with the defaults; 0: there are none */
    const char *defaults[MOST_DEFAULTS];
} names[] = {
    {"bround", NULL, 2, {"0"}},
    {"btrim", "trim", 0, {NULL}},
    {"from_unixtime", NULL, 2, {"yyyy-MM-dd HH:mm:ss"}},
    {"lead", NULL, 3, {"1", "NULL"}},
    {"lag", NULL, 3, {"1", "NULL"}},
    {"locate", NULL, 3, {"1"}},
    {"lpad", NULL, 3, {" "}},
    {"mask", NULL, 5, {"X", "x", "n", "NULL"}},
    {"months_between", NULL, 3, {"true"}},
    {"overlay", NULL, 4, {"-1"}},
    {"position", NULL, 3, {"1"}},
    {"regexp_extract", NULL, 3, {"1"}},
    {"regexp_extract_all", NULL, 3, {"1"}},
    {"regexp_instr", NULL, 3, {"0"}},
    {"regexp_replace", NULL, 4, {"1"}},
    {"replace", NULL, 3, {""}},
    {"round", NULL, 2, {"0"}},
    {"rpad", NULL, 3, {" "}},
    {"sentences", NULL, 3, {"", ""}},
    {"sort_array", NULL, 2, {"true"}},
    {"split", NULL, 3, {"-1"}},
    {"str_to_map", NULL, 3, {",", ":"}},
    {"substr", NULL, 3, {"2147483647"}},
    {"substring", NULL, 3, {"2147483647"}},
    {"to_unix_timestamp", NULL, 2, {"yyyy-MM-dd HH:mm:ss"}},
    {"to_varchar", "to_char", 0, {NULL}},
    {"unix_timestamp", NULL, 2, {"yyyy-MM-dd HH:mm:ss"}},
    {"try_add", "+", 0, {NULL}},
    {"try_aes_decrypt", "aes_decrypt", 0, {NULL}},
    {"try_divide", "/", 0, {NULL}},
    {"try_element_at", "element_at", 0, {NULL}},
    {"try_make_timestamp", "make_timestamp", 0, {NULL}},
    {"try_mod", "%", 0, {NULL}},
    {"try_multiply", "*", 0, {NULL}},
    {"try_parse_url", "parse_url", 0, {NULL}},
    {"try_subtract", "-", 0, {NULL}},
    {"try_to_binary", "to_binary", 0, {NULL}},
    {"try_to_time", "to_time", 0, {NULL}},
    {"try_url_decode", "url_decode", 0, {NULL}},
};

static const struct error_name *find(const char *name) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0) return &names[i];
    return NULL;
}

/* percentile_cont(p) WITHIN GROUP (ORDER BY x) is percentile_cont(x, p). */
static const struct expr *with_value_first(struct arena *arena, const struct expr *call) {
    struct expr *shown = expr_copy_node(arena, call);
    shown->pretty = NULL;
    shown->children = ARENA_ARRAY(arena, struct expr *, call->child_count + 1);
    shown->children[0] = call->aggregate.order[0].expr;
    for (uint32_t i = 0; i < call->child_count; i++) shown->children[i + 1] = call->children[i];
    shown->child_count = call->child_count + 1;
    shown->aggregate.order_count = 0;
    return shown;
}

/* trim(set, text) as it is written: Spark has the text first before it looks at anything. */
static const struct expr *with_text_first(struct arena *arena, const struct expr *call) {
    struct expr *shown = expr_copy_node(arena, call), *set = call->children[0];
    shown->pretty = NULL;
    shown->children[0] = call->children[1];
    shown->children[1] = set;
    return shown;
}

static bool is_trim_as_written(const struct expr *call) {
    const char *name = call->kind == EXPR_CALL && call->call.name ? call->call.name : "";
    bool is_trim = strcmp(name, "trim") == 0 || strcmp(name, "ltrim") == 0 || strcmp(name, "rtrim") == 0;
    return is_trim && call->child_count == 2 && !call->call.data;
}

const struct expr *expr_in_errors(struct arena *arena, const struct expr *call) {
    if (is_trim_as_written(call)) return with_text_first(arena, call);
    bool orders = call->kind == EXPR_AGGREGATE && call->aggregate.order_count == 1;
    if (orders && strncmp(call->aggregate.name, "percentile_", strlen("percentile_")) == 0)
        return with_value_first(arena, call);
    bool is_call = (call->kind == EXPR_CALL || call->kind == EXPR_AGGREGATE) && call->call.name;
    const struct error_name *n = is_call ? find(call->call.name) : NULL;
    if (!n) return call;
    struct expr *shown = expr_copy_node(arena, call);
    shown->pretty = NULL;
    if (n->shown) shown->call.name = n->shown;
    if (call->child_count >= n->count) return shown;
    shown->children = arena_grow(arena, shown->children, call->child_count * sizeof *shown->children,
                                 n->count * sizeof *shown->children);
    uint32_t given = 0; /* of those that have a default */
    while (given < MOST_DEFAULTS && n->defaults[given]) given++;
    given -= n->count - call->child_count;
    for (; shown->child_count < n->count; given++)
        shown->children[shown->child_count++] = expr_string(arena, n->defaults[given], strlen(n->defaults[given]));
    return shown;
}
