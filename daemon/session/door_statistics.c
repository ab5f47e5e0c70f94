/* SPDX-License-Identifier: Apache-2.0 */
/* df.na and df.stat of the protocol; see door.h. */
#include "session/door_int.h"

typedef Spark__Connect__Relation Relation;
#define CASE(KIND) SPARK__CONNECT__RELATION__REL_TYPE_##KIND

static struct u_plan *fill(struct derivation *d, const Spark__Connect__NAFill *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = door_node(d, U_FILL_NA, origin, m->input, m->n_values, err);
    TRY_NULL(p);
    p->na.column_count = (uint32_t)m->n_cols;
    p->na.columns = door_texts(d, m->cols, m->n_cols);
    p->na.value_count = (uint32_t)m->n_values;
    for (size_t i = 0; i < m->n_values; i++) {
        p->exprs[i] = door_literal_expression(d, m->values[i], NULL, err);
        TRY_NULL(p->exprs[i]);
    }
    return p;
}

static struct u_plan *drop(struct derivation *d, const Spark__Connect__NADrop *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = door_node(d, U_DROP_NA, origin, m->input, 0, err);
    TRY_NULL(p);
    p->na.column_count = (uint32_t)m->n_cols;
    p->na.columns = door_texts(d, m->cols, m->n_cols);
    p->na.min_non_nulls = m->has_min_non_nulls ? m->min_non_nulls : -1;
    return p;
}

static struct u_plan *replace(struct derivation *d, const Spark__Connect__NAReplace *m, const struct origin *origin,
                              struct error *err) {
    struct u_plan *p = door_node(d, U_REPLACE_NA, origin, m->input, m->n_replacements * 2, err);
    TRY_NULL(p);
    p->na.column_count = (uint32_t)m->n_cols;
    p->na.columns = door_texts(d, m->cols, m->n_cols);
    p->na.value_count = (uint32_t)m->n_replacements;
    for (size_t i = 0; i < m->n_replacements; i++) {
        p->exprs[2 * i] = door_literal_expression(d, m->replacements[i]->old_value, NULL, err);
        TRY_NULL(p->exprs[2 * i]);
        p->exprs[2 * i + 1] = door_literal_expression(d, m->replacements[i]->new_value, NULL, err);
        TRY_NULL(p->exprs[2 * i + 1]);
    }
    return p;
}

static struct u_plan *node(struct derivation *d, const Relation *m, const struct origin *origin, const Relation *input,
                           size_t exprs, struct error *err) {
    struct u_plan *p = door_node(d, U_STAT, origin, input, exprs, err);
    if (p) p->stat.which = (int32_t)m->rel_type_case;
    return p;
}

static void set_columns(const struct derivation *d, struct u_plan *p, char *const *columns, size_t count) {
    p->stat.column_count = (uint32_t)count;
    p->stat.columns = door_texts(d, columns, count);
}

static void set_texts(const struct derivation *d, struct u_plan *p, char *const *texts, size_t count) {
    p->stat.text_count = (uint32_t)count;
    p->stat.texts = door_texts(d, texts, count);
}

static void set_numbers(const struct derivation *d, struct u_plan *p, const double *numbers, size_t count) {
    p->stat.number_count = (uint32_t)count;
    p->stat.numbers = arena_copy(door_arena(d), numbers, count * sizeof *numbers);
}

static struct u_plan *two_columns(struct derivation *d, const Relation *m, const struct origin *origin,
                                  const Relation *input, char *first, char *second, struct error *err) {
    struct u_plan *p = node(d, m, origin, input, 0, err);
    char *columns[] = {first, second};
    if (p) set_columns(d, p, columns, 2);
    return p;
}

static struct u_plan *sample_by(struct derivation *d, const Relation *relation, const Spark__Connect__StatSampleBy *m,
                                const struct origin *origin, struct error *err) {
    struct u_plan *p = node(d, relation, origin, m->input, 1 + m->n_fractions, err);
    TRY_NULL(p);
    p->exprs[0] = door_expression(d, m->col, err);
    TRY_NULL(p->exprs[0]);
    double *fractions = ARENA_ARRAY(door_arena(d), double, m->n_fractions);
    for (size_t i = 0; i < m->n_fractions; i++) {
        fractions[i] = m->fractions[i]->fraction;
        p->exprs[1 + i] = door_literal_expression(d, m->fractions[i]->stratum, NULL, err);
        TRY_NULL(p->exprs[1 + i]);
    }
    p->stat.number_count = (uint32_t)m->n_fractions;
    p->stat.numbers = fractions;
    p->stat.has_seed = m->has_seed;
    p->stat.seed = m->seed;
    return p;
}

static struct u_plan *correlation(struct derivation *d, const Relation *m, const struct origin *origin,
                                  struct error *err) {
    struct u_plan *p = two_columns(d, m, origin, m->corr->input, m->corr->col1, m->corr->col2, err);
    if (p && m->corr->method) set_texts(d, p, &m->corr->method, 1);
    return p;
}

static struct u_plan *quantile(struct derivation *d, const Relation *m, const struct origin *origin,
                               struct error *err) {
    const Spark__Connect__StatApproxQuantile *q = m->approx_quantile;
    struct u_plan *p = node(d, m, origin, q->input, 0, err);
    TRY_NULL(p);
    set_columns(d, p, q->cols, q->n_cols);
    set_numbers(d, p, q->probabilities, q->n_probabilities);
    p->stat.relative_error = q->relative_error;
    return p;
}

struct u_plan *door_statistics(struct derivation *d, const Relation *m, const struct origin *origin,
                               struct error *err) {
    struct u_plan *p;
    switch (m->rel_type_case) {
        case CASE(FILL_NA): return fill(d, m->fill_na, origin, err);
        case CASE(DROP_NA): return drop(d, m->drop_na, origin, err);
        case CASE(REPLACE): return replace(d, m->replace, origin, err);
        case CASE(SUMMARY):
            p = node(d, m, origin, m->summary->input, 0, err);
            if (p) set_texts(d, p, m->summary->statistics, m->summary->n_statistics);
            return p;
        case CASE(DESCRIBE):
            p = node(d, m, origin, m->describe->input, 0, err);
            if (p) set_columns(d, p, m->describe->cols, m->describe->n_cols);
            return p;
        case CASE(CROSSTAB):
            return two_columns(d, m, origin, m->crosstab->input, m->crosstab->col1, m->crosstab->col2, err);
        case CASE(COV): return two_columns(d, m, origin, m->cov->input, m->cov->col1, m->cov->col2, err);
        case CASE(CORR): return correlation(d, m, origin, err);
        case CASE(APPROX_QUANTILE): return quantile(d, m, origin, err);
        case CASE(FREQ_ITEMS):
            p = node(d, m, origin, m->freq_items->input, 0, err);
            TRY_NULL(p);
            set_columns(d, p, m->freq_items->cols, m->freq_items->n_cols);
            set_numbers(d, p, &m->freq_items->support, m->freq_items->has_support);
            return p;
        case CASE(SAMPLE_BY): return sample_by(d, m, m->sample_by, origin, err);
        default: return door_refuse("Relation", "it is of no kind", err);
    }
}
