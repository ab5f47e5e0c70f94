/* SPDX-License-Identifier: Apache-2.0 */
/*
 * st_geomfromwkb and its kin: values of GEOMETRY and GEOGRAPHY. Like Spark these carry well-known binary (WKB) around
 * and look at no byte of it; all that is known of a value is the number of its coordinate system (SRID).
 *
 * A value is that number, 4 bytes little-endian, and the WKB. All of it works only under spark.sql.geospatial.enabled.
 */
#include "function/sketch.h"
#include "function/string_kernel.h"

enum { SRID_GEOMETRY = 0, SRID_GEOGRAPHY = 4326 };

static bool unknown_srid(int32_t srid, struct error *err) {
    error_set(err, "ST_INVALID_SRID_VALUE", NULL);
    return error_add(err, "srid", "%d", srid);
}

static struct string spatial_value(struct arena *arena, int32_t srid, const char *wkb, size_t size) {
    uint8_t *bytes = arena_bytes(arena, size + SRID_BYTES);
    sketch_write(bytes, (uint32_t)srid, SRID_BYTES);
    if (size) memcpy(bytes + SRID_BYTES, wkb, size);
    return string_make((char *)bytes, size + SRID_BYTES);
}

static bool from_wkb_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string wkb = string_at(&view, i);
        VECTOR_DATA(out, struct string)[i] = spatial_value(call->arena, out->type->length, wkb.data, wkb.size);
    }
    return true;
}

static bool as_binary_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                             struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string value = string_at(&view, i);
        uint32_t skip = value.size < SRID_BYTES ? value.size : SRID_BYTES;
        VECTOR_DATA(out, struct string)[i] = string_make(value.data + skip, value.size - skip);
    }
    return true;
}

static bool srid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                        struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string value = string_at(&view, i);
        struct sketch_reader in = {.bytes = (const uint8_t *)value.data, .size = value.size};
        VECTOR_DATA(out, int32_t)[i] = (int32_t)sketch_read(&in, SRID_BYTES);
    }
    return true;
}

static bool set_srid_kernel(struct call *call, const struct vector *arguments, uint32_t rows, struct vector *out,
                            struct error *err) {
    struct view view = vector_view(call->arena, arguments, rows), srids = vector_view(call->arena, &arguments[1], rows);
    for (uint32_t i = 0; i < rows; i++) {
        if (!row_is_wanted(out, i)) continue;
        struct string value = string_at(&view, i);
        int32_t srid = int_at(&srids, i);
        if (!spatial_srid_is_known(out->type->kind, srid)) return unknown_srid(srid, err);
        uint32_t skip = value.size < SRID_BYTES ? value.size : SRID_BYTES;
        VECTOR_DATA(out, struct string)[i] = spatial_value(call->arena, srid, value.data + skip, value.size - skip);
    }
    return true;
}

static struct expr *resolve_enabled(struct resolver *r, struct expr *call, struct error *err) {
    return resolve_spatial_enabled(r, err) ? call : NULL;
}

static struct expr *resolve_geometry(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_spatial(r->arena, TYPE_GEOMETRY, SRID_GEOMETRY);
    return resolve_enabled(r, call, err);
}

static struct expr *resolve_geography(struct resolver *r, struct expr *call, struct error *err) {
    call->type = type_spatial(r->arena, TYPE_GEOGRAPHY, SRID_GEOGRAPHY);
    return resolve_enabled(r, call, err);
}

/* The result's type names the coordinate system where that is written down as a number. */
static struct expr *resolve_set_srid(struct resolver *r, struct expr *call, struct error *err) {
    const struct expr *srid = call->children[1];
    enum type_kind kind = call->children[0]->type->kind;
    call->type = type_spatial(r->arena, kind, SRID_ANY);
    if (srid->kind == EXPR_LITERAL && !expr_is_null_literal(srid)) {
        int32_t number = VECTOR_DATA(srid->literal, int32_t)[0];
        if (!spatial_srid_is_known(kind, number)) return unknown_srid(number, err), NULL;
        call->type = type_spatial(r->arena, kind, number);
    }
    return resolve_enabled(r, call, err);
}

#define SPATIAL(NAME, SIGNATURE, RESOLVE, KERNEL, USAGE, EXAMPLE)                                                      \
    {                                                                                                                  \
        .name = NAME, .class = FUNCTION_SCALAR, .flags = FUNCTION_STRICT, .signature = SIGNATURE, .resolve = RESOLVE,  \
        .kernel = KERNEL, .group = "st_funcs", .usage = USAGE, .example = EXAMPLE, .since = "4.1.0"                    \
    }
#define POINT "X'0101000000000000000000F03F0000000000000040'"

const struct function spatial_functions[] = {
    SPATIAL("st_asbinary", "(GEOGRAPHY|GEOMETRY) BINARY", resolve_enabled, as_binary_kernel,
            "st_asbinary(geo) - the value as well-known binary.", "hex(st_asbinary(st_geomfromwkb(X'01'))) => 01"),
    SPATIAL("st_geogfromwkb", "(BINARY) ?", resolve_geography, from_wkb_kernel,
            "st_geogfromwkb(wkb) - a GEOGRAPHY(4326) of well-known binary.",
            "st_srid(st_geogfromwkb(" POINT ")) => 4326"),
    SPATIAL("st_geomfromwkb", "(BINARY) ?", resolve_geometry, from_wkb_kernel,
            "st_geomfromwkb(wkb) - a GEOMETRY(0) of well-known binary.", "st_srid(st_geomfromwkb(" POINT ")) => 0"),
    SPATIAL("st_setsrid", "(GEOGRAPHY|GEOMETRY, INT) ?", resolve_set_srid, set_srid_kernel,
            "st_setsrid(geo, srid) - the same value in another coordinate system.",
            "st_srid(st_setsrid(st_geomfromwkb(" POINT "), 3857)) => 3857"),
    SPATIAL("st_srid", "(GEOGRAPHY|GEOMETRY) INT", resolve_enabled, srid_kernel,
            "st_srid(geo) - the number of the value's coordinate system.",
            "st_srid(st_geogfromwkb(" POINT ")) => 4326"),
    {0},
};
