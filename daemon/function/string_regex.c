/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of regular expressions. The pattern's column is argument 1 everywhere; an invalid one is
 * INVALID_PARAMETER_VALUE.PATTERN at the row that meets it.
 */
#include <string.h>

#include "function/collated.h"
#include "function/regex.h"

static bool prepare_regex(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                          struct error *err) {
    struct regex_memory *memory = ARENA_NEW(arena, struct regex_memory);
    memory->arena = arena_scratch(arena);
    *state = memory;
    return true;
}

static struct regex *regex_of(struct call *call, struct string pattern, struct error *err) {
    struct regex *r = regex_remember(call->state, pattern, argument_ignores_case(call, 0));
    if (r) return r;
    const char *name = call->expr->call.function->name;
    if (strcmp(name, "split") == 0) {
        error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%.*s", (int)pattern.size, pattern.data);
        return NULL;
    }
    /* Some are rewritten to others before they run. */
    if (strcmp(name, "regexp_count") == 0) name = "regexp_extract_all";
    if (strcmp(name, "regexp_substr") == 0) name = "regexp_extract";
    struct vector value = {.type = TYPE_OF(STRING), .form = VECTOR_CONSTANT, .data = &pattern};
    error_set(err, "INVALID_PARAMETER_VALUE.PATTERN", "parameter", "`regexp`", NULL);
    error_add(err, "functionName", "`%s`", name);
    error_add(err, "value", "%s", literal_sql(call->arena, &value, NULL, true));
    return NULL;
}

static bool rlike_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        const size_t *offsets;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        VECTOR_DATA(out, uint8_t)[i] = regex_search(r, string_at(&s, i), 0, &offsets);
    }
    return true;
}

static void add_group(struct text *out, struct string s, const size_t *offsets, uint32_t group) {
    if (offsets[2 * group] != SIZE_MAX)
        text_add_bytes(out, s.data + offsets[2 * group], offsets[2 * group + 1] - offsets[2 * group]);
}

/* Java's replacement: $1, ${name}, \ takes the next character as it is. False: no such group. */
static bool add_replacement(struct text *out, struct string by, struct string s, const size_t *offsets,
                            const struct regex *r) {
    uint32_t groups = regex_groups(r);
    for (uint32_t k = 0; k < by.size; k++) {
        char c = by.data[k];
        if (c == '\\') {
            if (++k == by.size) return false;
            text_add_char(out, by.data[k]);
        } else if (c == '$' && k + 1 < by.size && by.data[k + 1] == '{') {
            const char *name = by.data + k + 2, *close = memchr(name, '}', by.size - k - 2);
            uint32_t group = close ? regex_group_named(r, string_make(name, (size_t)(close - name))) : 0;
            if (!group) return false;
            add_group(out, s, offsets, group);
            k = (uint32_t)(close - by.data);
        } else if (c == '$') {
            if (++k == by.size || by.data[k] < '0' || by.data[k] > '9') return false;
            uint32_t group = (uint32_t)(by.data[k] - '0');
            if (group > groups) return false;
            while (k + 1 < by.size && by.data[k + 1] >= '0' && by.data[k + 1] <= '9') {
                uint32_t longer = group * 10 + (uint32_t)(by.data[k + 1] - '0');
                if (longer > groups) break;
                group = longer;
                k++;
            }
            add_group(out, s, offsets, group);
        } else {
            text_add_char(out, c);
        }
    }
    return true;
}

/* Positions count Java's characters, of which those beyond U+FFFF have two. */
static size_t java_offset(struct string s, size_t units) {
    size_t at = 0;
    while (units && at < s.size) {
        unsigned size = utf8_length((uint8_t)s.data[at]);
        units -= units < 2 || size < 4 ? 1 : 2;
        at = at + size < s.size ? at + size : s.size;
    }
    return at;
}

/* Behind a position nothing sees what is before it: ^ matches there, (?<=x) does not. */
static bool replace_row(struct call *call, struct regex *r, struct string whole, struct string by, int32_t position,
                        struct string *result, struct error *err) {
    struct text out;
    text_init(&out, call->arena);
    size_t start = java_offset(whole, (size_t)position - 1), copied = 0;
    *result = whole;
    if (position > 1 && start >= whole.size) return true;
    struct string s = string_make(whole.data + start, whole.size - start);
    text_add_bytes(&out, whole.data, start);
    const size_t *offsets;
    bool any = false;
    for (size_t from = 0; from <= s.size && regex_search(r, s, from, &offsets); from = regex_next(s, offsets)) {
        any = true;
        text_add_bytes(&out, s.data + copied, offsets[0] - copied);
        if (!add_replacement(&out, by, s, offsets, r)) {
            error_set(err, "INVALID_REGEXP_REPLACE", NULL);
            error_add(err, "source", "%.*s", (int)whole.size, whole.data);
            struct string pattern = ((struct regex_memory *)call->state)->pattern;
            error_add(err, "pattern", "%.*s", (int)pattern.size, pattern.data);
            error_add(err, "replacement", "%.*s", (int)by.size, by.data);
            return error_add(err, "position", "%d", position);
        }
        copied = offsets[1];
    }
    if (!any) return true;
    text_add_bytes(&out, s.data + copied, s.size - copied);
    *result = string_make(out.data ? out.data : "", out.size);
    return true;
}

static bool regexp_replace_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    struct view by = vector_view(call->arena, &arguments[2], rows), at = vector_view(call->arena, &arguments[3], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        TRY(replace_row(call, r, string_at(&s, i), string_at(&by, i), int_at(&at, i),
                        &VECTOR_DATA(out, struct string)[i], err));
    }
    return true;
}

static struct expr *add_int_argument(struct resolver *r, struct expr *call, uint32_t wanted, int32_t value,
                                     struct error *err) {
    if (call->child_count == wanted) return call;
    struct expr *arguments[4] = {0};
    for (uint32_t i = 0; i < call->child_count; i++) arguments[i] = call->children[i];
    arguments[wanted - 1] = expr_int(r->arena, value);
    return resolve_call(r, call->call.function, call->call.name, arguments, wanted, call->origin, err);
}

static struct expr *regexp_replace_resolve(struct resolver *r, struct expr *call, struct error *err) {
    if (call->child_count == 3) return add_int_argument(r, call, 4, 1, err);
    const struct expr *position = call->children[3];
    if (!position->foldable)
        return resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName", "`position`", "inputType", "\"INT\"",
                                "inputExpr", quoted_expr(r->arena, position), NULL);
    if (position->kind == EXPR_LITERAL && !expr_is_null_literal(position) &&
        *VECTOR_DATA(position->literal, int32_t) <= 0)
        return resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "position", "valueRange",
                                "(0, 2147483647]", "currentValue",
                                literal_sql(r->arena, position->literal, NULL, false), NULL);
    return call;
}

static bool check_group(struct call *call, int32_t index, uint32_t groups, struct error *err) {
    if (index >= 0 && (uint32_t)index <= groups) return true;
    error_set(err, "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", "parameter", "`idx`", NULL);
    error_add(err, "functionName", "`%s`", call->expr->call.function->name);
    error_add(err, "groupCount", "%u", groups);
    return error_add(err, "groupIndex", "%d", index);
}

static struct string group_of(struct string s, const size_t *offsets, uint32_t group) {
    if (offsets[2 * group] == SIZE_MAX) return string_make("", 0);
    return string_make(s.data + offsets[2 * group], offsets[2 * group + 1] - offsets[2 * group]);
}

static bool regexp_extract_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                  struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    struct view index = vector_view(call->arena, &arguments[2], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        const size_t *offsets;
        bool found = regex_search(r, string_at(&s, i), 0, &offsets);
        if (found) TRY(check_group(call, int_at(&index, i), regex_groups(r), err));
        VECTOR_DATA(out, struct string)
        [i] = found ? group_of(string_at(&s, i), offsets, (uint32_t)int_at(&index, i)) : string_make("", 0);
    }
    return true;
}

static struct expr *regexp_extract_resolve(struct resolver *r, struct expr *call, struct error *err) {
    return add_int_argument(r, call, 3, 1, err);
}

static bool regexp_extract_all_kernel(struct call *call, const struct vector *arguments, uint32_t rows,
                                      struct vector *out, struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    struct view index = vector_view(call->arena, &arguments[2], rows);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            builder_append_null(&list);
            continue;
        }
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        struct string text = string_at(&s, i);
        const size_t *offsets;
        for (size_t from = 0; from <= text.size && regex_search(r, text, from, &offsets);
             from = regex_next(text, offsets)) {
            TRY(check_group(call, int_at(&index, i), regex_groups(r), err));
            struct string group = group_of(text, offsets, (uint32_t)int_at(&index, i));
            builder_append(&list.children[0], &group);
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *regexp_extract_all_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call = add_int_argument(r, call, 3, 1, err);
    if (call) call->type = type_array(r->arena, TYPE_OF(STRING), true);
    return call;
}

static bool regexp_count_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        struct string text = string_make_valid(call->arena, string_at(&s, i)); /* a bad byte is a character too */
        const size_t *offsets;
        int32_t n = 0;
        for (size_t from = 0; from <= text.size && regex_search(r, text, from, &offsets);
             from = regex_next(text, offsets))
            n++;
        VECTOR_DATA(out, int32_t)[i] = n;
    }
    return true;
}

static bool regexp_instr_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        struct string text = string_at(&s, i);
        const size_t *offsets;
        bool found = regex_search(r, text, 0, &offsets);
        VECTOR_DATA(out, int32_t)[i] = found ? (int32_t)utf8_utf16_count(text.data, offsets[0]) + 1 : 0;
    }
    return true;
}

static struct expr *regexp_instr_resolve(struct resolver *r, struct expr *call, struct error *err) {
    return add_int_argument(r, call, 3, 0, err);
}

static bool regexp_substr_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct regex *r = regex_of(call, string_at(&p, i), err);
        if (!r) return false;
        const size_t *offsets;
        struct string text = string_at(&s, i);
        if (regex_search(r, text, 0, &offsets) && offsets[1] > offsets[0])
            VECTOR_DATA(out, struct string)[i] = group_of(text, offsets, 0);
        else
            vector_set_null(out, call->arena, i, rows);
    }
    return true;
}

/* Java's split: a match of no width at the beginning gives no empty first piece. Nor does one at the end a last piece
 * where the pattern is empty: Spark takes the text apart itself then. */
void regex_split(struct builder *pieces, struct regex *r, struct string s, int32_t limit) {
    size_t piece = 0;
    const size_t *offsets;
    int32_t count = 1;
    for (size_t from = 0; from <= s.size && (limit <= 0 || count < limit) && regex_search(r, s, from, &offsets);
         from = regex_next(s, offsets)) {
        bool empty = offsets[0] == offsets[1];
        if (empty && (offsets[0] == 0 || (offsets[0] == s.size && regex_is_empty(r)))) continue;
        struct string part = string_make(s.data + piece, offsets[0] - piece);
        builder_append(pieces, &part);
        piece = offsets[1];
        count++;
    }
    struct string rest = string_make(s.data + piece, s.size - piece);
    builder_append(pieces, &rest);
}

/* A pattern that is one plain character needs no PCRE2. */
static bool is_plain(struct string pattern) {
    return pattern.size == 1 && !strchr(".$|()[{^?*+\\", pattern.data[0]) && (uint8_t)pattern.data[0] < 0x80;
}

static void split_plain(struct builder *pieces, char separator, struct string s, int32_t limit) {
    const char *p = s.data, *end = s.data + s.size;
    for (int32_t count = 1; limit <= 0 || count < limit; count++) {
        const char *at = p < end ? memchr(p, separator, (size_t)(end - p)) : NULL;
        if (!at) break;
        struct string part = string_make(p, (size_t)(at - p));
        builder_append(pieces, &part);
        p = at + 1;
    }
    struct string rest = string_make(p, (size_t)(end - p));
    builder_append(pieces, &rest);
}

static bool split_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                         struct error *err) {
    struct view s = vector_view(call->arena, &arguments[0], rows), p = vector_view(call->arena, &arguments[1], rows);
    struct view limit = vector_view(call->arena, &arguments[2], rows);
    struct builder list;
    builder_init(&list, call->arena, call->expr->type, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) {
            builder_append_null(&list);
            continue;
        }
        struct string pattern = string_at(&p, i);
        if (is_plain(pattern) && !argument_ignores_case(call, 0)) {
            split_plain(&list.children[0], pattern.data[0], string_at(&s, i), int_at(&limit, i));
        } else {
            struct regex *r = regex_of(call, pattern, err);
            if (!r) return false;
            regex_split(&list.children[0], r, string_at(&s, i), int_at(&limit, i));
        }
        builder_end_list(&list);
    }
    *out = *builder_finish(&list);
    return true;
}

static struct expr *split_resolve(struct resolver *r, struct expr *call, struct error *err) {
    call = add_int_argument(r, call, 3, -1, err);
    if (call) call->type = type_array(r->arena, TYPE_OF(STRING), false);
    return call;
}

#define REGEX_FUNCTION(fname, sig, fn, ...)                                                                            \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = sig, .kernel = fn,             \
        .prepare = prepare_regex, .group = "string_funcs", __VA_ARGS__                                                 \
    }

const struct function string_regex_functions[] = {
    REGEX_FUNCTION("rlike", "(STRING, STRING) BOOLEAN", rlike_kernel,
                   .usage = "rlike(str, regexp) - Does a part of str match regexp?",
                   .example = "rlike('heron', 'h.r') => true", .since = "1.0.0"),
    REGEX_FUNCTION("regexp", "(STRING, STRING) BOOLEAN", rlike_kernel,
                   .usage = "regexp(str, regexp) - Does a part of str match regexp?",
                   .example = "regexp('heron', '^r') => false", .since = "3.2.0"),
    REGEX_FUNCTION("regexp_like", "(STRING, STRING) BOOLEAN", rlike_kernel,
                   .usage = "regexp_like(str, regexp) - Does a part of str match regexp?",
                   .example = "regexp_like('heron', 'on$') => true", .since = "3.2.0"),
    REGEX_FUNCTION("regexp_replace", "(STRING, STRING, STRING [, INT]) STRING", regexp_replace_kernel,
                   .resolve = regexp_replace_resolve,
                   .usage = "regexp_replace(str, regexp, rep[, position]) - Each match of regexp becomes rep.",
                   .example = "regexp_replace('100-200', '([0-9]+)', 'n') => n-n", .since = "1.5.0"),
    REGEX_FUNCTION("regexp_extract", "(STRING, STRING [, INT]) STRING", regexp_extract_kernel,
                   .resolve = regexp_extract_resolve,
                   .usage = "regexp_extract(str, regexp[, idx]) - What group idx of the first match holds.",
                   .example = "regexp_extract('100-200', '([0-9]+)-([0-9]+)', 2) => 200", .since = "1.5.0"),
    REGEX_FUNCTION("regexp_extract_all", "(STRING, STRING [, INT]) ?", regexp_extract_all_kernel,
                   .resolve = regexp_extract_all_resolve,
                   .usage = "regexp_extract_all(str, regexp[, idx]) - What group idx of each match holds.",
                   .example = "regexp_extract_all('a1b2', '([a-z])[0-9]', 1) => [\"a\",\"b\"]", .since = "3.1.0"),
    REGEX_FUNCTION("regexp_count", "(STRING, STRING) INT", regexp_count_kernel,
                   .usage = "regexp_count(str, regexp) - How often regexp matches in str.",
                   .example = "regexp_count('a1b2', '[0-9]') => 2", .since = "3.4.0"),
    REGEX_FUNCTION(
        "regexp_instr", "(STRING, STRING [, INT]) INT", regexp_instr_kernel, .resolve = regexp_instr_resolve,
        .usage = "regexp_instr(str, regexp[, idx]) - Position, from 1, of the first match; 0 when there is none.",
        .example = "regexp_instr('ab12', '[0-9]') => 3", .since = "3.4.0"),
    {.name = "regexp_substr",
     .class = FUNCTION_SCALAR,
     .flags = FUNCTION_STRICT | FUNCTION_NULLABLE,
     .signature = "(STRING, STRING) STRING",
     .kernel = regexp_substr_kernel,
     .prepare = prepare_regex,
     .group = "string_funcs",
     .usage = "regexp_substr(str, regexp) - The first match, NULL when there is none.",
     .example = "regexp_substr('ab12', '[0-9]+') => 12",
     .since = "3.4.0"},
    REGEX_FUNCTION("split", "(STRING, STRING [, INT]) ?", split_kernel, .resolve = split_resolve,
                   .usage = "split(str, regexp[, limit]) - The pieces between matches of regexp, at most limit of them "
                            "when it is positive.",
                   .example = "split('a-b-c', '-') => [\"a\",\"b\",\"c\"]", .since = "1.5.0"),
    {0},
};
