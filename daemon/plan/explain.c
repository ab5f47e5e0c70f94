/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPLAIN: plans as indented trees, in Spark's layout and modes. What a node's lines say is in explain_logical.c and
 * explain_physical.c; here they are drawn. The plans of a node's subqueries stand above its children:
 *
 *     Filter (a#1L > scalarsubquery())
 *     :  +- Aggregate [max(b#2L) AS max(b)#3L]
 *     :     +- LocalRelation [b#2L]
 *     +- LocalRelation [a#1L]
 *
 * The formatted mode numbers the operators, children first, and tells of each below the tree.
 */
#include "plan/explain.h"

#include <strings.h>

struct drawing {
    struct explanation x;
    struct text *out;
    explain_node *explain;
    bool with_cost, numbered;
    uint32_t last_number;
    struct text operators; /* numbered: what is told below the tree */
};

struct subqueries {
    uint32_t count;
    const struct plan **plans;
    struct arena *arena;
};

/* A node that stands only where a plan id was given. */
static const struct plan *skip_marks(const struct plan *p) {
    while (p->kind == PLAN_HINT && !p->hint.name) p = p->children[0];
    return p;
}

/* --- subqueries --- */

static void find_subqueries(const struct expr *e, struct subqueries *found) {
    if (e->kind == EXPR_SUBQUERY && e->subquery.plan) {
        const struct plan **plans = ARENA_ARRAY(found->arena, const struct plan *, found->count + 1);
        memcpy(plans, found->plans, found->count * sizeof(struct plan *));
        plans[found->count++] = e->subquery.plan;
        found->plans = plans;
    }
    for (uint32_t i = 0; i < e->child_count; i++) find_subqueries(e->children[i], found);
}

static bool find_in_slot(struct expr **slot, void *data) {
    find_subqueries(*slot, data);
    return true;
}

static struct subqueries subqueries_of(struct arena *arena, const struct plan *p) {
    struct subqueries found = {.arena = arena};
    plan_each_expr((struct plan *)p, find_in_slot, &found); /* looks, and changes nothing */
    return found;
}

/* --- the operators below a formatted tree --- */

static void put_columns(struct drawing *d, const char *head, struct attribute *const *columns, uint32_t count) {
    text_printf(&d->operators, "%s [%u]: ", head, count);
    explain_attributes(&d->x, &d->operators, columns, count);
    text_add_char(&d->operators, '\n');
}

static void put_operator(struct drawing *d, const struct plan *p, const struct explain_line *line, uint32_t number) {
    struct text *t = &d->operators;
    text_printf(t, "\n(%u) %s\n", number, line->name);
    bool gives_others = !p->child_count || p->kind == PLAN_PROJECT || p->child_count > 1;
    if (gives_others) put_columns(d, "Output", p->output, p->output_count);
    if (p->child_count == 1) put_columns(d, "Input", p->children[0]->output, p->children[0]->output_count);
    const char *details = line->details;
    while (*details == ' ') details++;
    if (p->kind == PLAN_FILTER)
        text_printf(t, "Condition : %s\n", details);
    else if (p->kind != PLAN_PROJECT && p->kind != PLAN_LOCAL && *details)
        text_printf(t, "Arguments: %s\n", details);
}

/* --- trees --- */

/* prefix: what stands before the node's line; rest: before those below it. */
static void draw(struct drawing *d, const struct plan *p, const char *prefix, const char *rest);

static void draw_below(struct drawing *d, const struct plan *p, const char *rest) {
    struct arena *arena = d->x.arena;
    struct subqueries inner = subqueries_of(arena, p);
    const char *side = p->child_count ? ":  " : "   ";
    for (uint32_t i = 0; i < inner.count && !d->numbered; i++) {
        bool last = i + 1 == inner.count;
        draw(d, inner.plans[i], arena_printf(arena, "%s%s%s", rest, side, last ? "+- " : ":- "),
             arena_printf(arena, "%s%s%s", rest, side, last ? "   " : ":  "));
    }
    for (uint32_t i = 0; i < p->child_count; i++) {
        bool last = i + 1 == p->child_count;
        draw(d, p->children[i], arena_printf(arena, "%s%s", rest, last ? "+- " : ":- "),
             arena_printf(arena, "%s%s", rest, last ? "   " : ":  "));
    }
}

/* The operators below come first in the count, and are drawn apart until it is known how many they are. */
static struct text draw_numbered_below(struct drawing *d, const struct plan *p, const char *rest) {
    struct text *out = d->out, below;
    text_init(&below, d->x.arena);
    d->out = &below;
    draw_below(d, p, rest);
    d->out = out;
    return below;
}

static const char *indented(struct arena *arena, const char *rest, uint32_t levels) {
    for (; levels; levels--) rest = arena_printf(arena, "%s   ", rest);
    return rest;
}

static void draw(struct drawing *d, const struct plan *p, const char *prefix, const char *rest) {
    struct explain_line lines[EXPLAIN_LINES_MAX];
    struct arena *arena = d->x.arena;
    p = skip_marks(p);
    uint32_t count = d->explain(&d->x, p, lines);
    const char *rest_below = indented(arena, rest, count - 1);
    struct text below = {0};
    if (d->numbered) below = draw_numbered_below(d, p, rest_below);
    for (uint32_t i = 0; i < count; i++) {
        text_add(d->out, i ? arena_printf(arena, "%s+- ", indented(arena, rest, i - 1)) : prefix);
        if (d->numbered)
            text_printf(d->out, "%s (%u)", lines[i].name, d->last_number + count - i);
        else
            text_printf(d->out, "%s%s", lines[i].name, lines[i].details);
        if (d->with_cost) text_add(d->out, explain_statistics(arena, i && p->child_count ? p->children[0] : p));
        text_add_char(d->out, '\n');
    }
    for (uint32_t i = count; d->numbered && i-- > 0;) put_operator(d, p, &lines[i], ++d->last_number);
    if (d->numbered)
        text_add_bytes(d->out, below.data, below.size);
    else
        draw_below(d, p, rest_below);
}

static void put_tree(struct explanation *x, struct text *out, const struct plan *p, explain_node *explain,
                     bool with_cost) {
    struct drawing d = {.x = *x, .out = out, .explain = explain, .with_cost = with_cost};
    draw(&d, p, "", "");
}

static void put_formatted(struct explanation *x, struct text *out, const struct plan *p) {
    struct drawing d = {.x = *x, .out = out, .explain = explain_physical, .numbered = true};
    text_init(&d.operators, x->arena);
    draw(&d, p, "", "");
    text_add_char(out, '\n');
    text_add(out, text_finish(&d.operators));
    text_add_char(out, '\n');
}

/* --- modes --- */

static void put_schema(struct explanation *x, struct text *out, const struct plan *p) {
    const struct type *schema = plan_schema(x->arena, p);
    for (uint32_t i = 0; i < schema->field_count; i++)
        text_printf(out, "%s%s: %s", i ? ", " : "", schema->fields[i].name,
                    type_simple_string(x->arena, schema->fields[i].type));
    text_add_char(out, '\n');
}

const char *plan_explain(struct arena *arena, const struct context *context, const char *parsed,
                         const struct plan *analyzed, const struct plan *optimized, const char *mode) {
    struct explanation x = {.arena = arena, .context = context};
    struct text out;
    text_init(&out, arena);
    bool extended = strcasecmp(mode, "extended") == 0, cost = strcasecmp(mode, "cost") == 0;
    if (strcasecmp(mode, "codegen") == 0) return "Found 0 WholeStageCodegen subtrees.\n";
    if (extended) {
        text_add(&out, "== Parsed Logical Plan ==\n");
        if (parsed)
            text_add(&out, parsed);
        else
            put_tree(&x, &out, analyzed, explain_logical, false);
        text_add(&out, "\n== Analyzed Logical Plan ==\n");
        put_schema(&x, &out, analyzed);
        put_tree(&x, &out, analyzed, explain_logical, false);
    }
    if (extended || cost) {
        text_add(&out, extended ? "\n== Optimized Logical Plan ==\n" : "== Optimized Logical Plan ==\n");
        put_tree(&x, &out, optimized, explain_logical, cost);
        text_add_char(&out, '\n');
    }
    text_add(&out, "== Physical Plan ==\n");
    if (strcasecmp(mode, "formatted") == 0)
        put_formatted(&x, &out, optimized);
    else
        put_tree(&x, &out, optimized, explain_physical, false);
    if (!extended) text_add_char(&out, '\n');
    return text_finish(&out);
}

/* --- trees for other readers --- */

static const char *logical_tree(struct explanation *x, const struct plan *p) {
    struct text out;
    text_init(&out, x->arena);
    put_tree(x, &out, p, explain_logical, false);
    return text_finish(&out);
}

const char *plan_tree_string(struct arena *arena, const struct plan *p) {
    struct explanation x = {.arena = arena};
    return logical_tree(&x, p);
}

const char *plan_fingerprint(struct arena *arena, const struct plan *p) {
    struct explanation x = {.arena = arena, .nameless = true};
    return logical_tree(&x, p);
}
