/* SPDX-License-Identifier: Apache-2.0 */
/*
 * product(): of the values that are not NULL, as doubles. SQL does not know it; pyspark.sql.functions does.
 */
#include "function/aggregate.h"

struct product {
    bool any;
    double value;
};

static inline void multiply(struct product *p, double x) {
    p->value = p->any ? p->value * x : x;
    p->any = true;
}

static bool product_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                           struct error *err) {
    struct view view = call_view(call, arguments, rows);
    const double *data = view.data;
    EACH_VALUE(view, rows, { multiply(states[i], data[entry]); });
    return true;
}

static bool product_merge(struct call *call, const void *from, void *into, struct error *err) {
    const struct product *p = from;
    if (p->any) multiply(into, p->value);
    return true;
}

static bool product_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                           struct error *err) {
    for (uint32_t i = 0; i < count; i++) {
        const struct product *p = states[i];
        VECTOR_DATA(out, double)[i] = p->value;
        if (!p->any) vector_set_null(out, call->arena, i, count);
    }
    return true;
}

static const struct aggregate_kernel product = {.fixed_size = sizeof(struct product),
                                                .plain = true,
                                                .update = product_update,
                                                .merge = product_merge,
                                                .finish = product_finish};

static struct expr *resolve_product(struct resolver *r, struct expr *call, struct error *err) {
    call->nullable = true;
    return call;
}

const struct function aggregate_product_functions[] = {
    AGGREGATE("product", FUNCTION_NULLABLE | FUNCTION_INTERNAL | FUNCTION_CLIENT, "(DOUBLE) DOUBLE", resolve_product,
              NULL, &product, "product(expr) - the values multiplied.", NULL, "3.2.0"),
    {0},
};
