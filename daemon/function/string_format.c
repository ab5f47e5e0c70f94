/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_string (printf): formats of Java's Formatter.
 *
 * Here a format is taken apart, and what Formatter refuses of a directive before it looks at the argument is refused in
 * Java's words; string_format_value.c and string_format_date.c have the conversions.
 */
#include <string.h>

#include "base/number.h"
#include "function/numeric_kernel.h"
#include "function/string_case.h"
#include "function/string_format.h"
#include "function/string_kernel.h"

static int64_t read_count(const char **p, const char *end) {
    int64_t n = -1;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
        n = (n < 0 ? 0 : n) * 10 + (**p - '0');
        if (n > STRING_MAX) n = STRING_MAX;
    }
    return n;
}

/* Each may be there once. */
static bool read_flag(struct directive *d, char c, char *twice) {
    bool *flag = c == '-'   ? &d->left
                 : c == '+' ? &d->plus
                 : c == ' ' ? &d->blank
                 : c == '0' ? &d->zero
                 : c == ',' ? &d->grouped
                 : c == '(' ? &d->wrapped
                 : c == '#' ? &d->alternative
                 : c == '<' ? &d->previous
                            : NULL;
    if (!flag) return false;
    if (*flag && !*twice) *twice = c;
    return *flag = true;
}

/* No directive at all: Java names the character behind the %. */
static bool refuse_text(const char *text, const char *end, struct error *err) {
    struct string rest = string_make(text, (size_t)(end - text));
    struct string first = rest.size ? string_slice(rest, 0, 1) : string_of("%");
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = '%.*s'", (int)first.size, first.data);
}

/* Behind a %. */
static bool read_directive(struct directive *d, const char *begin, const char *end, struct error *err) {
    const char *p = begin + 1, *number = p;
    char twice = 0;
    *d = (struct directive){.index = -1, .width = -1, .precision = -1, .begin = begin};
    int64_t index = read_count(&p, end);
    if (index >= 0 && p < end && *p == '$') {
        d->index = index;
        p++;
    } else {
        p = number;
    }
    while (p < end && read_flag(d, *p, &twice)) p++;
    d->width = read_count(&p, end);
    bool pointed = p < end && *p == '.';
    if (pointed) {
        p++;
        d->precision = read_count(&p, end);
    }
    d->dated = p + 1 < end && (*p == 't' || *p == 'T');
    if (d->dated) d->upper = *p++ == 'T';
    bool letter = p < end && (*p == '%' || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'));
    if (!letter || (pointed && d->precision < 0)) return refuse_text(begin + 1, end, err);
    if (twice) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Flags = '%c'", twice);
    d->conversion = *p;
    if (!d->dated) d->upper = strchr("SXEGCBAH", *p);
    d->end = p + 1;
    return true;
}

static const char *java_class(const struct type *t) {
    switch (t->kind) {
        case TYPE_BOOLEAN: return "java.lang.Boolean";
        case TYPE_BYTE: return "java.lang.Byte";
        case TYPE_SHORT: return "java.lang.Short";
        case TYPE_LONG:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
        case TYPE_DAY_TIME_INTERVAL:
        case TYPE_TIME: return "java.lang.Long";
        case TYPE_FLOAT: return "java.lang.Float";
        case TYPE_DOUBLE: return "java.lang.Double";
        case TYPE_DECIMAL: return "org.apache.spark.sql.types.Decimal";
        case TYPE_INT:
        case TYPE_DATE:
        case TYPE_YEAR_MONTH_INTERVAL: return "java.lang.Integer";
        case TYPE_BINARY: return "[B";
        default: return "org.apache.spark.unsafe.types.UTF8String";
    }
}

static void add_filled(struct text *out, const struct directive *d, struct string s, bool null) {
    if (d->precision >= 0 && (null || strchr("sSbB", d->conversion))) s = string_slice(s, 0, d->precision);
    if (d->upper) s = string_upper(out->arena, s);
    int64_t fill = d->width - (int64_t)utf8_utf16_count(s.data, s.size); /* as Java counts */
    for (int64_t k = 0; !d->left && k < fill; k++) text_add_char(out, ' ');
    text_add_bytes(out, s.data, s.size);
    for (int64_t k = 0; d->left && k < fill; k++) text_add_char(out, ' ');
}

/* The first of `refused` that the directive has; 0: none. */
static char refused_flag(const struct directive *d, const char *refused) {
    for (; *refused; refused++) {
        char f = *refused;
        bool has = (f == '#' && d->alternative) || (f == '+' && d->plus) || (f == ' ' && d->blank) ||
                   (f == '0' && d->zero) || (f == ',' && d->grouped) || (f == '(' && d->wrapped);
        if (has) return f;
    }
    return 0;
}

static bool refuse_directive(const struct directive *d, struct error *err) {
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%.*s", (int)(d->end - d->begin), d->begin);
}

static bool refuse_flags(const struct directive *d, struct error *err) {
    return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Flags = '%s%s%s%s%s%s%s%s'", d->left ? "-" : "",
                       d->alternative ? "#" : "", d->plus ? "+" : "", d->blank ? " " : "", d->zero ? "0" : "",
                       d->grouped ? "," : "", d->wrapped ? "(" : "", d->previous ? "<" : "");
}

static bool has_flags(const struct directive *d) {
    return d->left || d->plus || d->blank || d->zero || d->grouped || d->wrapped || d->alternative;
}

/* %% and %n */
static bool check_text(const struct directive *d, struct error *err) {
    if (d->precision >= 0) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%lld", (long long)d->precision);
    if (d->conversion == 'n' && d->width >= 0)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%lld", (long long)d->width);
    struct directive other = *d;
    other.left &= d->conversion == 'n';
    if (has_flags(&other) || d->previous) return refuse_flags(d, err);
    return d->left && d->width < 0 ? refuse_directive(d, err) : true;
}

static bool check_date(const struct directive *d, struct error *err) {
    if (d->precision >= 0) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%lld", (long long)d->precision);
    if (!directive_dates(d->conversion))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = 't%c'", d->conversion);
    char flag = refused_flag(d, "+# 0,(");
    if (flag) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = %c, Flags = %c", d->conversion, flag);
    return d->left && d->width < 0 ? refuse_directive(d, err) : true;
}

/* What Java's Formatter refuses before it looks at the argument. */
static bool check_directive(const struct directive *d, struct error *err) {
    static const char *const refused[128] = {
        ['b'] = "#+ 0,(", ['h'] = "#+ 0,(", ['s'] = "#+ 0,(", ['c'] = "#+ 0,(", ['d'] = "#",
        ['o'] = ",",      ['x'] = ",",      ['e'] = ",",      ['g'] = "#",      ['a'] = ",("};
    if (d->dated) return check_date(d, err);
    char kind = (char)(d->dated ? d->conversion : d->conversion | 0x20);
    bool number = !strchr("bhsc", kind), fills = d->left || (d->zero && number);
    if (fills && d->width < 0) return refuse_directive(d, err);
    if (number && ((d->plus && d->blank) || (d->left && d->zero))) return refuse_flags(d, err);
    const char *flags = refused[(unsigned char)kind];
    char flag = flags ? refused_flag(d, flags) : 0;
    if (d->precision >= 0 && strchr("dxoc", kind))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%lld", (long long)d->precision);
    if (flag) return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = %c, Flags = %c", kind, flag);
    return true;
}

/* What is refused only once there is a value. */
static bool check_value(const struct directive *d, const struct vector *v, uint32_t row, struct error *err) {
    int64_t value;
    if (d->dated || !format_integer_of(v, row, &value)) return true;
    char kind = (char)(d->dated ? d->conversion : d->conversion | 0x20), flag = refused_flag(d, "( +");
    if ((kind == 'x' || kind == 'o') && flag)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = %c, Flags = %c", kind, flag);
    if (kind == 'c' && (value < 0 || value > 0x10FFFF) && type_storage(v->type) != STORAGE_INT64)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Code point = 0x%x", (unsigned)value);
    return true;
}

/* %s of a string and %d of an integer, with nothing said beside: what formats are made of. */
static bool is_plain(const struct directive *d, const struct type *type) {
    if (d->dated || d->width >= 0 || d->precision >= 0 || has_flags(d)) return false;
    return (d->conversion == 's' && type_is_string(type)) || (d->conversion == 'd' && type_is_integral(type));
}

/* False: it is not that. */
static bool add_plain(struct text *out, const struct directive *d, const struct vector *v, uint32_t row) {
    if (!is_plain(d, v->type)) return false;
    if (vector_is_null(v, row)) return text_add(out, "null"), true;
    if (d->conversion == 's') {
        struct string s = VECTOR_DATA(v, struct string)[vector_entry(v, row)];
        return text_add_bytes(out, s.data, s.size), true;
    }
    char digits[INTEGER_TEXT];
    return text_add_bytes(out, digits, int64_format(numeric_integer_at(v, row), digits)), true;
}

/* The arguments that directives without an index have had, and the one that the last directive took. */
struct argument_order {
    uint64_t ordinary, last;
};

/* 0: Java has none such. */
static uint64_t next_argument(const struct directive *d, struct argument_order *order, uint32_t child_count) {
    uint64_t which = d->previous ? order->last : d->index > 0 ? (uint64_t)d->index : ++order->ordinary;
    return which < child_count ? order->last = which : 0;
}

static bool add_directive(struct call *call, struct text *out, const struct directive *d,
                          const struct vector *arguments, uint32_t row, struct argument_order *order,
                          struct error *err) {
    if (!d->dated && (d->conversion == 'n' || d->conversion == '%')) {
        TRY(check_text(d, err));
        if (d->conversion == 'n') return text_add_char(out, '\n'), true;
        return add_filled(out, d, string_make("%", 1), false), true;
    }
    if (!d->dated && !strchr("sdSxXoeEfgGcCbBaAhH", d->conversion))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Conversion = '%c'", d->conversion);
    TRY(check_directive(d, err));
    uint64_t which = next_argument(d, order, call->expr->child_count);
    if (!which)
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "Format specifier '%.*s'", (int)(d->end - d->begin), d->begin);
    if (add_plain(out, d, &arguments[which], row)) return true;
    struct text value;
    text_init(&value, call->arena);
    if (d->width > STRING_MAX / 2) return string_too_large(call, (uint64_t)d->width, err);
    TRY(vector_is_null(&arguments[which], row) || check_value(d, &arguments[which], row, err));
    if (!directive_convert(&value, d, &arguments[which], row, call->context->zone))
        return error_plain(err, ERROR_ILLEGAL_ARGUMENT, "%c != %s", d->dated ? d->conversion : d->conversion | 0x20,
                           java_class(arguments[which].type));
    add_filled(out, d, string_make(value.data ? value.data : "", value.size), vector_is_null(&arguments[which], row));
    return true;
}

static bool format_row(struct call *call, struct string format, const struct vector *arguments, uint32_t row,
                       struct string *result, struct error *err) {
    struct text out;
    text_init(&out, call->arena);
    struct argument_order order = {0};
    for (const char *p = format.data, *end = format.data + format.size; p < end;) {
        const char *next = memchr(p, '%', (size_t)(end - p));
        text_add_bytes(&out, p, (size_t)((next ? next : end) - p));
        if (!next) break;
        struct directive d;
        TRY(read_directive(&d, next, end, err));
        TRY(add_directive(call, &out, &d, arguments, row, &order, err));
        p = d.end;
    }
    *result = string_make(out.data ? out.data : "", out.size);
    return true;
}

/* A constant format of plain directives alone, taken apart once: texts, each with the argument that is behind it. */
struct plain_piece {
    struct string text;
    uint32_t argument; /* 0: none, at the end */
};
struct plain_format {
    LIST(struct plain_piece) pieces;
    size_t size; /* of the texts and the longest numbers */
};

static bool plain_format_read(struct plain_format *plain, struct arena *arena, const struct expr *e,
                              struct string format) {
    struct argument_order order = {0};
    const char *p = format.data, *end = p + format.size;
    for (const char *next; (next = memchr(p, '%', (size_t)(end - p)));) {
        struct directive d;
        struct error ignored = ERROR_INIT;
        bool is_good = read_directive(&d, next, end, &ignored);
        error_release(&ignored);
        if (!is_good || d.dated || !strchr("sd", d.conversion)) return false;
        uint64_t which = next_argument(&d, &order, e->child_count);
        if (!which || !is_plain(&d, e->children[which]->type)) return false;
        struct plain_piece piece = {string_make(p, (size_t)(next - p)), (uint32_t)which};
        LIST_PUSH(arena, &plain->pieces, piece);
        plain->size += piece.text.size + INTEGER_TEXT;
        p = d.end;
    }
    struct plain_piece last = {string_make(p, (size_t)(end - p)), 0};
    LIST_PUSH(arena, &plain->pieces, last);
    plain->size += last.text.size;
    return true;
}

static bool prepare_format(struct call *call, struct arena *arena, const struct vector *const *constants, void **state,
                           struct error *err) {
    if (!constants[0] || vector_is_null(constants[0], 0)) return true;
    struct plain_format *plain = ARENA_NEW(arena, struct plain_format);
    struct string format = string_copy(arena, VECTOR_DATA(constants[0], struct string)[0]);
    if (plain_format_read(plain, arena, call->expr, format)) *state = plain;
    return true;
}

static char *put_bytes(char *to, const char *bytes, size_t size) {
    memcpy(to, bytes, size);
    return to + size;
}

static char *put_plain(char *to, const struct vector *v, uint32_t row) {
    if (vector_is_null(v, row)) return put_bytes(to, "null", 4);
    if (type_storage(v->type) != STORAGE_STRING) return to + int64_format(vector_integer(v, vector_entry(v, row)), to);
    struct string s = VECTOR_DATA(v, struct string)[vector_entry(v, row)];
    return put_bytes(to, s.data, s.size);
}

static void format_plain(struct call *call, const struct plain_format *plain, const struct vector *arguments,
                         uint32_t rows, struct vector *out) {
    struct string_room room = {.arena = call->arena};
    const struct plain_piece *pieces = plain->pieces.items, *last = pieces + plain->pieces.count - 1;
    for (uint32_t i = 0; i < rows; i++) {
        size_t most = plain->size;
        for (const struct plain_piece *p = pieces; p < last; p++) {
            const struct vector *v = &arguments[p->argument];
            if (type_storage(v->type) == STORAGE_STRING && !vector_is_null(v, i))
                most += VECTOR_DATA(v, struct string)[vector_entry(v, i)].size;
        }
        char *to = string_room_open(&room, most);
        for (const struct plain_piece *p = pieces; p < last; p++)
            to = put_plain(put_bytes(to, p->text.data, p->text.size), &arguments[p->argument], i);
        VECTOR_DATA(out, struct string)[i] = string_room_close(&room, put_bytes(to, last->text.data, last->text.size));
    }
}

static bool format_string_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                                 struct error *err) {
    if (call->state) {
        format_plain(call, call->state, arguments, rows, out);
        return true;
    }
    struct view format = vector_view(call->arena, &arguments[0], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (null_at(&format, i))
            vector_set_null(out, call->arena, i, rows);
        else
            TRY(format_row(call, string_at(&format, i), arguments, i, &VECTOR_DATA(out, struct string)[i], err));
    }
    return true;
}

/* Nested values come as their texts. */
static struct expr *format_string_resolve(struct resolver *r, struct expr *call, struct error *err) {
    uint32_t count = call->child_count;
    if (!count) return resolve_wrong_count(r, call->call.name, 1, UINT32_MAX, 0, call->origin, err), NULL;
    const struct expr *format = call->children[0];
    const struct type *to = coerce_implicit(r, format, "STRING");
    if (!to)
        return resolve_mismatch(r, call, err, "UNEXPECTED_INPUT_TYPE", "paramIndex", ordinal_word(0), "requiredType",
                                "\"STRING\"", "inputSql", quoted_expr(r->arena, format), "inputType",
                                quoted_type(r->arena, format->type), NULL);
    call->children[0] = coerce_to(r, call->children[0], to);
    for (uint32_t i = 1; i < count; i++) {
        if (call->children[i]->type->kind == TYPE_CALENDAR_INTERVAL)
            call->children[i] = coerce_to(r, call->children[i], TYPE_OF(STRING));
    }
    format = call->children[0];
    if (format->kind == EXPR_LITERAL && !expr_is_null_literal(format)) {
        struct string s = VECTOR_DATA(format->literal, struct string)[0];
        if (string_find(s, string_of("%0$"), 0) >= 0) {
            error_set(err, "INVALID_PARAMETER_VALUE.ZERO_INDEX", "parameter", "`strfmt`", NULL);
            error_add(err, "functionName", "`%s`", call->call.name);
            error_at(err, call->origin);
            return NULL;
        }
    }
    call->type = TYPE_OF(STRING);
    call->nullable = call->children[0]->nullable;
    return call;
}

const struct function string_format_functions[] = {
    {.name = "format_string",
     .class = FUNCTION_SCALAR,
     .prepare = prepare_format,
     .kernel = format_string_kernel,
     .resolve = format_string_resolve,
     .group = "string_funcs",
     .usage = "format_string(strfmt, obj, ...) - The values put into a printf-style format.",
     .example = "format_string('%d %s', 100, 'owls') => 100 owls",
     .since = "1.5.0"},
    {.name = "printf",
     .class = FUNCTION_SCALAR,
     .prepare = prepare_format,
     .kernel = format_string_kernel,
     .resolve = format_string_resolve,
     .group = "string_funcs",
     .usage = "printf(strfmt, obj, ...) - The values put into a printf-style format.",
     .example = "printf('%d %s', 100, 'owls') => 100 owls",
     .since = "1.5.0"},
    {0},
};
