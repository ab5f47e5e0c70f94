/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers by a format of digits: to_number, try_to_number, to_char, to_varchar.
 *
 *     [MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]
 *
 * A format becomes pieces, one for each run of digits, separator or sign; those of digits and separators that stand
 * together are a group. The formats are constant, so they are taken apart while the call is resolved, and what is
 * wrong with one is said there.
 *
 * Reading fits the input's groups to the format's from the right: leading optional groups may be missing.
 */
#include <string.h>

#include "base/decimal.h"
#include "function/string_case.h"
#include "function/string_kernel.h"

enum { FORMAT_PIECES = 128 };

/* kind: 0 (that many digits) 9 (at most so many) , . $ S M(I) < > (PR), or ? for anything else. */
struct piece {
    char kind;
    char character; /* ?: what stands there */
    uint32_t digits;
};

struct number_format {
    const char *text; /* in upper case */
    uint32_t count;
    int precision, scale;
    struct piece pieces[FORMAT_PIECES];
};

static bool is_digits(const struct piece *p) {
    return p->kind == '0' || p->kind == '9';
}
static bool in_group(const struct piece *p) {
    return is_digits(p) || p->kind == ',';
}

static struct piece next_piece(const char **rest, bool behind_point) {
    const char *p = *rest;
    *rest = p + 1;
    switch (*p) {
        case '0':
        case '9':
            *rest = p + strspn(p, "09");
            return (struct piece){.kind = behind_point ? '9' : *p, .digits = (uint32_t)(*rest - p)};
        case '.':
        case 'D': return (struct piece){.kind = '.'};
        case ',':
        case 'G': return (struct piece){.kind = ','};
        case '$':
        case 'S': return (struct piece){.kind = *p};
        default: break;
    }
    bool minus = strncmp(p, "MI", 2) == 0, wrapped = strncmp(p, "PR", 2) == 0;
    if (minus || wrapped) *rest = p + 2;
    return (struct piece){.kind = minus ? 'M' : wrapped ? '>' : '?', .character = *p};
}

static struct number_format *take_apart(struct arena *arena, struct string s) {
    struct number_format *f = ARENA_NEW(arena, struct number_format);
    char *upper = arena_bytes(arena, s.size + (size_t)1);
    ascii_upper(s.data, s.size, upper);
    upper[s.size] = '\0';
    f->text = upper;
    bool behind_point = false;
    for (const char *p = upper; *p && f->count + 1 < FORMAT_PIECES;) {
        struct piece piece = next_piece(&p, behind_point);
        behind_point |= piece.kind == '.';
        f->precision += (int)piece.digits;
        if (behind_point) f->scale += (int)piece.digits;
        if (piece.kind == '>') {
            memmove(f->pieces + 1, f->pieces, f->count++ * sizeof *f->pieces);
            f->pieces[0] = (struct piece){.kind = '<'};
        }
        f->pieces[f->count++] = piece;
    }
    return f;
}

/* ---- is it a format? ---- */

static uint32_t first_of(const struct number_format *f, char kind) {
    for (uint32_t i = 0; i < f->count; i++)
        if (kind == '0' ? in_group(&f->pieces[i]) : f->pieces[i].kind == kind) return i;
    return f->count;
}

static uint32_t count_of(const struct number_format *f, char kind) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->count; i++) n += f->pieces[i].kind == kind;
    return n;
}

/* A separator before the point that has no digits at one of its sides. */
static bool separators_stray(const struct number_format *f) {
    for (uint32_t i = 0, end = first_of(f, '.'); i < end; i++)
        if (f->pieces[i].kind == ',' &&
            (i == 0 || i + 1 == f->count || !is_digits(&f->pieces[i - 1]) || !is_digits(&f->pieces[i + 1])))
            return true;
    return false;
}

static bool separators_behind_point(const struct number_format *f) {
    for (uint32_t i = first_of(f, '.'); i < f->count; i++)
        if (f->pieces[i].kind == ',') return true;
    return false;
}

static const char *piece_name(struct arena *arena, const struct piece *p) {
    if (in_group(p)) return "digit sequence";
    if (p->kind == '?') return arena_printf(arena, "character '%c''", p->character);
    return p->kind == '.' ? ". or D" : p->kind == 'M' ? "MI" : p->kind == 'S' ? "S" : p->kind == '$' ? "$" : "PR";
}

/* The first piece that is not where the format's shape has it; count when all are. A group counts as one. */
static uint32_t misplaced(const struct number_format *f) {
    static const char *const shape[] = {"<", "MS", "$", "0", ".", "0", "$", "MS>"};
    uint32_t i = 0;
    for (size_t k = 0; k < sizeof shape / sizeof *shape && i < f->count; k++) {
        bool group = in_group(&f->pieces[i]);
        if (!strchr(shape[k], group ? '0' : f->pieces[i].kind)) continue;
        do i++;
        while (group && i < f->count && in_group(&f->pieces[i]));
    }
    return i;
}

static const char *format_problem(struct arena *arena, const struct number_format *f, const char **token) {
    uint32_t dollar = first_of(f, '$'), group = first_of(f, '0'), point = first_of(f, '.');
    *token = NULL;
    if (!f->text[0]) return "EMPTY";
    if (group == f->count) return "WRONG_NUM_DIGIT";
    if (dollar < f->count && group < dollar) return "CUR_MUST_BEFORE_DIGIT";
    if (dollar < f->count && point < dollar) return "CUR_MUST_BEFORE_DEC";
    if (separators_stray(f)) return "CONT_THOUSANDS_SEPS";
    if (separators_behind_point(f)) return "THOUSANDS_SEPS_MUST_BEFORE_DEC";
    for (const char *once = ".SM$>"; *once; once++) {
        if (count_of(f, *once) < 2) continue;
        *token = piece_name(arena, &(struct piece){.kind = *once});
        return "WRONG_NUM_TOKEN";
    }
    uint32_t bad = misplaced(f);
    if (bad == f->count) return NULL;
    *token = piece_name(arena, &f->pieces[bad]);
    return "UNEXPECTED_TOKEN";
}

static const char *node_name(const struct expr *e) {
    return e->kind == EXPR_CALL ? e->call.name : e->kind == EXPR_ATTRIBUTE ? "attributereference" : "cast";
}

/* The constant format in call->call.data, NULL when it is NULL. */
static bool resolve_format(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *format = call->children[1];
    if (!format->foldable) {
        resolve_mismatch(r, call, err, "NON_FOLDABLE_INPUT", "inputName",
                         arena_printf(r->arena, "`%s`", node_name(format)), "inputType",
                         quoted_type(r->arena, format->type), "inputExpr", quoted_expr(r->arena, format), NULL);
        return false;
    }
    const struct vector *value = expr_fold(r->arena, r->context, format, err);
    TRY(value);
    call->call.data = NULL;
    if (vector_is_null(value, 0)) return true;
    struct number_format *f = take_apart(r->arena, VECTOR_DATA(value, struct string)[vector_entry(value, 0)]);
    call->call.data = f;
    const char *token, *problem = format_problem(r->arena, f, &token);
    if (!problem) return true;
    error_set(err, arena_printf(r->arena, "INVALID_FORMAT.%s", problem), NULL);
    if (token) error_add(err, "token", "%s", token);
    error_add(err, "format", "'%s'", f->text);
    return error_at(err, call->origin);
}

/* ---- reading ---- */

struct reading {
    struct string s;
    uint32_t at;
    bool behind_point, negative;
    uint32_t whole_count, part_count;
    char whole[FORMAT_PIECES * 2], part[FORMAT_PIECES * 2]; /* digits on both sides of the point */
};

/* Digits, blanks and separators from `at`; sizes: digits per group, the last one first. False: more than fit. */
static bool read_groups(struct reading *r, uint32_t *sizes, uint32_t *count) {
    uint32_t starts[FORMAT_PIECES] = {0};
    uint32_t groups = 1;
    for (; r->at < r->s.size; r->at++) {
        char c = r->s.data[r->at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
        if (c == ',') {
            if (groups == FORMAT_PIECES) return false;
            starts[groups++] = 0;
        } else if (c >= '0' && c <= '9') {
            uint32_t *n = r->behind_point ? &r->part_count : &r->whole_count;
            if (*n == sizeof r->whole) return false;
            (r->behind_point ? r->part : r->whole)[(*n)++] = c;
            starts[groups - 1]++;
        } else {
            break;
        }
    }
    for (uint32_t k = 0; k < groups; k++) sizes[k] = starts[groups - 1 - k];
    *count = groups;
    return true;
}

static bool groups_fit(struct reading *r, const struct piece *first, const struct piece *end) {
    uint32_t sizes[FORMAT_PIECES], count, k = 0;
    if (!read_groups(r, sizes, &count)) return false;
    for (const struct piece *p = end; p-- > first;) {
        if (!is_digits(p)) continue;
        uint32_t actual = k < count ? sizes[k] : 0;
        if (p->kind == '0' ? actual != p->digits : actual > p->digits) return false;
        k++;
    }
    return count <= k;
}

/* One piece that is no group; false: the input differs. */
static bool read_sign(struct reading *r, char kind, bool *opened, bool *closed) {
    char c = r->at < r->s.size ? r->s.data[r->at] : '\0';
    if (r->at == r->s.size) return true;
    bool minus = (kind == 'S' || kind == 'M') && c == '-', plus = kind == 'S' && c == '+';
    if (kind == '$' && c != '$') return false;
    if (kind == '>' && c == '>') {
        if (!*opened) return false;
        *closed = true;
    }
    if (kind == '<' && c == '<') *opened = true;
    if (minus || (kind == '>' && c == '>')) r->negative = !r->negative;
    if (kind == '.' && c == '.') r->behind_point = true;
    r->at += minus || plus || (strchr(".$<>", kind) && c == kind);
    return true;
}

static bool read_number(const struct number_format *f, struct string s, int128 *out) {
    struct reading r;
    memset(&r, 0, offsetof(struct reading, whole));
    r.s = s;
    bool opened = false, closed = false;
    for (uint32_t i = 0; i < f->count; i++) {
        if (!in_group(&f->pieces[i])) {
            if (!read_sign(&r, f->pieces[i].kind, &opened, &closed)) return false;
            continue;
        }
        uint32_t end = i;
        while (end < f->count && in_group(&f->pieces[end])) end++;
        if (!groups_fit(&r, f->pieces + i, f->pieces + end)) return false;
        i = end - 1;
    }
    if (r.at < s.size || opened != closed || r.whole_count + r.part_count == 0) return false;
    int128 value = 0;
    for (uint32_t k = 0; k < r.whole_count; k++) value = value * 10 + (r.whole[k] - '0');
    for (uint32_t k = 0; k < (uint32_t)f->scale; k++) value = value * 10 + (k < r.part_count ? r.part[k] - '0' : 0);
    *out = r.negative ? -value : value;
    return true;
}

static bool to_number_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    const struct number_format *f = call->expr->call.data;
    struct view in = vector_view(call->arena, &arguments[0], rows);
    bool narrow = type_storage(out->type) == STORAGE_INT64;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string s = string_at(&in, i);
        int128 value = 0;
        if (!read_number(f, s, &value)) {
            if (!call->expr->call.try_mode) {
                error_set(err, "INVALID_FORMAT.MISMATCH_INPUT", "inputType", "\"STRING\"", "format", f->text, NULL);
                return error_add(err, "input", "%.*s", (int)s.size, s.data);
            }
            vector_set_null(out, call->arena, i, rows);
        }
        if (narrow)
            VECTOR_DATA(out, int64_t)[i] = (int64_t)value;
        else
            VECTOR_DATA(out, int128)[i] = value;
    }
    return true;
}

static struct expr *to_number_resolve(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(resolve_format(r, call, err));
    const struct number_format *f = call->call.data;
    if (f && f->precision > DECIMAL_DIGITS) {
        error_set(err, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", NULL);
        error_add(err, "precision", "%d", f->precision);
        error_add(err, "maxPrecision", "%d", DECIMAL_DIGITS);
        return NULL;
    }
    call->type = f ? type_decimal(r->arena, (uint8_t)f->precision, (uint8_t)f->scale) : type_decimal(r->arena, 10, 0);
    if (call->call.try_mode) call->nullable = true;
    return call;
}

/* ---- writing ---- */

/* The digits that the format has room for: blanks in front of the whole part, zeros behind the fraction, # when the
 * number has more. */
struct digits {
    char whole[FORMAT_PIECES * 2], part[FORMAT_PIECES * 2];
};

static bool split_digits(const struct number_format *f, int128 value, int scale, struct digits *d) {
    char text[DECIMAL_TEXT];
    size_t size = decimal_format(value < 0 ? -value : value, scale, text);
    const char *point = memchr(text, '.', size), *end = text + size, *begin = text;
    size_t room = (size_t)(f->precision - f->scale), fraction = (size_t)f->scale;
    if (room > sizeof d->whole || fraction > sizeof d->part) return false;
    const char *whole_end = point ? point : end, *part = point ? point + 1 : end;
    while (begin < whole_end && *begin == '0') begin++;
    while (end > part && end[-1] == '0') end--;
    size_t whole = (size_t)(whole_end - begin), behind = (size_t)(end - part);
    bool fits = whole <= room && behind <= fraction;
    memset(d->whole, fits ? ' ' : '#', room);
    memset(d->part, fits ? '0' : '#', fraction);
    if (fits) memcpy(d->whole + room - whole, begin, whole);
    if (fits) memcpy(d->part, part, behind);
    return true;
}

static char last_of(const struct text *out) {
    return out->size ? out->data[out->size - 1] : '\0';
}

/* A blank goes in front of the signs before it, a sign in front of blanks. */
static void add_blank(struct text *out) {
    text_add_char(out, ' ');
    for (size_t i = out->size - 1; i && strchr("+-<", out->data[i - 1]); i--) {
        out->data[i] = out->data[i - 1];
        out->data[i - 1] = ' ';
    }
}

static void add_sign(struct text *out, char sign) {
    text_add_char(out, sign);
    for (size_t i = out->size - 1; i && out->data[i - 1] == ' '; i--) {
        out->data[i] = ' ';
        out->data[i - 1] = sign;
    }
}

/* A point without digits behind it becomes a blank. */
static void drop_lone_point(struct text *out) {
    char *point = out->size ? memchr(out->data, '.', out->size) : NULL;
    if (point && (point == out->data + out->size - 1 || point[1] == ' ')) *point = ' ';
}

static void write_digits(struct text *out, const struct piece *p, const char **digits, bool behind_point) {
    for (uint32_t k = 0; k < p->digits; k++) {
        char c = *(*digits)++;
        if (behind_point || c != ' ')
            text_add_char(out, c);
        else if (p->kind == '0')
            text_add_char(out, '0');
        else
            add_blank(out);
    }
}

static void write_piece(struct text *out, const struct piece *p, bool negative) {
    switch (p->kind) {
        case ',':
            if (last_of(out) >= '0' && last_of(out) <= '9')
                text_add_char(out, ',');
            else
                add_blank(out);
            break;
        case '.':
            if (last_of(out) == ' ') out->data[out->size - 1] = '0';
            text_add_char(out, '.');
            break;
        case '$': text_add_char(out, '$'); break;
        case 'S':
            drop_lone_point(out);
            add_sign(out, negative ? '-' : '+');
            break;
        case 'M':
            if (negative) drop_lone_point(out);
            if (negative)
                add_sign(out, '-');
            else
                text_add_char(out, ' ');
            break;
        case '<':
            if (negative) text_add_char(out, '<');
            break;
        default:
            drop_lone_point(out);
            if (negative)
                add_sign(out, '>');
            else
                text_add(out, "  ");
    }
}

static struct string write_number(struct arena *arena, const struct number_format *f, int128 value, int scale) {
    struct digits d;
    struct text out;
    text_init(&out, arena);
    if (!split_digits(f, value, scale, &d)) return string_make("", 0);
    bool behind_point = false;
    const char *whole = d.whole, *part = d.part;
    for (uint32_t i = 0; i < f->count; i++) {
        const struct piece *p = &f->pieces[i];
        if (is_digits(p))
            write_digits(&out, p, behind_point ? &part : &whole, behind_point);
        else
            write_piece(&out, p, value < 0);
        behind_point |= p->kind == '.';
    }
    drop_lone_point(&out);
    bool nothing = out.size == 0 || (out.size == 1 && strchr("+-", out.data[0]));
    return nothing ? string_make("0", 1) : string_make(out.data, out.size);
}

static bool to_char_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                           struct error *err) {
    const struct number_format *f = call->expr->call.data;
    struct view in = vector_view(call->arena, &arguments[0], rows);
    const struct type *t = arguments[0].type;
    bool narrow = type_storage(t) == STORAGE_INT64;
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        int128 value = narrow ? long_at(&in, i) : ((const int128 *)in.data)[view_entry(&in, i)];
        VECTOR_DATA(out, struct string)[i] = write_number(call->arena, f, value, t->scale);
    }
    return true;
}

/* BINARY by a constant format of its own: base64(), hex(), decode(). Called as to_varchar() they keep that name. */
static struct expr *binary_to_char(struct resolver *r, struct expr *call, struct error *err) {
    const struct vector *value = expr_fold(r->arena, r->context, call->children[1], err);
    TRY_NULL(value);
    if (vector_is_null(value, 0)) return expr_null(r->arena, TYPE_OF(STRING));
    struct string s = VECTOR_DATA(value, struct string)[vector_entry(value, 0)];
    struct expr *arguments[] = {call->children[0], expr_string(r->arena, "utf-8", 5)};
    const char *name = ascii_equal_ignoring_case(s.data, s.size, "base64", 6)  ? "base64"
                       : ascii_equal_ignoring_case(s.data, s.size, "hex", 3)   ? "hex"
                       : ascii_equal_ignoring_case(s.data, s.size, "utf-8", 5) ? "decode"
                                                                               : NULL;
    if (!name) {
        error_set(err, "INVALID_PARAMETER_VALUE.BINARY_FORMAT", "parameter", "`format`", NULL);
        error_add(err, "functionName", "`%s`", call->call.name);
        s = string_lower(r->arena, s);
        error_add(err, "invalidFormat", "'%.*s'", (int)s.size, s.data);
        error_at(err, call->origin);
        return NULL;
    }
    bool varchar = strcmp(call->call.function->name, "to_varchar") == 0;
    struct expr *e = resolve_named(r, name, arguments, strcmp(name, "decode") == 0 ? 2 : 1, call->origin, err);
    if (e && varchar) e->call.name = "to_varchar";
    return e;
}

static struct expr *to_char_resolve(struct resolver *r, struct expr *call, struct error *err) {
    const struct type *t = call->children[0]->type;
    if (type_is_datetime(t) || t->kind == TYPE_TIME)
        return resolve_named(r, "date_format", call->children, 2, call->origin, err);
    if (t->kind == TYPE_BINARY) {
        const struct expr *format = call->children[1];
        if (format->foldable && format->type->kind != TYPE_NULL) return binary_to_char(r, call, err);
        error_set(err, "NON_FOLDABLE_ARGUMENT", "funcName", arena_printf(r->arena, "`%s`", call->call.name),
                  "paramName", "`format`", "paramType", quoted_type(r->arena, format->type), NULL);
        error_at(err, call->origin);
        return NULL;
    }
    struct expr *shown = expr_copy_node(r->arena, call);
    shown->call.name = "to_char";
    const struct type *to = coerce_implicit(r, shown->children[0], "DECIMAL");
    if (!to)
        return resolve_mismatch(r, shown, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"DECIMAL\"", "inputSql", quoted_expr(r->arena, call->children[0]), "inputType",
                                quoted_type(r->arena, t), NULL);
    shown->children[0] = coerce_to(r, shown->children[0], to);
    TRY_NULL(resolve_format(r, shown, err));
    shown->nullable = shown->children[0]->nullable || !shown->call.data;
    return shown;
}

#define NUMBER_TEXT(fname, more, sig, res, fn, ...)                                                                    \
    {                                                                                                                  \
        .name = fname, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT | (more), .signature = sig, .resolve = res,  \
        .kernel = fn, .group = "string_funcs", __VA_ARGS__                                                             \
    }

const struct function string_number_functions[] = {
    NUMBER_TEXT("to_number", 0, "(STRING, STRING) ?", to_number_resolve, to_number_kernel,
                .usage = "to_number(expr, fmt) - The number that a text of this format writes.",
                .example = "to_number('12,454.8-', '99,999.9S') => -12454.8", .since = "3.3.0"),
    NUMBER_TEXT(
        "try_to_number", FUNCTION_TRY, "(STRING, STRING) ?", to_number_resolve, to_number_kernel,
        .usage = "try_to_number(expr, fmt) - The number that a text of this format writes, NULL when it has another.",
        .example = "try_to_number('owl', '999') => NULL", .since = "3.3.0"),
    NUMBER_TEXT("to_char", 0, "(ANY, STRING) STRING", to_char_resolve, to_char_kernel,
                .usage = "to_char(expr, format) - A number, a date or bytes as text of this format.",
                .example = "to_char(12454, '99G999') => 12,454", .since = "3.4.0"),
    NUMBER_TEXT("to_varchar", 0, "(ANY, STRING) STRING", to_char_resolve, to_char_kernel,
                .usage = "to_varchar(expr, format) - A number, a date or bytes as text of this format.",
                .example = "to_varchar(12454, '99G999') => 12,454", .since = "3.5.0"),
    {0},
};
