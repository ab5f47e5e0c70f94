/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Literals of the protocol as constant vectors.
 *
 * A literal's type is found first (it may stand in data_type, in the older element_type and its kin, or follow from
 * the values), then its value is appended to a builder of that type; so nested literals need no special care.
 */
#include "base/text.h"
#include "session/door_int.h"

typedef Spark__Connect__Expression__Literal Literal;
#define CASE(KIND) SPARK__CONNECT__EXPRESSION__LITERAL__LITERAL_TYPE_##KIND
#define SPECIAL(KIND) SPARK__CONNECT__EXPRESSION__LITERAL__SPECIALIZED_ARRAY__VALUE_TYPE_##KIND

static const struct type *type_of(struct derivation *d, const Literal *m, struct error *err);

/* ---- types ---- */

/* Precision and scale that the text of a decimal has. */
static bool parse_decimal(const char *text, int128 *unscaled, int *precision, int *scale) {
    bool negative = *text == '-', point = false, any = false;
    if (*text == '-' || *text == '+') text++;
    long exponent = 0;
    int digits = 0, fraction = 0;
    uint128 value = 0;
    for (; *text; text++) {
        if (*text == '.' && !point) {
            point = true;
            continue;
        }
        if (*text == 'E' || *text == 'e') {
            char *end;
            exponent = strtol(text + 1, &end, 10);
            if (*end || end == text + 1 || exponent > 100 || exponent < -100) return false;
            break;
        }
        if (*text < '0' || *text > '9') return false;
        any = true;
        if (value || *text != '0') {
            if (++digits > DECIMAL_MAX_PRECISION) return false;
        }
        value = value * 10 + (unsigned)(*text - '0');
        fraction += point;
    }
    for (fraction -= (int)exponent; fraction < 0; fraction++) {
        if (value && ++digits > DECIMAL_MAX_PRECISION) return false;
        value *= 10;
    }
    if (!any || fraction > DECIMAL_MAX_PRECISION) return false;
    *unscaled = negative ? -(int128)value : (int128)value;
    *scale = fraction;
    *precision = digits > fraction ? digits : fraction > 0 ? fraction : 1;
    return true;
}

static bool read_decimal(const Spark__Connect__Expression__Literal__Decimal *m, int128 *unscaled, int *precision,
                         int *scale, struct error *err) {
    if (parse_decimal(m->value ? m->value : "", unscaled, precision, scale)) return true;
    return door_refuse("Literal", "a decimal's text is no decimal of at most 38 digits", err);
}

static const struct type *decimal_type(struct derivation *d, const Spark__Connect__Expression__Literal__Decimal *m,
                                       struct error *err) {
    int128 unscaled;
    int precision, scale;
    TRY_NULL(read_decimal(m, &unscaled, &precision, &scale, err));
    bool told = m->has_precision && m->has_scale && m->precision >= 1 && m->precision <= DECIMAL_MAX_PRECISION &&
                m->scale >= scale && m->scale <= m->precision && m->precision - m->scale >= precision - scale;
    return told ? type_decimal(door_arena(d), m->precision, m->scale) : type_decimal(door_arena(d), precision, scale);
}

static const struct type *message_type(struct derivation *d, const Spark__Connect__DataType *m, struct error *err) {
    return door_type(door_arena(d), &d->context, m, err);
}

/* The type of a list's elements: the message's, or the first element's, or NULL type for none. */
static const struct type *element_type(struct derivation *d, const Spark__Connect__DataType *told,
                                       Literal *const *elements, size_t count, struct error *err) {
    if (told && told->kind_case) return message_type(d, told, err);
    for (size_t i = 0; i < count; i++) {
        const struct type *t = type_of(d, elements[i], err);
        if (!t || t->kind != TYPE_NULL) return t;
    }
    return TYPE_OF(NULL);
}

static const struct type *struct_type(struct derivation *d, const Spark__Connect__Expression__Literal__Struct *m,
                                      struct error *err) {
    if (m->struct_type && m->struct_type->kind_case) return message_type(d, m->struct_type, err);
    struct field *fields = ARENA_ARRAY(door_arena(d), struct field, m->n_elements);
    for (size_t i = 0; i < m->n_elements; i++) {
        const struct type *t = type_of(d, m->elements[i], err);
        TRY_NULL(t);
        fields[i] = (struct field){.name = arena_printf(door_arena(d), "col%zu", i + 1), .type = t, .nullable = true};
    }
    return type_struct(door_arena(d), fields, (uint32_t)m->n_elements);
}

static const struct type *special_type(struct derivation *d,
                                       const Spark__Connect__Expression__Literal__SpecializedArray *m) {
    static const uint8_t kinds[] = {[SPECIAL(BOOLS)] = TYPE_BOOLEAN,  [SPECIAL(INTS)] = TYPE_INT,
                                    [SPECIAL(LONGS)] = TYPE_LONG,     [SPECIAL(FLOATS)] = TYPE_FLOAT,
                                    [SPECIAL(DOUBLES)] = TYPE_DOUBLE, [SPECIAL(STRINGS)] = TYPE_STRING};
    return type_array(door_arena(d), &types[kinds[m->value_type_case]], false);
}

static const struct type *nested_type(struct derivation *d, const Literal *m, struct error *err) {
    const struct type *element, *key;
    switch (m->literal_type_case) {
        case CASE(ARRAY):
            element = element_type(d, m->array->element_type, m->array->elements, m->array->n_elements, err);
            return element ? type_array(door_arena(d), element, true) : NULL;
        case CASE(MAP):
            key = element_type(d, m->map->key_type, m->map->keys, m->map->n_keys, err);
            TRY_NULL(key);
            element = element_type(d, m->map->value_type, m->map->values, m->map->n_values, err);
            return element ? type_map(door_arena(d), key, element, true) : NULL;
        case CASE(STRUCT): return struct_type(d, m->struct_, err);
        default: return special_type(d, m->specialized_array);
    }
}

static const struct type *type_of(struct derivation *d, const Literal *m, struct error *err) {
    static const uint8_t plain[] = {
        [CASE(BINARY)] = TYPE_BINARY,
        [CASE(BOOLEAN)] = TYPE_BOOLEAN,
        [CASE(BYTE)] = TYPE_BYTE,
        [CASE(SHORT)] = TYPE_SHORT,
        [CASE(INTEGER)] = TYPE_INT,
        [CASE(LONG)] = TYPE_LONG,
        [CASE(FLOAT)] = TYPE_FLOAT,
        [CASE(DOUBLE)] = TYPE_DOUBLE,
        [CASE(STRING)] = TYPE_STRING,
        [CASE(DATE)] = TYPE_DATE,
        [CASE(TIMESTAMP)] = TYPE_TIMESTAMP,
        [CASE(TIMESTAMP_NTZ)] = TYPE_TIMESTAMP_NTZ,
        [CASE(CALENDAR_INTERVAL)] = TYPE_CALENDAR_INTERVAL,
        [CASE(YEAR_MONTH_INTERVAL)] = TYPE_YEAR_MONTH_INTERVAL,
        [CASE(DAY_TIME_INTERVAL)] = TYPE_DAY_TIME_INTERVAL,
    };
    if (m->data_type && m->data_type->kind_case) return message_type(d, m->data_type, err);
    if (m->literal_type_case == CASE(NULL)) return message_type(d, m->null, err);
    if (m->literal_type_case == CASE(DECIMAL)) return decimal_type(d, m->decimal, err);
    if (m->literal_type_case == CASE(TIME)) {
        int precision = m->time->has_precision ? m->time->precision : TIME_DEFAULT_PRECISION;
        if (precision < 0 || precision > 6) return door_refuse("Literal", "a time's precision is from 0 to 6", err);
        return type_time(door_arena(d), precision);
    }
    if (m->literal_type_case < sizeof plain && plain[m->literal_type_case]) return &types[plain[m->literal_type_case]];
    if (m->literal_type_case >= CASE(ARRAY) && m->literal_type_case <= CASE(SPECIALIZED_ARRAY))
        return nested_type(d, m, err);
    return door_refuse("Literal", "it is of no kind", err);
}

/* ---- values ---- */

static bool append(struct derivation *d, struct builder *b, const Literal *m, struct error *err);

static bool misfit(struct error *err) {
    return door_refuse("Literal", "a value is not of the type that is told", err);
}

static bool append_integral(struct builder *b, const Literal *m, struct error *err) {
    int64_t v;
    switch (m->literal_type_case) {
        case CASE(BYTE): v = m->byte; break;
        case CASE(SHORT): v = m->short_; break;
        case CASE(INTEGER): v = m->integer; break;
        case CASE(DATE): v = m->date; break;
        case CASE(YEAR_MONTH_INTERVAL): v = m->year_month_interval; break;
        case CASE(LONG): v = m->long_; break;
        case CASE(TIMESTAMP): v = m->timestamp; break;
        case CASE(TIMESTAMP_NTZ): v = m->timestamp_ntz; break;
        case CASE(DAY_TIME_INTERVAL): v = m->day_time_interval; break;
        default: return misfit(err);
    }
    switch (type_storage(b->vector.type)) {
        case STORAGE_INT8: builder_append(b, &(int8_t){(int8_t)v}); return v == (int8_t)v || misfit(err);
        case STORAGE_INT16: builder_append(b, &(int16_t){(int16_t)v}); return v == (int16_t)v || misfit(err);
        case STORAGE_INT32: builder_append(b, &(int32_t){(int32_t)v}); return v == (int32_t)v || misfit(err);
        case STORAGE_INT64: builder_append(b, &v); return b->vector.type->kind != TYPE_DECIMAL || misfit(err);
        default: return misfit(err);
    }
}

static bool append_decimal(struct builder *b, const Literal *m, struct error *err) {
    const struct type *t = b->vector.type;
    int128 unscaled, most = 1;
    int precision, scale;
    if (t->kind != TYPE_DECIMAL || m->literal_type_case != CASE(DECIMAL)) return misfit(err);
    TRY(read_decimal(m->decimal, &unscaled, &precision, &scale, err));
    if (scale > t->scale || precision - scale > t->precision - t->scale) return misfit(err);
    for (; scale < t->scale; scale++) unscaled *= 10;
    for (int i = 0; i < t->precision; i++) most *= 10;
    if (unscaled >= most || unscaled <= -most) return misfit(err);
    if (type_storage(t) == STORAGE_INT64)
        builder_append(b, &(int64_t){(int64_t)unscaled});
    else
        builder_append(b, &unscaled);
    return true;
}

static bool append_bytes(struct derivation *d, struct builder *b, const ProtobufCBinaryData *bytes, bool is_text,
                         struct error *err) {
    if (type_storage(b->vector.type) != STORAGE_STRING) return misfit(err);
    if (is_text && !utf8_is_valid((const char *)bytes->data, bytes->len))
        return door_refuse("Literal", "a text is not UTF-8", err);
    struct string s = string_copy(door_arena(d), string_make((const char *)bytes->data, bytes->len));
    builder_append(b, &s);
    return true;
}

static bool append_all(struct derivation *d, struct builder *b, Literal *const *m, size_t count, struct error *err) {
    for (size_t i = 0; i < count; i++) TRY(append(d, b, m[i], err));
    return true;
}

static bool append_special(struct derivation *d, struct builder *list,
                           const Spark__Connect__Expression__Literal__SpecializedArray *m, struct error *err) {
    struct builder *b = &list->children[0];
    enum storage storage = type_storage(b->vector.type);
    static const uint8_t storages[] = {[SPECIAL(BOOLS)] = STORAGE_BOOL,     [SPECIAL(INTS)] = STORAGE_INT32,
                                       [SPECIAL(LONGS)] = STORAGE_INT64,    [SPECIAL(FLOATS)] = STORAGE_FLOAT,
                                       [SPECIAL(DOUBLES)] = STORAGE_DOUBLE, [SPECIAL(STRINGS)] = STORAGE_STRING};
    if (!m->value_type_case || storages[m->value_type_case] != storage || b->vector.type->kind == TYPE_DECIMAL)
        return misfit(err);
    switch (m->value_type_case) {
        case SPECIAL(BOOLS):
            for (size_t i = 0; i < m->bools->n_values; i++) builder_append(b, &(uint8_t){m->bools->values[i] != 0});
            break;
        case SPECIAL(INTS):
            for (size_t i = 0; i < m->ints->n_values; i++) builder_append(b, &m->ints->values[i]);
            break;
        case SPECIAL(LONGS):
            for (size_t i = 0; i < m->longs->n_values; i++) builder_append(b, &m->longs->values[i]);
            break;
        case SPECIAL(FLOATS):
            for (size_t i = 0; i < m->floats->n_values; i++) builder_append(b, &m->floats->values[i]);
            break;
        case SPECIAL(DOUBLES):
            for (size_t i = 0; i < m->doubles->n_values; i++) builder_append(b, &m->doubles->values[i]);
            break;
        default:
            for (size_t i = 0; i < m->strings->n_values; i++)
                TRY(append_bytes(d, b, &m->strings->values[i], true, err));
    }
    builder_end_list(list);
    return true;
}

static bool append_nested(struct derivation *d, struct builder *b, const Literal *m, struct error *err) {
    enum type_kind kind = b->vector.type->kind;
    switch (m->literal_type_case) {
        case CASE(ARRAY):
            if (kind != TYPE_ARRAY) return misfit(err);
            TRY(append_all(d, &b->children[0], m->array->elements, m->array->n_elements, err));
            builder_end_list(b);
            return true;
        case CASE(MAP):
            if (kind != TYPE_MAP || m->map->n_keys != m->map->n_values) return misfit(err);
            for (size_t i = 0; i < m->map->n_keys; i++)
                if (m->map->keys[i]->literal_type_case == CASE(NULL)) return misfit(err);
            TRY(append_all(d, &b->children[0], m->map->keys, m->map->n_keys, err));
            TRY(append_all(d, &b->children[1], m->map->values, m->map->n_values, err));
            builder_end_list(b);
            return true;
        case CASE(STRUCT):
            if (kind != TYPE_STRUCT || m->struct_->n_elements != b->vector.type->field_count) return misfit(err);
            for (size_t i = 0; i < m->struct_->n_elements; i++)
                TRY(append(d, &b->children[i], m->struct_->elements[i], err));
            builder_end_struct(b);
            return true;
        default: return kind == TYPE_ARRAY ? append_special(d, b, m->specialized_array, err) : misfit(err);
    }
}

static bool append_interval(struct builder *b, const Spark__Connect__Expression__Literal__CalendarInterval *m,
                            struct error *err) {
    struct interval v = {.months = m->months, .days = m->days, .microseconds = m->microseconds};
    if (b->vector.type->kind != TYPE_CALENDAR_INTERVAL) return misfit(err);
    builder_append(b, &v);
    return true;
}

static bool append(struct derivation *d, struct builder *b, const Literal *m, struct error *err) {
    enum type_kind kind = b->vector.type->kind;
    switch (m->literal_type_case) {
        case CASE(NULL): builder_append_null(b); return true;
        case CASE(BOOLEAN):
            if (kind != TYPE_BOOLEAN) return misfit(err);
            builder_append(b, &(uint8_t){m->boolean != 0});
            return true;
        case CASE(FLOAT):
            if (kind != TYPE_FLOAT) return misfit(err);
            builder_append(b, &m->float_);
            return true;
        case CASE(DOUBLE):
            if (kind != TYPE_DOUBLE) return misfit(err);
            builder_append(b, &m->double_);
            return true;
        case CASE(DECIMAL): return append_decimal(b, m, err);
        case CASE(STRING): return append_bytes(d, b, &m->string, true, err);
        case CASE(BINARY): return append_bytes(d, b, &m->binary, false, err);
        case CASE(CALENDAR_INTERVAL): return append_interval(b, m->calendar_interval, err);
        case CASE(TIME):
            if (kind != TYPE_TIME || m->time->nano < 0 || m->time->nano >= INT64_C(86400000000000)) return misfit(err);
            builder_append(b, &m->time->nano);
            return true;
        case CASE(ARRAY):
        case CASE(MAP):
        case CASE(STRUCT):
        case CASE(SPECIALIZED_ARRAY): return append_nested(d, b, m, err);
        default: return append_integral(b, m, err);
    }
}

const struct vector *door_literal(struct derivation *d, const Literal *m, struct error *err) {
    if (!m) return door_refuse("Literal", "it is missing", err);
    const struct type *type = type_of(d, m, err);
    TRY_NULL(type);
    struct vector *v = ARENA_NEW(door_arena(d), struct vector);
    if (m->literal_type_case == CASE(NULL)) {
        vector_init_null(v, door_arena(d), type);
        return v;
    }
    struct builder b;
    builder_init(&b, door_arena(d), type, 1);
    TRY_NULL(append(d, &b, m, err));
    *v = *builder_finish(&b);
    v->form = VECTOR_CONSTANT;
    return v;
}
