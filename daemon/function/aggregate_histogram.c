/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram_numeric: Ben-Haim and Tom-Tov's histogram. Each value is a bin, and the two nearest are joined when there
 * are too many; of equally near ones a random pair, from the generator and seed that Spark uses.
 */
#include <math.h>

#include "function/aggregate.h"

struct bin {
    double x, y;
};

struct histogram {
    struct bin *bins; /* ascending; room for one more than are wanted */
    uint32_t count;
    uint64_t random;
};

enum { JAVA_SEED = 31183 };

/* java.util.Random */
static uint32_t next_bits(struct histogram *h, int bits) {
    h->random = (h->random * 0x5DEECE66D + 0xB) & (((uint64_t)1 << 48) - 1);
    return (uint32_t)(h->random >> (48 - bits));
}

static double next_double(struct histogram *h) {
    uint64_t high = next_bits(h, 26);
    return (double)((high << 27) + next_bits(h, 27)) * 0x1p-53;
}

static int32_t bins_wanted(const struct call *call) {
    return *(const int32_t *)call->state;
}

static void join_nearest(struct histogram *h) {
    double least = h->bins[1].x - h->bins[0].x;
    uint32_t at = 0, ties = 1;
    for (uint32_t i = 1; i + 1 < h->count; i++) {
        double distance = h->bins[i + 1].x - h->bins[i].x;
        if (distance < least) {
            least = distance;
            at = i;
            ties = 1;
        } else if (distance == least && next_double(h) <= 1.0 / ++ties) {
            at = i;
        }
    }
    struct bin *a = &h->bins[at], *b = a + 1;
    double sum = a->y + b->y;
    a->x = a->x * (a->y / sum) + b->x / sum * b->y;
    a->y = sum;
    memmove(b, b + 1, (h->count - at - 2) * sizeof *b);
    h->count--;
}

static void add_value(struct call *call, struct histogram *h, double x) {
    uint32_t wanted = (uint32_t)bins_wanted(call), low = 0, high = h->count, at = 0;
    if (!h->bins) {
        h->bins = arena_bytes_array(call->arena, (size_t)wanted + 1, sizeof *h->bins);
        h->random = (JAVA_SEED ^ 0x5DEECE66D) & (((uint64_t)1 << 48) - 1);
    }
    while (low < high) {
        at = (low + high) / 2;
        if (h->bins[at].x > x)
            high = at;
        else if (h->bins[at].x < x)
            low = ++at;
        else /* equal; or NaN, whose place is wherever it is not told apart */
            break;
    }
    if (at < h->count && h->bins[at].x == x) {
        h->bins[at].y++;
        return;
    }
    memmove(h->bins + at + 1, h->bins + at, (h->count - at) * sizeof *h->bins);
    h->bins[at] = (struct bin){x, 1};
    if (++h->count > wanted) join_nearest(h);
}

static bool histogram_update(struct call *call, const struct vector *arguments, uint32_t rows, void **states,
                             struct error *err) {
    if (arguments->type->kind == TYPE_NULL) return true;
    for (uint32_t i = 0; i < rows; i++)
        if (!vector_is_null(arguments, i))
            add_value(call, states[i], aggregate_double_at(arguments, vector_entry(arguments, i)));
    return true;
}

static bool histogram_finish(struct call *call, void *const *states, uint32_t count, struct vector *out,
                             struct error *err) {
    uint32_t total = 0, used = 0;
    for (uint32_t i = 0; i < count; i++) total += ((const struct histogram *)states[i])->count;
    struct vector *structs = vector_new(call->arena, out->type->element, total);
    for (uint32_t i = 0; i < count; i++) {
        const struct histogram *h = states[i];
        VECTOR_DATA(out, struct list_entry)[i] = (struct list_entry){used, h->count};
        if (!h->count) vector_set_null(out, call->arena, i, count);
        for (uint32_t b = 0; b < h->count; b++, used++) {
            aggregate_put_double(&structs->children[0], call->arena, used, h->bins[b].x, total);
            VECTOR_DATA(&structs->children[1], double)[used] = h->bins[b].y;
        }
    }
    out->children = structs;
    out->child_count = 1;
    out->child_rows = total;
    return true;
}

static const struct aggregate_kernel histogram_kernel = {
    .fixed_size = sizeof(struct histogram), .update = histogram_update, .finish = histogram_finish};

static bool prepare_histogram(struct call *call, struct arena *arena, const struct vector *const *constants,
                              void **state, struct error *err) {
    *state = arena_copy(arena, constants[1]->data, sizeof(int32_t));
    return true;
}

static struct expr *resolve_histogram(struct resolver *r, struct expr *call, struct error *err) {
    TRY_NULL(resolve_argument(r, call, 0, "NUMERIC|DATE|TIMESTAMP|TIMESTAMP_NTZ|YM_INTERVAL|DT_INTERVAL", err));
    TRY_NULL(resolve_argument(r, call, 1, "INT", err));
    const struct type *t = call->children[0]->type;
    TRY_NULL(resolve_foldable(r, call, 1, "`nb`", "\"INT\"", err));
    const struct vector *v = expr_fold(r->arena, r->context, call->children[1], err);
    TRY_NULL(v);
    if (vector_is_null(v, 0)) return resolve_mismatch(r, call, err, "UNEXPECTED_NULL", "exprName", "nb", NULL);
    if (VECTOR_DATA(v, int32_t)[0] < 2)
        return resolve_mismatch(r, call, err, "VALUE_OUT_OF_RANGE", "exprName", "nb", "valueRange", "[2, 2147483647]",
                                "currentValue", arena_printf(r->arena, "%d", VECTOR_DATA(v, int32_t)[0]), NULL);
    struct field fields[] = {{.name = "x", .type = t, .nullable = true},
                             {.name = "y", .type = TYPE_OF(DOUBLE), .nullable = true}};
    call->type = type_array(r->arena, type_struct(r->arena, fields, 2), true);
    call->nullable = true;
    return call;
}

const struct function aggregate_histogram_functions[] = {
    AGGREGATE("histogram_numeric", FUNCTION_NULLABLE, "(ANY, ANY) ?", resolve_histogram, prepare_histogram,
              &histogram_kernel, "histogram_numeric(expr, nb) - the values as nb bins of center and height.",
              "histogram_numeric(col, 5) from values (0), (10) as t(col) => [{\"x\":0,\"y\":1.0},{\"x\":10,\"y\":1.0}]",
              "3.3.0"),
    {0},
};
