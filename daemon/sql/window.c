/* SPDX-License-Identifier: Apache-2.0 */
/* Windows: OVER w, OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), WINDOW w AS (...). */
#include "sql/parser.h"

static bool is_constant(const struct u_expr *e) {
    if (e->kind != U_LITERAL && e->kind != U_CAST && !(e->kind == U_CALL && e->call.is_operator)) return false;
    for (uint32_t i = 0; i < e->child_count; i++)
        if (!is_constant(e->children[i])) return false;
    return true;
}

static bool parse_bound(struct parser *p, struct u_bound *bound) {
    uint32_t from = p->at;
    if (peek(p) == K_UNBOUNDED && (peek_at(p, 1) == K_PRECEDING || peek_at(p, 1) == K_FOLLOWING)) {
        bound->kind = U_BOUND_UNBOUNDED;
        bound->following = peek_at(p, 1) == K_FOLLOWING;
        p->at += 2;
        return true;
    }
    if (accept2(p, K_CURRENT, K_ROW)) {
        bound->kind = U_BOUND_CURRENT_ROW;
        return true;
    }
    bound->kind = U_BOUND_VALUE;
    TRY(bound->value = parse_expression(p));
    bound->following = peek(p) == K_FOLLOWING;
    if (!bound->following && peek(p) != K_PRECEDING) return parser_syntax_error(p);
    next(p);
    if (!is_constant(bound->value))
        INVALID(p, parser_origin(p, from), "_LEGACY_ERROR_TEMP_0064", "msg", "Frame bound value must be a literal.");
    return true;
}

static bool parse_frame(struct parser *p, struct u_window_spec *spec) {
    if (peek(p) != K_ROWS && peek(p) != K_RANGE) return true;
    spec->frame = peek(p) == K_ROWS ? U_FRAME_ROWS : U_FRAME_RANGE;
    next(p);
    if (!accept(p, K_BETWEEN)) {
        spec->upper.kind = U_BOUND_CURRENT_ROW;
        return parse_bound(p, &spec->lower);
    }
    return parse_bound(p, &spec->lower) && expect(p, K_AND) && parse_bound(p, &spec->upper);
}

static bool parse_partition(struct parser *p, struct u_window_spec *spec) {
    struct expr_list items = {0};
    TRY(parse_expressions(p, &items));
    spec->partition_count = items.count;
    spec->partition = items.items;
    return true;
}

static bool parse_definition(struct parser *p, struct u_window_spec *spec) {
    if (accept2(p, K_CLUSTER, K_BY)) {
        TRY(parse_partition(p, spec));
    } else {
        if (accept2(p, K_PARTITION, K_BY) || accept2(p, K_DISTRIBUTE, K_BY)) TRY(parse_partition(p, spec));
        if (accept2(p, K_ORDER, K_BY) || accept2(p, K_SORT, K_BY)) {
            struct expr_list items = {0};
            TRY(parse_sort_items(p, &items));
            spec->order_count = items.count;
            spec->order = items.items;
        }
    }
    return parse_frame(p, spec) && expect(p, T_RIGHT_PAREN);
}

struct u_window_spec *parse_window_spec(struct parser *p) {
    struct u_window_spec *spec = ARENA_NEW(p->arena, struct u_window_spec);
    uint32_t from = p->at;
    bool parentheses = accept(p, T_LEFT_PAREN);
    if (parentheses && (!is_identifier(p, 0) || (peek_at(p, 1) != T_RIGHT_PAREN))) {
        TRY_NULL(parse_definition(p, spec));
        spec->origin = parser_origin(p, from);
        return spec;
    }
    spec->name_only = true;
    TRY_NULL(spec->base_name = parse_identifier(p));
    if (parentheses) TRY_NULL(expect(p, T_RIGHT_PAREN));
    return spec;
}

bool parse_named_windows(struct parser *p, uint32_t *count, struct u_named_window **windows) {
    LIST(struct u_named_window) list = {0};
    LIST(const char *) names = {0};
    uint32_t from = p->at - 1; /* WINDOW */
    do {
        struct u_named_window w;
        TRY(w.name = parse_identifier(p));
        TRY(expect(p, K_AS));
        TRY(w.spec = parse_window_spec(p));
        LIST_PUSH(p->arena, &list, w);
        LIST_PUSH(p->arena, &names, w.name);
    } while (accept(p, T_COMMA));
    const char *twice = find_duplicate(p, names.items, names.count);
    if (twice)
        INVALID(p, parser_origin(p, from), "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION", "windowName",
                sql_quote_name_always(p->arena, &twice, 1));
    *count = list.count;
    *windows = list.items;
    return true;
}
