/* SPDX-License-Identifier: Apache-2.0 */
/* Values as literals of the protocol: the other way of door_literal.c. For observed metrics. */
#include "column/cast.h"
#include "session/door_int.h"

typedef Spark__Connect__Expression__Literal Literal;
#define CASE(KIND) SPARK__CONNECT__EXPRESSION__LITERAL__LITERAL_TYPE_##KIND

static void set_integral(Literal *m, const struct type *t, const void *data, uint32_t entry) {
    switch (t->kind) {
        case TYPE_BYTE:
            m->literal_type_case = CASE(BYTE);
            m->byte = ((const int8_t *)data)[entry];
            return;
        case TYPE_SHORT:
            m->literal_type_case = CASE(SHORT);
            m->short_ = ((const int16_t *)data)[entry];
            return;
        case TYPE_INT:
            m->literal_type_case = CASE(INTEGER);
            m->integer = ((const int32_t *)data)[entry];
            return;
        case TYPE_DATE:
            m->literal_type_case = CASE(DATE);
            m->date = ((const int32_t *)data)[entry];
            return;
        case TYPE_YEAR_MONTH_INTERVAL:
            m->literal_type_case = CASE(YEAR_MONTH_INTERVAL);
            m->year_month_interval = ((const int32_t *)data)[entry];
            return;
        case TYPE_TIMESTAMP:
            m->literal_type_case = CASE(TIMESTAMP);
            m->timestamp = ((const int64_t *)data)[entry];
            return;
        case TYPE_TIMESTAMP_NTZ:
            m->literal_type_case = CASE(TIMESTAMP_NTZ);
            m->timestamp_ntz = ((const int64_t *)data)[entry];
            return;
        case TYPE_DAY_TIME_INTERVAL:
            m->literal_type_case = CASE(DAY_TIME_INTERVAL);
            m->day_time_interval = ((const int64_t *)data)[entry];
            return;
        default:
            m->literal_type_case = CASE(LONG);
            m->long_ = ((const int64_t *)data)[entry];
            return;
    }
}

/* Any other type as its text; decimals as themselves. */
static bool set_text(struct arena *arena, Literal *m, const struct context *context, const struct vector *v,
                     uint32_t row, struct error *err) {
    struct cast cast = {.from = v->type, .to = TYPE_OF(STRING), .mode = CAST_LEGACY, .zone = context->zone};
    struct vector one, text;
    uint32_t *selection = arena_copy(arena, &row, sizeof row);
    vector_select(&one, arena, v, selection, 1);
    TRY(vector_cast(arena, &cast, &one, 1, &text, err));
    const struct string *s = &VECTOR_DATA(&text, struct string)[vector_entry(&text, 0)];
    if (v->type->kind == TYPE_DECIMAL) {
        m->literal_type_case = CASE(DECIMAL);
        m->decimal = ARENA_NEW(arena, Spark__Connect__Expression__Literal__Decimal);
        spark__connect__expression__literal__decimal__init(m->decimal);
        m->decimal->value = arena_strndup(arena, s->data, s->size);
        m->decimal->has_precision = m->decimal->has_scale = true;
        m->decimal->precision = v->type->precision;
        m->decimal->scale = v->type->scale;
        return true;
    }
    m->literal_type_case = CASE(STRING);
    m->string = (ProtobufCBinaryData){.data = arena_copy(arena, s->data, s->size), .len = s->size};
    return true;
}

typedef Spark__Connect__Expression__Literal__Array Array;
typedef Spark__Connect__Expression__Literal__Map Map;
typedef Spark__Connect__Expression__Literal__Struct Struct;

/* The values of `count` rows of a child, from row `from`. */
static Literal **values_of(struct arena *arena, const struct context *context, const struct vector *child,
                           uint32_t from, uint32_t count, struct error *err) {
    Literal **values = ARENA_ARRAY(arena, Literal *, count + 1);
    for (uint32_t i = 0; i < count; i++)
        TRY_NULL(values[i] = door_literal_message(arena, context, child, from + i, err));
    return values;
}

static bool set_array(struct arena *arena, Literal *m, const struct context *context, const struct vector *v,
                      uint32_t entry, struct error *err) {
    const struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    m->literal_type_case = CASE(ARRAY);
    m->array = ARENA_NEW(arena, Array);
    spark__connect__expression__literal__array__init(m->array);
    m->array->n_elements = list.length;
    return (m->array->elements = values_of(arena, context, &v->children[0], list.offset, list.length, err));
}

static bool set_map(struct arena *arena, Literal *m, const struct context *context, const struct vector *v,
                    uint32_t entry, struct error *err) {
    const struct list_entry list = VECTOR_DATA(v, struct list_entry)[entry];
    m->literal_type_case = CASE(MAP);
    m->map = ARENA_NEW(arena, Map);
    spark__connect__expression__literal__map__init(m->map);
    m->map->n_keys = m->map->n_values = list.length;
    return (m->map->keys = values_of(arena, context, &v->children[0], list.offset, list.length, err)) &&
           (m->map->values = values_of(arena, context, &v->children[1], list.offset, list.length, err));
}

static bool set_struct(struct arena *arena, Literal *m, const struct context *context, const struct vector *v,
                       uint32_t entry, struct error *err) {
    m->literal_type_case = CASE(STRUCT);
    m->struct_ = ARENA_NEW(arena, Struct);
    spark__connect__expression__literal__struct__init(m->struct_);
    m->struct_->struct_type = door_type_message(arena, v->type);
    m->struct_->n_elements = v->type->field_count;
    m->struct_->elements = ARENA_ARRAY(arena, Literal *, v->type->field_count);
    for (uint32_t i = 0; i < v->type->field_count; i++)
        TRY(m->struct_->elements[i] = door_literal_message(arena, context, &v->children[i], entry, err));
    return true;
}

Spark__Connect__Expression__Literal *door_literal_message(struct arena *arena, const struct context *context,
                                                          const struct vector *v, uint32_t row, struct error *err) {
    Literal *m = ARENA_NEW(arena, Literal);
    spark__connect__expression__literal__init(m);
    if (vector_is_null(v, row) || v->type->kind == TYPE_NULL) {
        m->literal_type_case = CASE(NULL);
        m->null = door_type_message(arena, v->type);
        return m;
    }
    uint32_t entry = vector_entry(v, row);
    switch (v->type->kind) {
        case TYPE_BOOLEAN:
            m->literal_type_case = CASE(BOOLEAN);
            m->boolean = ((const uint8_t *)v->data)[entry];
            return m;
        case TYPE_FLOAT:
            m->literal_type_case = CASE(FLOAT);
            m->float_ = ((const float *)v->data)[entry];
            return m;
        case TYPE_DOUBLE:
            m->literal_type_case = CASE(DOUBLE);
            m->double_ = ((const double *)v->data)[entry];
            return m;
        case TYPE_STRING:
        case TYPE_BINARY: {
            const struct string *s = &((const struct string *)v->data)[entry];
            m->literal_type_case = v->type->kind == TYPE_STRING ? CASE(STRING) : CASE(BINARY);
            m->string = (ProtobufCBinaryData){.data = arena_copy(arena, s->data, s->size), .len = s->size};
            return m;
        }
        case TYPE_BYTE:
        case TYPE_SHORT:
        case TYPE_INT:
        case TYPE_LONG:
        case TYPE_DATE:
        case TYPE_TIMESTAMP:
        case TYPE_TIMESTAMP_NTZ:
        case TYPE_YEAR_MONTH_INTERVAL:
        case TYPE_DAY_TIME_INTERVAL: set_integral(m, v->type, v->data, entry); return m;
        case TYPE_ARRAY: return set_array(arena, m, context, v, entry, err) ? m : NULL;
        case TYPE_MAP: return set_map(arena, m, context, v, entry, err) ? m : NULL;
        case TYPE_STRUCT: return set_struct(arena, m, context, v, entry, err) ? m : NULL;
        default: return set_text(arena, m, context, v, row, err) ? m : NULL;
    }
}
