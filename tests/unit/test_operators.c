/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/timezone.h"
#include "column/value_text.h"
#include "expr/evaluate.h"
#include "expr/resolve.h"
#include "tests/unit/unit.h"

static struct memory_account root;
static struct arena arena;
static struct context context;
static struct resolver resolver;

static const char *no_setting(const struct context *c, const char *name) {
    return NULL;
}

static void begin(bool ansi) {
    memory_account_init(&root, NULL, "engine", 0);
    arena_init(&arena, &root);
    context = (struct context){.ansi = ansi, .zone = &timezone_utc, .zone_name = "UTC", .setting = no_setting};
    resolver = (struct resolver){.arena = &arena, .context = &context};
}

static void end(void) {
    arena_release(&arena);
    ck_assert_uint_eq(root.used, 0);
}

/* A literal: 12 (int), 12L, 12S, 12Y, 1.5 (decimal), 1.5D, 1.5F, true, false, null, 'text'. */
static struct expr *literal(const char *text) {
    size_t size = strlen(text);
    const struct type *type;
    if (strcmp(text, "null") == 0) return expr_null(&arena, TYPE_OF(NULL));
    if (text[0] == '\'') return expr_string(&arena, text + 1, size - 2);
    if (text[0] == 't' || text[0] == 'f') return expr_bool(&arena, text[0] == 't');
    switch (text[size - 1]) {
        case 'L': type = TYPE_OF(LONG); break;
        case 'S': type = TYPE_OF(SHORT); break;
        case 'Y': type = TYPE_OF(BYTE); break;
        case 'D': type = TYPE_OF(DOUBLE); break;
        case 'F': type = TYPE_OF(FLOAT); break;
        default: {
            const char *point = strchr(text, '.');
            int digits = (int)size - (text[0] == '-') - (point != NULL);
            type = point || digits > 10 ? type_decimal(&arena, digits, point ? (int)(text + size - point) - 1 : 0)
                                        : TYPE_OF(INT);
            size++;
        }
    }
    struct vector *v = vector_new(&arena, TYPE_OF(STRING), 1), value;
    v->form = VECTOR_CONSTANT;
    *VECTOR_DATA(v, struct string) = string_make(text, size - 1);
    struct cast cast = {.from = TYPE_OF(STRING), .to = type, .mode = CAST_ANSI, .zone = &timezone_utc};
    struct error err = ERROR_INIT;
    ck_assert_msg(vector_cast(&arena, &cast, v, 1, &value, &err), "%s", text);
    return expr_value(&arena, type, value.data);
}

/* name(arguments...) as "type value", or the condition and its first parameter of interest. */
static const char *call(const char *name, uint32_t count, const char *const *texts) {
    struct expr *arguments[8];
    for (uint32_t i = 0; i < count; i++) arguments[i] = literal(texts[i]);
    struct error err = ERROR_INIT;
    struct expr *e = resolve_named(&resolver, name, arguments, count, NULL, &err);
    const struct vector *value = e ? expr_fold(&arena, &context, e, &err) : NULL;
    if (!value) {
        const char *parameter = error_parameter(&err, "message");
        if (!parameter) parameter = error_parameter(&err, "value");
        const char *result =
            arena_printf(&arena, "%s%s%s", err.condition->name, parameter ? " " : "", parameter ? parameter : "");
        error_release(&err);
        return result;
    }
    struct text t;
    text_init(&t, &arena);
    text_printf(&t, "%s%s ", type_catalog_string(&arena, e->type), e->nullable ? "?" : "");
    value_text_add(&t, value, 0, &(struct value_text){.pretty = true});
    return text_finish(&t);
}

#define CALL(expected, name, ...)                                                                                      \
    do {                                                                                                               \
        const char *const texts[] = {__VA_ARGS__};                                                                     \
        ck_assert_str_eq(call(name, sizeof texts / sizeof *texts, texts), expected);                                   \
    } while (0)

START_TEST(integers_overflow_as_the_mode_says) {
    begin(true);
    CALL("int 3", "+", "1", "2");
    CALL("ARITHMETIC_OVERFLOW integer overflow", "+", "2147483647", "1");
    CALL("ARITHMETIC_OVERFLOW long overflow", "*", "9223372036854775807L", "2");
    CALL("BINARY_ARITHMETIC_OVERFLOW", "+", "127Y", "2Y");
    CALL("int? NULL", "try_add", "2147483647", "1");
    CALL("ARITHMETIC_OVERFLOW byte overflow", "negative", "-128Y");
    CALL("int? NULL", "+", "null", "1");
    CALL("double? NULL", "+", "null", "null");
    CALL("bigint? 3", "+", "1", "'2'");
    CALL("double 2.5", "+", "1.5F", "1");
    CALL("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "+", "1", "true");
    CALL("DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", "+", "'1'", "'2'");
    end();
    begin(false);
    CALL("int -2147483648", "+", "2147483647", "1");
    CALL("tinyint -127", "+", "127Y", "2Y");
    CALL("float 2.5", "+", "1.5F", "1");
    CALL("double? 3.0", "+", "'1'", "'2'");
    end();
}
END_TEST

START_TEST(division_by_zero_is_an_error_or_null) {
    begin(true);
    CALL("DIVIDE_BY_ZERO", "/", "1", "0");
    CALL("DIVIDE_BY_ZERO", "/", "1.0", "0");
    CALL("DIVIDE_BY_ZERO", "div", "5", "0");
    CALL("REMAINDER_BY_ZERO", "%", "5", "0");
    CALL("double? NULL", "try_divide", "1", "0");
    CALL("double? 0.5", "/", "1", "2");
    CALL("bigint? 2", "div", "5.5", "2");
    CALL("int? 0", "%", "-2147483648", "-1");
    CALL("int? -1", "pmod", "-7", "-3");
    CALL("int? 2", "pmod", "-7", "3");
    CALL("double? 1.5", "pmod", "7.5D", "-2");
    CALL("ARITHMETIC_OVERFLOW Overflow in integral divide", "div", "-9223372036854775808L", "-1");
    end();
    begin(false);
    CALL("double? NULL", "/", "1", "0");
    CALL("int? NULL", "%", "5", "0");
    CALL("bigint? -9223372036854775808", "div", "-9223372036854775808L", "-1");
    end();
}
END_TEST

START_TEST(decimals_have_sparks_types_and_rounding) {
    begin(true);
    CALL("decimal(3,1) 4.0", "+", "1.5", "2.5");
    CALL("decimal(7,6)? 0.333333", "/", "1.", "3");
    CALL("decimal(2,1)? 1.5", "%", "5.5", "2");
    CALL("decimal(2,1)? 0.5", "pmod", "-5.5", "2");
    CALL("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 100000000000000000000000000000000000000", "+",
         "99999999999999999999999999999999999999", "1");
    CALL("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION 999999999999999999999999999999999999990", "*",
         "99999999999999999999999999999999999999", "10");
    CALL("decimal(38,7) 24538942013717421101371742110.3580247", "*", "12345678901234567890123456789.123456789",
         "1.98765432100000000000000");
    CALL("decimal(38,0)? NULL", "try_add", "99999999999999999999999999999999999999", "1");
    end();
}
END_TEST

START_TEST(comparisons_coerce_and_know_null_and_nan) {
    begin(true);
    CALL("boolean? true", "=", "1", "1.0");
    CALL("boolean? NULL", "=", "null", "null");
    CALL("boolean true", "<=>", "null", "null");
    CALL("boolean false", "<=>", "1", "null");
    CALL("boolean true", "!=", "1", "2");
    CALL("boolean true", "=", "NaND", "NaND");
    CALL("boolean true", ">", "NaND", "1D");
    CALL("boolean true", "=", "0.0D", "-0.0D");
    CALL("boolean true", "<", "'abc'", "'abd'");
    CALL("boolean true", ">=", "'abcdef'", "'abcde'");
    CALL("boolean true", "between", "1", "0", "2");
    CALL("boolean? true", "in", "1", "3", "null", "1");
    CALL("boolean? NULL", "in", "1", "3", "null");
    CALL("boolean false", "in", "1", "2", "3");
    CALL("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "<", "1", "true");
    end();
}
END_TEST

START_TEST(branches_are_computed_where_they_are_reached) {
    begin(true);
    CALL("bigint? 1", "if", "true", "1", "'a'");
    CALL("string y", "when", "false", "'x'", "'y'");
    CALL("int? NULL", "when", "false", "1");
    CALL("int 1", "when", "true", "1");
    CALL("bigint 1", "coalesce", "null", "1", "'x'");
    CALL("int 2", "nvl", "null", "2");
    CALL("int? NULL", "nullif", "1", "1");
    CALL("int 2", "nvl2", "null", "1", "2");
    CALL("int 3", "greatest", "1", "3", "null");
    CALL("decimal(11,1) 1.0", "least", "1", "2.5");
    CALL("double 1.0", "nanvl", "NaND", "1D");
    CALL("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "greatest", "1");
    CALL("DATATYPE_MISMATCH.DATA_DIFF_TYPES", "greatest", "1", "'2'");
    CALL("boolean? false", "and", "false", "null");
    CALL("boolean? NULL", "and", "true", "null");
    CALL("boolean? true", "or", "null", "true");
    CALL("boolean? true", "and", "'true'", "true");
    end();
}
END_TEST

START_TEST(bits_shift_as_in_java) {
    begin(true);
    CALL("int 1", "&", "5", "3");
    CALL("bigint 7", "|", "5L", "3");
    CALL("int -6", "~", "5");
    CALL("int 1280", "<<", "5", "40");
    CALL("int 2147483645", ">>>", "-5", "1");
    CALL("int -3", ">>", "-5S", "1");
    CALL("int 2", "bit_count", "5");
    CALL("tinyint 1", "bit_get", "5", "2");
    CALL("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE", "getbit", "5", "40");
    end();
}
END_TEST

/* d != 0 and 6 / d > 2 over 0, 1, 2, NULL, 6 */
START_TEST(and_guards_its_right_side) {
    begin(true);
    const int32_t values[] = {0, 1, 2, 0, 6};
    struct builder b;
    builder_init(&b, &arena, TYPE_OF(INT), 8);
    for (int i = 0; i < 5; i++) {
        if (i == 3)
            builder_append_null(&b);
        else
            builder_append(&b, &values[i]);
    }
    struct vector column = *builder_finish(&b);
    struct batch batch = {.count = 5, .column_count = 1, .columns = &column};
    struct attribute *d = ARENA_NEW(&arena, struct attribute);
    *d = (struct attribute){.id = 1, .name = "d", .type = TYPE_OF(INT), .nullable = true};
    struct error err = ERROR_INIT;
    struct expr *e = resolve_binary(
        &resolver, "and", resolve_binary(&resolver, "!=", expr_attribute(&arena, d), expr_int(&arena, 0), &err),
        resolve_binary(&resolver, ">",
                       resolve_binary(&resolver, "/", expr_int(&arena, 6), expr_attribute(&arena, d), &err),
                       expr_int(&arena, 2), &err),
        &err);
    struct evaluator evaluator;
    evaluator_init(&evaluator, &arena, &context);
    struct expr *bound = expr_bind(&evaluator, e, &d, 1, &err);
    uint32_t selection[5], count;
    ck_assert_msg(expr_select(&evaluator, bound, &batch, selection, &count, &err), "%s", error_message(&err));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(selection[1], 2);
    struct vector out;
    ck_assert(expr_evaluate(&evaluator, bound, &batch, &out, &err));
    ck_assert(vector_is_null(&out, 3));
    ck_assert(!VECTOR_DATA(&out, uint8_t)[0]);
    evaluator_release(&evaluator);
    end();
}
END_TEST

UNIT_MAIN("operators", integers_overflow_as_the_mode_says, division_by_zero_is_an_error_or_null,
          decimals_have_sparks_types_and_rounding, comparisons_coerce_and_know_null_and_nan,
          branches_are_computed_where_they_are_reached, bits_shift_as_in_java, and_guards_its_right_side)
