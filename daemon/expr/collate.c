/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which collation a call works under, when its strings do not all have the same one.
 *
 * Every expression has a strength beside its collation: explicit (somebody wrote COLLATE), implicit (a column, a
 * subquery, a cast that somebody wrote), default (a literal, a function of no strings). The strongest of a call's
 * strings wins and the others are given its collation. Two explicit ones that differ are refused; two others that
 * differ leave the collation indeterminate, a type of its own ("null") that some functions can live with, because
 * they compare nothing, and that is refused by the rest.
 *
 * A function that is not in the table neither changes its arguments' collations nor passes one on.
 */
#include "expr/collate.h"

#include <string.h>
#include <strings.h>

static const char INDETERMINATE[] = "null";

enum {
    COLLATE_RESULT = 1 << 0,  /* strings of the result have the arguments' collation */
    COLLATE_DECIDED = 1 << 1, /* compares: an indeterminate collation is refused */
    COLLATE_SEARCH = 1 << 2,  /* no collation that takes accents but not case as equal */
    COLLATE_NO_TRIM = 1 << 3, /* none that ignores blanks at the end */
    COLLATE_BYTES = 1 << 4,   /* UTF8_BINARY and UTF8_LCASE alone */
    COLLATE_WHOLE = 1 << 5    /* its resolve() adds arguments that are left out and asks again */
};

/* arguments: 'x' at the place of one that takes part; '*' repeats what stands before it; a map's keys are 'k'. */
struct rule {
    const char *name, *arguments;
    unsigned flags;
};

static const struct rule rules[] = {
    {"!=", "xx", COLLATE_DECIDED},
    {"<", "xx", COLLATE_DECIDED},
    {"<=", "xx", COLLATE_DECIDED},
    {"<=>", "xx", COLLATE_DECIDED},
    {"<>", "xx", COLLATE_DECIDED},
    {"=", "xx", COLLATE_DECIDED},
    {"==", "xx", COLLATE_DECIDED},
    {">", "xx", COLLATE_DECIDED},
    {">=", "xx", COLLATE_DECIDED},
    {"array", "x*", 0},
    {"array_append", "xx", 0},
    {"array_contains", "xx", 0},
    {"array_except", "xx", 0},
    {"array_intersect", "xx", 0},
    {"array_join", "xxx", COLLATE_RESULT},
    {"array_position", "xx", 0},
    {"array_remove", "xx", 0},
    {"array_union", "xx", 0},
    {"arrays_overlap", "xx", 0},
    {"btrim", "xx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"coalesce", "x*", 0},
    {"concat", "x*", COLLATE_RESULT},
    {"concat_ws", "x*", COLLATE_RESULT},
    {"contains", "xx", COLLATE_DECIDED | COLLATE_SEARCH},
    {"conv", "", COLLATE_RESULT},
    {"elt", "-x*", COLLATE_RESULT},
    {"endswith", "xx", COLLATE_DECIDED | COLLATE_SEARCH},
    {"find_in_set", "xx", COLLATE_DECIDED},
    {"format_string", "", COLLATE_RESULT},
    {"greatest", "x*", 0},
    {"hex", "", COLLATE_RESULT},
    {"if", "-xx", 0},
    {"ilike", "", COLLATE_BYTES},
    {"in", "x*", COLLATE_DECIDED},
    {"initcap", "", COLLATE_RESULT},
    {"instr", "xx", COLLATE_DECIDED | COLLATE_SEARCH},
    {"lag", "x-x", 0},
    {"lcase", "", COLLATE_RESULT},
    {"lead", "x-x", 0},
    {"least", "x*", 0},
    {"left", "", COLLATE_RESULT},
    {"levenshtein", "xx", 0},
    {"like", "", COLLATE_BYTES},
    {"like_all", "", COLLATE_BYTES},
    {"like_any", "", COLLATE_BYTES},
    {"locate", "xx-", COLLATE_WHOLE | COLLATE_DECIDED | COLLATE_SEARCH},
    {"lower", "", COLLATE_RESULT},
    {"lpad", "x-x", COLLATE_RESULT},
    {"ltrim", "xx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"make_valid_utf8", "", COLLATE_RESULT},
    {"map", "kv*", 0},
    {"mask", "xxxxx", COLLATE_RESULT},
    {"not_like_all", "", COLLATE_BYTES},
    {"not_like_any", "", COLLATE_BYTES},
    {"overlay", "xx", COLLATE_RESULT},
    {"position", "xx-", COLLATE_WHOLE | COLLATE_DECIDED | COLLATE_SEARCH},
    {"printf", "", COLLATE_RESULT},
    {"regexp", "", COLLATE_BYTES},
    {"regexp_count", "", COLLATE_BYTES},
    {"regexp_extract", "", COLLATE_RESULT | COLLATE_BYTES},
    {"regexp_extract_all", "", COLLATE_RESULT | COLLATE_BYTES},
    {"regexp_instr", "", COLLATE_BYTES},
    {"regexp_like", "", COLLATE_BYTES},
    {"regexp_replace", "xxx", COLLATE_RESULT | COLLATE_BYTES},
    {"regexp_substr", "", COLLATE_RESULT | COLLATE_BYTES},
    {"repeat", "", COLLATE_RESULT},
    {"replace", "xxx", COLLATE_WHOLE | COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"reverse", "", COLLATE_RESULT},
    {"right", "", COLLATE_RESULT},
    {"rlike", "", COLLATE_BYTES},
    {"rpad", "x-x", COLLATE_RESULT},
    {"rtrim", "xx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"sentences", "", COLLATE_RESULT},
    {"split", "", COLLATE_RESULT | COLLATE_BYTES},
    {"split_part", "xx", COLLATE_RESULT | COLLATE_SEARCH},
    {"startswith", "xx", COLLATE_DECIDED | COLLATE_SEARCH},
    {"str_to_map", "xxx", COLLATE_WHOLE | COLLATE_RESULT | COLLATE_SEARCH | COLLATE_NO_TRIM},
    {"substr", "", COLLATE_RESULT},
    {"substring", "", COLLATE_RESULT},
    {"substring_index", "xx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"to_number", "xx", 0},
    {"translate", "xxx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"trim", "xx", COLLATE_RESULT | COLLATE_DECIDED | COLLATE_SEARCH},
    {"try_to_number", "xx", 0},
    {"try_validate_utf8", "", COLLATE_RESULT},
    {"ucase", "", COLLATE_RESULT},
    {"upper", "", COLLATE_RESULT},
    {"validate_utf8", "", COLLATE_RESULT},
    {"when", "-x*", 0},
};

static const struct rule *find_rule(const char *name) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].name, name) == 0) return &rules[i];
    return NULL;
}

static bool has_collation(const struct type *t) {
    switch (t->kind) {
        case TYPE_STRING: return t->collation != NULL;
        case TYPE_ARRAY: return has_collation(t->element);
        case TYPE_MAP: return has_collation(t->key) || has_collation(t->element);
        case TYPE_STRUCT:
            for (uint32_t i = 0; i < t->field_count; i++)
                if (has_collation(t->fields[i].type)) return true;
            return false;
        default: return false;
    }
}

/* The string, or an array's, at any depth; NULL: neither. */
static const struct type *string_within(const struct type *t) {
    while (t->kind == TYPE_ARRAY) t = t->element;
    return type_is_string(t) ? t : NULL;
}

static const struct type *with_collation(struct arena *arena, const struct type *t, const char *collation) {
    switch (t->kind) {
        case TYPE_STRING: return type_string(arena, collation);
        case TYPE_ARRAY: return type_array(arena, with_collation(arena, t->element, collation), t->contains_null);
        case TYPE_MAP:
            return type_map(arena, with_collation(arena, t->key, collation),
                            with_collation(arena, t->element, collation), t->contains_null);
        default: return t;
    }
}

enum strength { NO_STRING, DEFAULT, IMPLICIT, EXPLICIT };
struct strong {
    enum strength strength;
    const char *collation; /* NULL: UTF8_BINARY */
};

static bool same_collation(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool explicit_mismatch(struct resolver *r, const char *a, const char *b, struct error *err) {
    error_set(err, "COLLATION_MISMATCH.EXPLICIT", "explicitTypes",
              arena_printf(r->arena, "%s, %s", quoted_type(r->arena, type_string(r->arena, a)),
                           quoted_type(r->arena, type_string(r->arena, b))),
              NULL);
    return false;
}

/* Into *a, the winner of both. */
static bool win(struct resolver *r, struct strong *a, const struct strong *b, struct error *err) {
    if (b->strength == NO_STRING) return true;
    if (a->strength == b->strength && !same_collation(a->collation, b->collation)) {
        if (a->strength == EXPLICIT) return explicit_mismatch(r, a->collation, b->collation, err);
        a->collation = INDETERMINATE;
    } else if (b->strength > a->strength) {
        *a = *b;
    }
    return true;
}

static bool is_extract(const struct expr *e) {
    return e->kind == EXPR_CALL && strncmp(e->call.function->name, "get_", 4) == 0 &&
           (strcmp(e->call.function->name, "get_struct_field") == 0 ||
            strcmp(e->call.function->name, "get_array_item") == 0 ||
            strcmp(e->call.function->name, "get_map_value") == 0 ||
            strcmp(e->call.function->name, "get_array_struct_fields") == 0);
}

static enum strength strength_alone(const struct expr *e) {
    switch (e->kind) {
        case EXPR_ATTRIBUTE:
        case EXPR_OUTER:
        case EXPR_ALIAS:
        case EXPR_LAMBDA_VARIABLE:
        case EXPR_SUBQUERY: return IMPLICIT;
        case EXPR_CALL: return strcmp(e->call.function->name, "collate") == 0 ? EXPLICIT : NO_STRING;
        case EXPR_CAST: return e->cast.explicit_ && string_within(e->children[0]->type) ? IMPLICIT : NO_STRING;
        default: return e->child_count == 0 ? DEFAULT : NO_STRING;
    }
}

static bool strength_of(struct resolver *r, const struct expr *e, struct strong *out, struct error *err) {
    *out = (struct strong){0};
    const struct type *string = string_within(e->type);
    if (!string) return true;
    out->strength = strength_alone(e);
    out->collation = string->collation;
    if (out->strength != NO_STRING) return true;
    for (uint32_t i = 0; i < e->child_count && (i == 0 || !is_extract(e)); i++) {
        struct strong child;
        TRY(strength_of(r, e->children[i], &child, err));
        TRY(win(r, out, &child, err));
    }
    bool default_cast = e->kind == EXPR_CAST && out->strength == DEFAULT;
    if (is_extract(e) || default_cast) out->collation = string->collation;
    if (out->strength == NO_STRING) *out = (struct strong){DEFAULT, string->collation};
    return true;
}

/* The letter of a rule that stands at the i-th argument; '-' for none. */
static char place(const char *arguments, uint32_t i) {
    if (arguments[0] == 'k') return i % 2 ? 'v' : 'k';
    for (char before = '-';; before = *arguments++) {
        if (!*arguments) return '-';
        if (*arguments == '*') return before;
        if (i-- == 0) return *arguments;
    }
}

/* The collation that wins among the arguments whose place is `letter`. */
static bool find_winner(struct resolver *r, const struct expr *call, const char *arguments, char letter,
                        struct strong *found, struct error *err) {
    *found = (struct strong){0};
    for (uint32_t i = 0; i < call->child_count; i++) {
        if (place(arguments, i) != letter) continue;
        struct strong child;
        TRY(strength_of(r, call->children[i], &child, err));
        TRY(win(r, found, &child, err));
    }
    return true;
}

/* Gives it to all of them. */
static void give_collation(struct resolver *r, struct expr *call, const char *arguments, char letter,
                           const char *collation) {
    for (uint32_t i = 0; i < call->child_count; i++) {
        struct expr *e = call->children[i];
        const struct type *string = string_within(e->type);
        if (place(arguments, i) != letter || !string || same_collation(string->collation, collation)) continue;
        call->children[i] = coerce_to(r, e, with_collation(r->arena, e->type, collation));
    }
}

static bool ends_with(const char *s, const char *end) {
    size_t size = strlen(s), length = strlen(end);
    return size >= length && strcasecmp(s + size - length, end) == 0;
}

static bool accepts(unsigned flags, const char *collation) {
    bool trims = ends_with(collation, "_RTRIM");
    if (flags & COLLATE_BYTES) return strcmp(collation, "UTF8_LCASE") == 0;
    if (flags & COLLATE_NO_TRIM && trims) return false;
    if (!(flags & COLLATE_SEARCH)) return true;
    bool ignores_accents = strstr(collation, "_AI") != NULL, ignores_case = strstr(collation, "_CI") != NULL;
    return !ignores_accents || ignores_case;
}

static bool check_supported(struct resolver *r, const struct expr *call, unsigned flags, struct error *err) {
    for (uint32_t i = 0; i < call->child_count; i++) {
        const struct expr *e = call->children[i];
        if (i > 0 && flags & COLLATE_BYTES) flags = COLLATE_NO_TRIM; /* of a pattern Spark asks no more */
        if (e->type->kind != TYPE_STRING || !e->type->collation || accepts(flags, e->type->collation)) continue;
        resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(i), "requiredType",
                         "\"STRING\"", "inputSql", quoted_expr(r->arena, e), "inputType",
                         quoted_type(r->arena, e->type), NULL);
        return false;
    }
    return true;
}

static bool any_collation(const struct expr *call) {
    for (uint32_t i = 0; i < call->child_count; i++)
        if (has_collation(call->children[i]->type)) return true;
    return false;
}

bool collate_arguments(struct resolver *r, struct expr *call, struct error *err) {
    const struct rule *rule = any_collation(call) ? find_rule(call->call.function->name) : NULL;
    if (!rule) return true;
    if (rule->flags & COLLATE_WHOLE && call->child_count < strlen(rule->arguments)) return true;
    for (const char *letter = rule->arguments[0] == 'k' ? "kv" : "x"; *letter; letter++) {
        struct strong found;
        TRY(find_winner(r, call, rule->arguments, *letter, &found, err));
        if (found.collation == INDETERMINATE && rule->flags & COLLATE_DECIDED) {
            error_set(err, "INDETERMINATE_COLLATION_IN_EXPRESSION", "expr",
                      quoted_expr(r->arena, expr_in_errors(r->arena, call)), NULL);
            return error_at(err, call->origin);
        }
        give_collation(r, call, rule->arguments, *letter, found.collation);
    }
    return !(rule->flags & (COLLATE_SEARCH | COLLATE_NO_TRIM | COLLATE_BYTES)) ||
           check_supported(r, call, rule->flags, err);
}

void collate_result(struct resolver *r, struct expr *call) {
    if (call->kind != EXPR_CALL || !any_collation(call) || has_collation(call->type)) return;
    const struct rule *rule = find_rule(call->call.function->name);
    if (!rule || !(rule->flags & COLLATE_RESULT)) return;
    for (uint32_t i = 0; i < call->child_count; i++) {
        const struct type *string = string_within(call->children[i]->type);
        if (rule->arguments[0] ? place(rule->arguments, i) == '-' : i > 0) continue;
        if (!string || !string->collation) continue;
        call->type = with_collation(r->arena, call->type, string->collation);
        return;
    }
}
