/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening operands, and finding the rows that a loop could not do.
 */
#include "function/numeric_kernel.h"

struct numeric_operand numeric_open(struct arena *arena, const struct vector *v, uint32_t rows) {
    if (v->form == VECTOR_CONSTANT) return (struct numeric_operand){.data = v->data, .constant = true};
    if (v->form == VECTOR_FLAT) return (struct numeric_operand){.data = v->data};
    struct vector values = *v;
    values.validity = NULL;
    return (struct numeric_operand){.data = vector_flatten(arena, &values, rows)->data};
}

static struct numeric_operand operand_at(struct numeric_operand operand, uint32_t row, size_t width) {
    if (!operand.constant) operand.data = (const char *)operand.data + row * width;
    operand.constant = true;
    return operand;
}

static size_t width_of(const struct vector *v) {
    return storage_size(type_storage(v->type));
}

static bool is_null(const struct vector *out, uint32_t row) {
    return out->validity && !bit_get(out->validity, row);
}

bool numeric_set_null(const struct numeric_failure *failure) {
    vector_set_null(failure->out, failure->call->arena, failure->row, failure->rows);
    return true;
}

bool numeric_run_binary(struct call *call, const struct vector *arguments, uint32_t rows, numeric_binary *loop,
                        numeric_refuse *refuse, struct vector *out, struct error *err) {
    struct numeric_operand left = numeric_open(call->arena, &arguments[0], rows);
    struct numeric_operand right = numeric_open(call->arena, &arguments[1], rows);
    if (loop(left, right, rows, out->data) || !refuse) return true;
    size_t left_width = width_of(&arguments[0]), right_width = width_of(&arguments[1]), width = width_of(out);
    for (uint32_t row = 0; row < rows; row++) {
        if (is_null(out, row)) continue;
        bool good = loop(operand_at(left, row, left_width), operand_at(right, row, right_width), 1,
                         (char *)out->data + row * width);
        if (good) continue;
        TRY(refuse(&(struct numeric_failure){call, arguments, out, row, rows}, err));
    }
    return true;
}

bool numeric_run_unary(struct call *call, const struct vector *arguments, uint32_t rows, numeric_unary *loop,
                       numeric_refuse *refuse, struct vector *out, struct error *err) {
    struct numeric_operand operand = numeric_open(call->arena, &arguments[0], rows);
    if (loop(operand, rows, out->data) || !refuse) return true;
    size_t operand_width = width_of(&arguments[0]), width = width_of(out);
    for (uint32_t row = 0; row < rows; row++) {
        if (is_null(out, row)) continue;
        bool good = loop(operand_at(operand, row, operand_width), 1, (char *)out->data + row * width);
        if (good) continue;
        TRY(refuse(&(struct numeric_failure){call, arguments, out, row, rows}, err));
    }
    return true;
}

int64_t numeric_integer_at(const struct vector *v, uint32_t row) {
    uint32_t entry = vector_entry(v, row);
    return type_storage(v->type) == STORAGE_BOOL ? VECTOR_DATA(v, uint8_t)[entry] : vector_integer(v, entry);
}

bool numeric_overflow(const struct call *call, const char *message, const char *sibling, struct error *err) {
    const char *alternative =
        sibling ? arena_printf(call->arena, " Use '%s' to tolerate overflow and return NULL instead.", sibling) : "";
    error_set(err, "ARITHMETIC_OVERFLOW", "message", message, "alternative", alternative, "config",
              "\"spark.sql.ansi.enabled\"", NULL);
    return error_at(err, call->expr->origin);
}

bool numeric_negate_decimal(int128 x, int128 *out) {
    enum { JAVA_DIGITS = 34 };
    *out = -x;
    int digits = decimal_digit_count(x);
    if (digits <= JAVA_DIGITS) return true;
    int128 unit = (int128)decimal_powers[digits - JAVA_DIGITS], rest = *out % unit;
    int128 size = rest < 0 ? -rest : rest, half = unit / 2;
    *out -= rest;
    if (size > half || (size == half && *out / unit % 2)) *out += rest < 0 ? -unit : unit;
    return false;
}

static bool refuse_rounded(const struct numeric_failure *f, struct error *err) {
    struct arena *arena = f->call->arena;
    const struct type *type = f->out->type;
    int128 value = VECTOR_DATA(f->out, int128)[f->row];
    if (decimal_fits(value, type->precision)) return true;
    char text[DECIMAL_EXACT_TEXT];
    const char *rounded = arena_strndup(arena, text, decimal_format(value, type->scale, text));
    size_t shown = strlen(rounded) - (type->scale < 5 ? type->scale : 5); /* 34 digits, as it came out of Java */
    error_set(err, "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "roundedValue", rounded, "originalValue",
              arena_strndup(arena, rounded, shown), NULL);
    error_add(err, "precision", "%d", type->precision);
    error_add(err, "scale", "%d", type->scale);
    return error_at(err, f->call->expr->origin);
}

bool numeric_refuse_sign(const struct numeric_failure *f, struct error *err) {
    static const char *const messages[] = {"byte overflow", "short overflow", "integer overflow", "long overflow"};
    const struct type *type = f->arguments[0].type;
    if (type->kind == TYPE_DECIMAL) return refuse_rounded(f, err);
    if (!f->call->expr->call.ansi || !type_is_integral(type)) return true;
    return numeric_overflow(f->call, messages[type->kind - TYPE_BYTE], NULL, err);
}
