/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relations of the protocol; see door.h. Statistics, catalog calls and local data have files of their own.
 *
 * Inputs come first: a node is made when its inputs are there, so a missing input is found before anything else.
 */
#include "base/interval_text.h"
#include "base/proto_arena.h"
#include "session/door_int.h"
#include "session/settings.h"

#include <zstd.h>

typedef Spark__Connect__Relation Relation;
#define CASE(KIND) SPARK__CONNECT__RELATION__REL_TYPE_##KIND

static struct u_plan *new_node(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                               size_t children, size_t exprs) {
    return u_plan_new(door_arena(d), kind, origin, (uint32_t)children, (uint32_t)exprs);
}

struct u_plan *door_node(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                         const Relation *input, size_t expr_count, struct error *err) {
    struct u_plan *child = door_relation(d, input, err);
    TRY_NULL(child);
    struct u_plan *p = new_node(d, kind, origin, 1, expr_count);
    p->children[0] = child;
    return p;
}

struct u_option *door_options(struct derivation *d, ProtobufCMessage *const *entries, size_t count) {
    struct u_option *out = ARENA_ARRAY(door_arena(d), struct u_option, count);
    for (size_t i = 0; i < count; i++) { /* all map<string, string> entries have one layout */
        const Spark__Connect__Read__DataSource__OptionsEntry *e = (const void *)entries[i];
        out[i] = (struct u_option){door_text(d, e->key), door_text(d, e->value)};
    }
    return out;
}
#define OPTIONS(d, m) door_options(d, (ProtobufCMessage *const *)(m)->options, (m)->n_options)

static struct u_plan *read(struct derivation *d, const Spark__Connect__Read *m, const struct origin *origin,
                           struct error *err) {
    if (m->read_type_case == SPARK__CONNECT__READ__READ_TYPE_NAMED_TABLE) {
        struct u_plan *p = new_node(d, U_RELATION, origin, 0, 0);
        TRY_NULL(door_table_name(d, m->named_table->unparsed_identifier, &p->relation.name, err));
        p->relation.option_count = (uint32_t)m->named_table->n_options;
        p->relation.options = OPTIONS(d, m->named_table);
        p->relation.is_streaming = m->is_streaming;
        return p;
    }
    if (m->read_type_case != SPARK__CONNECT__READ__READ_TYPE_DATA_SOURCE)
        return door_refuse("Read", "it is of no kind", err);
    const Spark__Connect__Read__DataSource *s = m->data_source;
    if (s->n_predicates) {
        error_unsupported(err, "reading over JDBC");
        return NULL;
    }
    struct u_plan *p = new_node(d, U_DATA_SOURCE, origin, 0, 0);
    p->source.format = door_text(
        d, s->format && *s->format ? s->format : settings_get(d->session->settings, "spark.sql.sources.default"));
    p->source.schema = s->schema && *s->schema ? door_text(d, s->schema) : NULL;
    p->source.option_count = (uint32_t)s->n_options;
    p->source.options = OPTIONS(d, s);
    p->source.path_count = (uint32_t)s->n_paths;
    p->source.paths = door_texts(d, s->paths, s->n_paths);
    p->source.is_streaming = m->is_streaming;
    return p;
}

static struct u_plan *project(struct derivation *d, const Spark__Connect__Project *m, const struct origin *origin,
                              struct error *err) {
    struct u_plan *p;
    if (m->input) {
        p = door_node(d, U_PROJECT, origin, m->input, m->n_expressions, err);
        TRY_NULL(p);
    } else {
        p = new_node(d, U_PROJECT, origin, 1, m->n_expressions);
        p->children[0] = new_node(d, U_ONE_ROW, origin, 0, 0);
    }
    return door_expressions(d, m->expressions, m->n_expressions, p->exprs, err) ? p : NULL;
}

static struct u_plan *filter(struct derivation *d, const Spark__Connect__Filter *m, const struct origin *origin,
                             struct error *err) {
    struct u_plan *p = door_node(d, U_FILTER, origin, m->input, 1, err);
    return p && door_expressions(d, &m->condition, 1, p->exprs, err) ? p : NULL;
}

static bool join_type(int32_t type, enum u_join_type *out, struct error *err) {
    static const enum u_join_type kinds[] = {U_JOIN_INNER, U_JOIN_INNER,     U_JOIN_FULL,      U_JOIN_LEFT,
                                             U_JOIN_RIGHT, U_JOIN_LEFT_ANTI, U_JOIN_LEFT_SEMI, U_JOIN_CROSS};
    if ((uint32_t)type >= sizeof kinds / sizeof *kinds) return door_refuse("Join", "it is of no type", err);
    *out = kinds[type];
    return true;
}

static struct u_plan *two_inputs(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                                 const Relation *left, const Relation *right, size_t exprs, struct error *err) {
    struct u_plan *l = door_relation(d, left, err);
    TRY_NULL(l);
    struct u_plan *r = door_relation(d, right, err);
    TRY_NULL(r);
    struct u_plan *p = new_node(d, kind, origin, 2, exprs);
    p->children[0] = l;
    p->children[1] = r;
    return p;
}

static struct u_plan *join(struct derivation *d, const Spark__Connect__Join *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = two_inputs(d, U_JOIN, origin, m->left, m->right, 0, err);
    TRY_NULL(p);
    TRY_NULL(join_type((int32_t)m->join_type, &p->join.type, err));
    if (m->join_condition) {
        p->join.condition = door_expression(d, m->join_condition, err);
        TRY_NULL(p->join.condition);
    }
    p->join.using_count = (uint32_t)m->n_using_columns;
    p->join.using_columns = door_texts(d, m->using_columns, m->n_using_columns);
    return p;
}

static struct u_plan *lateral_join(struct derivation *d, const Spark__Connect__LateralJoin *m,
                                   const struct origin *origin, struct error *err) {
    struct u_plan *p = two_inputs(d, U_LATERAL_JOIN, origin, m->left, m->right, 0, err);
    TRY_NULL(p);
    TRY_NULL(join_type((int32_t)m->join_type, &p->join.type, err));
    if (m->join_condition) {
        p->join.condition = door_expression(d, m->join_condition, err);
        TRY_NULL(p->join.condition);
    }
    return p;
}

static struct u_plan *as_of_join(struct derivation *d, const Spark__Connect__AsOfJoin *m, const struct origin *origin,
                                 struct error *err) {
    struct u_plan *p = two_inputs(d, U_AS_OF_JOIN, origin, m->left, m->right, 0, err);
    TRY_NULL(p);
    TRY_NULL(door_expressions(d, &m->left_as_of, 1, &p->as_of.left_as_of, err));
    TRY_NULL(door_expressions(d, &m->right_as_of, 1, &p->as_of.right_as_of, err));
    if (m->join_expr) TRY_NULL(door_expressions(d, &m->join_expr, 1, &p->as_of.condition, err));
    if (m->tolerance) TRY_NULL(door_expressions(d, &m->tolerance, 1, &p->as_of.tolerance, err));
    p->as_of.using_count = (uint32_t)m->n_using_columns;
    p->as_of.using_columns = door_texts(d, m->using_columns, m->n_using_columns);
    p->as_of.type = door_text(d, m->join_type);
    p->as_of.direction = door_text(d, m->direction);
    p->as_of.allow_exact_matches = m->allow_exact_matches;
    return p;
}

static struct u_plan *set_operation(struct derivation *d, const Spark__Connect__SetOperation *m,
                                    const struct origin *origin, struct error *err) {
    static const enum u_set_operation operations[] = {U_UNION, U_INTERSECT, U_UNION, U_EXCEPT};
    if ((uint32_t)m->set_op_type > 3 || !m->set_op_type) return door_refuse("SetOperation", "it is of no type", err);
    struct u_plan *p = two_inputs(d, U_SET_OPERATION, origin, m->left_input, m->right_input, 0, err);
    TRY_NULL(p);
    p->set.operation = operations[m->set_op_type];
    p->set.all = m->is_all;
    p->set.by_name = m->by_name;
    p->set.allow_missing = m->allow_missing_columns;
    return p;
}

static struct u_plan *sort(struct derivation *d, const Spark__Connect__Sort *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = door_node(d, U_SORT, origin, m->input, m->n_order, err);
    TRY_NULL(p);
    p->sort.global = !m->has_is_global || m->is_global;
    for (size_t i = 0; i < m->n_order; i++) {
        p->exprs[i] = door_sort_order(d, m->order[i], err);
        TRY_NULL(p->exprs[i]);
    }
    return p;
}

static struct u_plan *limited(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                              const Relation *input, int32_t number, struct error *err) {
    struct u_plan *p = door_node(d, kind, origin, input, 1, err);
    TRY_NULL(p);
    struct vector *v = vector_new(door_arena(d), TYPE_OF(INT), 1);
    v->form = VECTOR_CONSTANT;
    VECTOR_DATA(v, int32_t)[0] = number;
    p->exprs[0] = u_expr_new(door_arena(d), U_LITERAL, origin, 0);
    p->exprs[0]->literal.value = v;
    return p;
}

static bool grouping_sets(struct derivation *d, const Spark__Connect__Aggregate *m, struct u_plan *p,
                          struct error *err) {
    p->aggregate.set_count = (uint32_t)m->n_grouping_sets;
    p->aggregate.sets = arena_alloc_array(door_arena(d), m->n_grouping_sets, sizeof *p->aggregate.sets);
    for (size_t i = 0; i < m->n_grouping_sets; i++) {
        size_t count = m->grouping_sets[i]->n_grouping_set;
        p->aggregate.sets[i].count = (uint32_t)count;
        p->aggregate.sets[i].exprs = ARENA_ARRAY(door_arena(d), struct u_expr *, count);
        TRY(door_expressions(d, m->grouping_sets[i]->grouping_set, count, p->aggregate.sets[i].exprs, err));
    }
    return true;
}

static bool pivot(struct derivation *d, const Spark__Connect__Aggregate__Pivot *m, struct u_plan *p,
                  struct error *err) {
    if (!m) return door_refuse("Aggregate", "a pivot has no column", err);
    p->aggregate.pivot_column = door_expression(d, m->col, err);
    TRY(p->aggregate.pivot_column);
    p->aggregate.pivot_value_count = (uint32_t)m->n_values;
    p->aggregate.pivot_values = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_values);
    for (size_t i = 0; i < m->n_values; i++) {
        p->aggregate.pivot_values[i] = door_literal_expression(d, m->values[i], NULL, err);
        TRY(p->aggregate.pivot_values[i]);
    }
    return true;
}

static struct u_plan *aggregate(struct derivation *d, const Spark__Connect__Aggregate *m, const struct origin *origin,
                                struct error *err) {
    static const enum u_group_kind kinds[] = {U_GROUP_BY,   U_GROUP_BY,    U_GROUP_ROLLUP,
                                              U_GROUP_CUBE, U_GROUP_PIVOT, U_GROUPING_SETS};
    if ((uint32_t)m->group_type > 5 || !m->group_type) return door_refuse("Aggregate", "it is of no type", err);
    struct u_plan *p = door_node(d, U_AGGREGATE, origin, m->input, m->n_grouping_expressions, err);
    TRY_NULL(p);
    p->aggregate.group = kinds[m->group_type];
    p->aggregate.protocol_form = true;
    TRY_NULL(door_expressions(d, m->grouping_expressions, m->n_grouping_expressions, p->exprs, err));
    p->aggregate.result_count = (uint32_t)m->n_aggregate_expressions;
    p->aggregate.results = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_aggregate_expressions);
    TRY_NULL(door_expressions(d, m->aggregate_expressions, m->n_aggregate_expressions, p->aggregate.results, err));
    if (p->aggregate.group == U_GROUPING_SETS) TRY_NULL(grouping_sets(d, m, p, err));
    if (p->aggregate.group == U_GROUP_PIVOT) TRY_NULL(pivot(d, m->pivot, p, err));
    return p;
}

/* Text with arguments for its markers. */
static struct u_plan *sql(struct derivation *d, const Spark__Connect__SQL *m, const struct origin *origin,
                          struct error *err) {
    struct u_plan *text = new_node(d, U_SQL, origin, 0, 0);
    text->sql = door_text(d, m->query);
    size_t named = m->n_named_arguments + m->n_args, count = named + m->n_pos_arguments + m->n_pos_args;
    if (!count) return text;
    struct u_plan *p = new_node(d, U_PARAMETERS, origin, 1, count);
    p->children[0] = text;
    p->parameters.count = (uint32_t)count;
    p->parameters.names = ARENA_ARRAY(door_arena(d), const char *, count);
    size_t at = 0;
    for (size_t i = 0; i < m->n_named_arguments; i++, at++) {
        p->parameters.names[at] = door_text(d, m->named_arguments[i]->key);
        p->exprs[at] = door_expression(d, m->named_arguments[i]->value, err);
        TRY_NULL(p->exprs[at]);
    }
    for (size_t i = 0; i < m->n_args; i++, at++) {
        p->parameters.names[at] = door_text(d, m->args[i]->key);
        p->exprs[at] = door_literal_expression(d, m->args[i]->value, NULL, err);
        TRY_NULL(p->exprs[at]);
    }
    TRY_NULL(door_expressions(d, m->pos_arguments, m->n_pos_arguments, p->exprs + at, err));
    at += m->n_pos_arguments;
    for (size_t i = 0; i < m->n_pos_args; i++, at++) {
        p->exprs[at] = door_literal_expression(d, m->pos_args[i], NULL, err);
        TRY_NULL(p->exprs[at]);
    }
    return p;
}

static struct u_plan *sample(struct derivation *d, const Spark__Connect__Sample *m, const struct origin *origin,
                             struct error *err) {
    struct u_plan *p = door_node(d, U_SAMPLE, origin, m->input, 0, err);
    TRY_NULL(p);
    p->sample.lower = m->lower_bound;
    p->sample.upper = m->upper_bound;
    p->sample.with_replacement = m->with_replacement;
    p->sample.has_seed = m->has_seed;
    p->sample.seed = m->seed;
    p->sample.deterministic_order = m->deterministic_order;
    return p;
}

static struct u_plan *deduplicate(struct derivation *d, const Spark__Connect__Deduplicate *m,
                                  const struct origin *origin, struct error *err) {
    if (m->within_watermark) { /* Spark says so when the query runs */
        error_set(err, "_LEGACY_ERROR_TEMP_3102", "msg",
                  "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets", NULL);
        return NULL;
    }
    bool alike = !m->all_columns_as_keys && !m->n_column_names; /* all rows are, in no columns */
    if (alike) return limited(d, U_LIMIT, origin, m->input, 1, err);
    struct u_plan *p = door_node(d, U_DISTINCT, origin, m->input, 0, err);
    TRY_NULL(p);
    if (m->all_columns_as_keys) return p;
    p->distinct.column_count = (uint32_t)m->n_column_names;
    p->distinct.columns = door_texts(d, m->column_names, m->n_column_names);
    return p;
}

/* A finite input is not late: the rows as they are, if the delay is one. */
static struct u_plan *with_watermark(struct derivation *d, const Spark__Connect__WithWatermark *m, struct error *err) {
    const char *delay = m->delay_threshold ? m->delay_threshold : "";
    struct interval i;
    if (!interval_parse(delay, strlen(delay), &i, NULL)) {
        error_set(err, "CANNOT_PARSE_INTERVAL", NULL);
        error_add(err, "intervalString", "'%s'", delay);
        return NULL;
    }
    const int64_t day = INT64_C(86400000000), days = (int64_t)i.months * 31 + i.days;
    if ((__int128)days * day + i.microseconds < 0) {
        error_plain(err, ERROR_ILLEGAL_ARGUMENT, "requirement failed: delay threshold (%s) should not be negative.",
                    delay);
        return NULL;
    }
    return door_relation(d, m->input, err);
}

static struct u_plan *range(struct derivation *d, const Spark__Connect__Range *m, const struct origin *origin) {
    struct u_plan *p = new_node(d, U_RANGE, origin, 0, 0);
    p->range.start = m->start;
    p->range.end = m->end;
    p->range.step = m->has_step ? m->step : 1;
    p->range.partitions = m->has_num_partitions ? m->num_partitions : -1;
    return p;
}

static struct u_plan *subquery_alias(struct derivation *d, const Spark__Connect__SubqueryAlias *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_SUBQUERY_ALIAS, origin, m->input, 0, err);
    TRY_NULL(p);
    p->alias.name = door_text(d, m->alias);
    p->alias.qualifier_count = (uint32_t)m->n_qualifier;
    p->alias.qualifier = door_texts(d, m->qualifier, m->n_qualifier);
    return p;
}

static struct u_plan *repartition(struct derivation *d, const Spark__Connect__Repartition *m,
                                  const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_REPARTITION, origin, m->input, 0, err);
    TRY_NULL(p);
    p->repartition.has_count = true;
    p->repartition.count = m->num_partitions;
    p->repartition.shuffle = m->shuffle;
    return p;
}

static struct u_plan *repartition_by(struct derivation *d, const Spark__Connect__RepartitionByExpression *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_REPARTITION, origin, m->input, m->n_partition_exprs, err);
    TRY_NULL(p);
    p->repartition.has_count = m->has_num_partitions;
    p->repartition.count = m->num_partitions;
    p->repartition.shuffle = true;
    if (m->n_partition_exprs == 1 &&
        m->partition_exprs[0]->expr_type_case == SPARK__CONNECT__EXPRESSION__EXPR_TYPE_DIRECT_SHUFFLE_PARTITION_ID) {
        p->repartition.by_id = true;
        p->exprs[0] = door_expression(d, m->partition_exprs[0]->direct_shuffle_partition_id->child, err);
        return p->exprs[0] ? p : NULL;
    }
    TRY_NULL(door_expressions(d, m->partition_exprs, m->n_partition_exprs, p->exprs, err));
    for (size_t i = 0; i < m->n_partition_exprs; i++) /* repartitionByRange sends sort orders */
        if (p->exprs[i]->kind == U_SORT_ORDER) p->repartition.by_range = true;
    return p;
}

static struct u_plan *to_df(struct derivation *d, const Spark__Connect__ToDF *m, const struct origin *origin,
                            struct error *err) {
    struct u_plan *p = door_node(d, U_TO_DF, origin, m->input, 0, err);
    TRY_NULL(p);
    p->names.name_count = (uint32_t)m->n_column_names;
    p->names.names = door_texts(d, m->column_names, m->n_column_names);
    return p;
}

static struct u_plan *rename_columns(struct derivation *d, const Spark__Connect__WithColumnsRenamed *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_WITH_COLUMNS_RENAMED, origin, m->input, 0, err);
    TRY_NULL(p);
    size_t count = m->n_renames + m->n_rename_columns_map, at = 0;
    p->rename.count = (uint32_t)count;
    p->rename.from = ARENA_ARRAY(door_arena(d), const char *, count);
    p->rename.to = ARENA_ARRAY(door_arena(d), const char *, count);
    for (size_t i = 0; i < m->n_renames; i++, at++) {
        p->rename.from[at] = door_text(d, m->renames[i]->col_name);
        p->rename.to[at] = door_text(d, m->renames[i]->new_col_name);
    }
    for (size_t i = 0; i < m->n_rename_columns_map; i++, at++) {
        p->rename.from[at] = door_text(d, m->rename_columns_map[i]->key);
        p->rename.to[at] = door_text(d, m->rename_columns_map[i]->value);
    }
    return p;
}

static struct u_plan *show(struct derivation *d, enum u_plan_kind kind, const struct origin *origin,
                           const Relation *input, int32_t rows, int32_t truncate, bool vertical, struct error *err) {
    struct u_plan *p = door_node(d, kind, origin, input, 0, err);
    TRY_NULL(p);
    p->show.rows = rows;
    p->show.truncate = truncate;
    p->show.vertical = vertical;
    return p;
}

static struct u_plan *drop(struct derivation *d, const Spark__Connect__Drop *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = door_node(d, U_DROP, origin, m->input, m->n_columns, err);
    TRY_NULL(p);
    p->names.name_count = (uint32_t)m->n_column_names;
    p->names.names = door_texts(d, m->column_names, m->n_column_names);
    return door_expressions(d, m->columns, m->n_columns, p->exprs, err) ? p : NULL;
}

static struct u_plan *with_columns(struct derivation *d, const Spark__Connect__WithColumns *m,
                                   const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_WITH_COLUMNS, origin, m->input, m->n_aliases, err);
    TRY_NULL(p);
    for (size_t i = 0; i < m->n_aliases; i++) {
        p->exprs[i] = door_alias(d, m->aliases[i], NULL, err);
        TRY_NULL(p->exprs[i]);
    }
    return p;
}

static struct u_plan *hint(struct derivation *d, const Spark__Connect__Hint *m, const struct origin *origin,
                           struct error *err) {
    struct u_plan *p = door_node(d, U_HINT, origin, m->input, m->n_parameters, err);
    TRY_NULL(p);
    p->hint.name = door_text(d, m->name);
    return door_expressions(d, m->parameters, m->n_parameters, p->exprs, err) ? p : NULL;
}

static struct u_plan *unpivot(struct derivation *d, const Spark__Connect__Unpivot *m, const struct origin *origin,
                              struct error *err) {
    struct u_plan *p = door_node(d, U_UNPIVOT, origin, m->input, 0, err);
    TRY_NULL(p);
    p->unpivot.has_ids = true;
    p->unpivot.id_count = (uint32_t)m->n_ids;
    p->unpivot.ids = ARENA_ARRAY(door_arena(d), struct u_expr *, m->n_ids);
    TRY_NULL(door_expressions(d, m->ids, m->n_ids, p->unpivot.ids, err));
    if (m->values) {
        size_t count = m->values->n_values;
        p->unpivot.has_values = true;
        p->unpivot.value_count = (uint32_t)count;
        p->unpivot.values = ARENA_ARRAY(door_arena(d), struct u_expr *, count);
        p->unpivot.aliases = ARENA_ARRAY(door_arena(d), const char *, count);
        TRY_NULL(door_expressions(d, m->values->values, count, p->unpivot.values, err));
    }
    p->unpivot.variable = door_text(d, m->variable_column_name);
    p->unpivot.name_count = 1;
    p->unpivot.names = ARENA_NEW(door_arena(d), const char *);
    p->unpivot.names[0] = door_text(d, m->value_column_name);
    p->unpivot.include_nulls = true;
    return p;
}

static struct u_plan *transpose(struct derivation *d, const Spark__Connect__Transpose *m, const struct origin *origin,
                                struct error *err) {
    struct u_plan *p = door_node(d, U_TRANSPOSE, origin, m->input, m->n_index_columns, err);
    return p && door_expressions(d, m->index_columns, m->n_index_columns, p->exprs, err) ? p : NULL;
}

static struct u_plan *to_schema(struct derivation *d, const Spark__Connect__ToSchema *m, const struct origin *origin,
                                struct error *err) {
    struct u_plan *p = door_node(d, U_TO_SCHEMA, origin, m->input, 0, err);
    TRY_NULL(p);
    p->schema = door_type(door_arena(d), &d->context, m->schema, err);
    TRY_NULL(p->schema);
    if (p->schema->kind != TYPE_STRUCT) return door_refuse("ToSchema", "its schema is no struct", err);
    return p;
}

static struct u_plan *table_function(struct derivation *d, const Spark__Connect__UnresolvedTableValuedFunction *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = new_node(d, U_TABLE_FUNCTION, origin, 0, m->n_arguments);
    TRY_NULL(door_name(d, m->function_name, &p->table_function.name, err));
    return door_expressions(d, m->arguments, m->n_arguments, p->exprs, err) ? p : NULL;
}

static struct u_plan *client_table(struct derivation *d, const Spark__Connect__CommonInlineUserDefinedTableFunction *m,
                                   const struct origin *origin, struct error *err) {
    struct u_plan *p = new_node(d, U_TABLE_FUNCTION, origin, 0, 1);
    p->exprs[0] = door_table_udf(d, m, err);
    return p->exprs[0] ? p : NULL;
}

static struct u_plan *metrics(struct derivation *d, const Spark__Connect__CollectMetrics *m,
                              const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_COLLECT_METRICS, origin, m->input, m->n_metrics, err);
    TRY_NULL(p);
    p->metrics.name = door_text(d, m->name);
    return door_expressions(d, m->metrics, m->n_metrics, p->exprs, err) ? p : NULL;
}

static struct u_plan *parse(struct derivation *d, const Spark__Connect__Parse *m, const struct origin *origin,
                            struct error *err) {
    static const char *const formats[] = {NULL, "csv", "json", "xml"};
    if ((uint32_t)m->format > 3 || !m->format) return door_refuse("Parse", "it is of no format", err);
    struct u_plan *p = door_node(d, U_PARSE, origin, m->input, 0, err);
    TRY_NULL(p);
    p->parse.format = formats[m->format];
    if (m->schema) {
        p->parse.schema = door_type(door_arena(d), &d->context, m->schema, err);
        TRY_NULL(p->parse.schema);
    }
    p->parse.option_count = (uint32_t)m->n_options;
    p->parse.options = OPTIONS(d, m);
    return p;
}

static struct u_plan *map_partitions(struct derivation *d, const Spark__Connect__MapPartitions *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = door_node(d, U_MAP_PARTITIONS, origin, m->input, 0, err);
    TRY_NULL(p);
    p->map.function = door_udf(d, m->func, origin, err);
    return p->map.function ? p : NULL;
}

static struct u_plan *group_map(struct derivation *d, const Spark__Connect__GroupMap *m, const struct origin *origin,
                                struct error *err) {
    if (m->initial_input || m->is_map_groups_with_state || m->transform_with_state_info || m->state_schema) {
        error_unsupported(err, "functions on groups with state (streaming)");
        return NULL;
    }
    struct u_plan *p = door_node(d, U_GROUP_MAP, origin, m->input, m->n_grouping_expressions, err);
    TRY_NULL(p);
    p->map.function = door_udf(d, m->func, origin, err);
    TRY_NULL(p->map.function);
    p->map.group_count = (uint32_t)m->n_grouping_expressions;
    return door_expressions(d, m->grouping_expressions, m->n_grouping_expressions, p->exprs, err) ? p : NULL;
}

static struct u_plan *co_group_map(struct derivation *d, const Spark__Connect__CoGroupMap *m,
                                   const struct origin *origin, struct error *err) {
    size_t count = m->n_input_grouping_expressions, other = m->n_other_grouping_expressions;
    struct u_plan *p = two_inputs(d, U_CO_GROUP_MAP, origin, m->input, m->other, count, err);
    TRY_NULL(p);
    p->map.function = door_udf(d, m->func, origin, err);
    TRY_NULL(p->map.function);
    p->map.group_count = (uint32_t)count;
    p->map.other_group_count = (uint32_t)other;
    p->map.other_group = ARENA_ARRAY(door_arena(d), struct u_expr *, other);
    TRY_NULL(door_expressions(d, m->input_grouping_expressions, count, p->exprs, err));
    return door_expressions(d, m->other_grouping_expressions, other, p->map.other_group, err) ? p : NULL;
}

/* References with a name are what the text of the root calls so; the others are named by subqueries' plan ids. */
static struct u_plan *with_relations(struct derivation *d, const Spark__Connect__WithRelations *m,
                                     const struct origin *origin, struct error *err) {
    struct u_plan *p = new_node(d, U_WITH_RELATIONS, origin, 1 + m->n_references, 0);
    struct u_plan *names = new_node(d, U_WITH, origin, 1, 0);
    names->with.ctes = ARENA_ARRAY(door_arena(d), struct u_cte, m->n_references);
    p->child_count = 1;
    for (size_t i = 0; i < m->n_references; i++) {
        struct u_plan *reference = door_relation(d, m->references[i], err);
        TRY_NULL(reference);
        if (reference->kind == U_SUBQUERY_ALIAS)
            names->with.ctes[names->with.count++] =
                (struct u_cte){.name = reference->alias.name, .plan = reference->children[0], .max_level = -1};
        else
            p->children[p->child_count++] = reference;
    }
    struct u_plan *root = door_relation(d, m->root, err);
    TRY_NULL(root);
    names->children[0] = root;
    p->children[0] = names->with.count ? names : root;
    return p->child_count > 1 ? p : p->children[0];
}

static struct u_plan *handle(struct derivation *d, uint64_t id, const struct origin *origin, struct error *err) {
    if (!id_table_get(&d->session->handles, id)) {
        error_set(err, "ROOST_UNKNOWN_PLAN", NULL);
        error_add(err, "handle", "%llu", (unsigned long long)id);
        return NULL;
    }
    struct u_plan *p = new_node(d, U_HANDLE, origin, 0, 0);
    p->handle = id;
    return p;
}

/* What roost does not do, by the name that users know. */
static const char *unsupported(uint32_t which) {
    switch (which) {
        case CASE(APPLY_IN_PANDAS_WITH_STATE): return "applyInPandasWithState (streaming)";
        case CASE(COMMON_INLINE_USER_DEFINED_DATA_SOURCE): return "a Python data source";
        case CASE(RELATION_CHANGES): return "reading a table's changes";
        case CASE(NEAREST_BY_JOIN): return "nearestByJoin";
        case CASE(ML_RELATION): return "Spark ML";
        case CASE(EXTENSION): return "an extension of the protocol";
        default: return NULL;
    }
}

static struct u_plan *convert(struct derivation *d, const Relation *m, const struct origin *origin, struct error *err) {
    switch (m->rel_type_case) {
        case CASE(READ): return read(d, m->read, origin, err);
        case CASE(PROJECT): return project(d, m->project, origin, err);
        case CASE(FILTER): return filter(d, m->filter, origin, err);
        case CASE(JOIN): return join(d, m->join, origin, err);
        case CASE(SET_OP): return set_operation(d, m->set_op, origin, err);
        case CASE(SORT): return sort(d, m->sort, origin, err);
        case CASE(LIMIT): return limited(d, U_LIMIT, origin, m->limit->input, m->limit->limit, err);
        case CASE(OFFSET): return limited(d, U_OFFSET, origin, m->offset->input, m->offset->offset, err);
        case CASE(TAIL): return limited(d, U_TAIL, origin, m->tail->input, m->tail->limit, err);
        case CASE(AGGREGATE): return aggregate(d, m->aggregate, origin, err);
        case CASE(SQL): return sql(d, m->sql, origin, err);
        case CASE(LOCAL_RELATION):
        case CASE(CACHED_LOCAL_RELATION):
        case CASE(CHUNKED_CACHED_LOCAL_RELATION):
        case CASE(CACHED_REMOTE_RELATION): return door_local(d, m, origin, err);
        case CASE(SAMPLE): return sample(d, m->sample, origin, err);
        case CASE(DEDUPLICATE): return deduplicate(d, m->deduplicate, origin, err);
        case CASE(WITH_WATERMARK): return with_watermark(d, m->with_watermark, err);
        case CASE(RANGE): return range(d, m->range, origin);
        case CASE(SUBQUERY_ALIAS): return subquery_alias(d, m->subquery_alias, origin, err);
        case CASE(REPARTITION): return repartition(d, m->repartition, origin, err);
        case CASE(TO_DF): return to_df(d, m->to_df, origin, err);
        case CASE(WITH_COLUMNS_RENAMED): return rename_columns(d, m->with_columns_renamed, origin, err);
        case CASE(SHOW_STRING):
            return show(d, U_SHOW_STRING, origin, m->show_string->input, m->show_string->num_rows,
                        m->show_string->truncate, m->show_string->vertical, err);
        case CASE(HTML_STRING):
            return show(d, U_HTML_STRING, origin, m->html_string->input, m->html_string->num_rows,
                        m->html_string->truncate, false, err);
        case CASE(DROP): return drop(d, m->drop, origin, err);
        case CASE(WITH_COLUMNS): return with_columns(d, m->with_columns, origin, err);
        case CASE(HINT): return hint(d, m->hint, origin, err);
        case CASE(UNPIVOT): return unpivot(d, m->unpivot, origin, err);
        case CASE(TO_SCHEMA): return to_schema(d, m->to_schema, origin, err);
        case CASE(REPARTITION_BY_EXPRESSION): return repartition_by(d, m->repartition_by_expression, origin, err);
        case CASE(MAP_PARTITIONS): return map_partitions(d, m->map_partitions, origin, err);
        case CASE(COLLECT_METRICS): return metrics(d, m->collect_metrics, origin, err);
        case CASE(PARSE): return parse(d, m->parse, origin, err);
        case CASE(GROUP_MAP): return group_map(d, m->group_map, origin, err);
        case CASE(CO_GROUP_MAP): return co_group_map(d, m->co_group_map, origin, err);
        case CASE(AS_OF_JOIN): return as_of_join(d, m->as_of_join, origin, err);
        case CASE(WITH_RELATIONS): return with_relations(d, m->with_relations, origin, err);
        case CASE(TRANSPOSE): return transpose(d, m->transpose, origin, err);
        case CASE(UNRESOLVED_TABLE_VALUED_FUNCTION):
            return table_function(d, m->unresolved_table_valued_function, origin, err);
        case CASE(COMMON_INLINE_USER_DEFINED_TABLE_FUNCTION):
            return client_table(d, m->common_inline_user_defined_table_function, origin, err);
        case CASE(LATERAL_JOIN): return lateral_join(d, m->lateral_join, origin, err);
        case CASE(CATALOG): return door_catalog(d, m->catalog, origin, err);
        case CASE(HANDLE): return handle(d, m->handle, origin, err);
        default:
            if (m->rel_type_case >= CASE(FILL_NA) && m->rel_type_case <= CASE(SAMPLE_BY))
                return door_statistics(d, m, origin, err);
            if (!unsupported((uint32_t)m->rel_type_case)) return door_refuse("Relation", "it is of no kind", err);
            error_unsupported(err, "%s", unsupported((uint32_t)m->rel_type_case));
            return NULL;
    }
}

struct u_plan *door_relation(struct derivation *d, const Relation *m, struct error *err) {
    if (!m) return door_refuse("Relation", "an input is missing", err);
    const struct origin *origin = m->common ? door_origin(d, m->common->origin) : NULL;
    struct u_plan *p = convert(d, m, origin, err);
    if (p && m->common && m->common->has_plan_id) {
        p->has_plan_id = true;
        p->plan_id = m->common->plan_id;
    }
    return p;
}

/* ---- plans ---- */

/* A zstd frame around a message; its size must be told, so that memory is asked for once. */
static struct u_plan *compressed(struct derivation *d, const Spark__Connect__Plan__CompressedOperation *m,
                                 struct error *err) {
    const struct engine_options *options = &d->session->engine->options;
    unsigned long long size = ZSTD_getFrameContentSize(m->data.data, m->data.len);
    if (size > options->max_frame) return door_refuse("CompressedOperation", "it is no zstd frame of a fair size", err);
    uint8_t *bytes = arena_bytes(&d->session->engine->scratch, size);
    if (ZSTD_decompress(bytes, size, m->data.data, m->data.len) != size)
        return door_refuse("CompressedOperation", "it is no zstd frame", err);
    bool command = m->op_type == SPARK__CONNECT__PLAN__COMPRESSED_OPERATION__OP_TYPE__OP_TYPE_COMMAND;
    const ProtobufCMessageDescriptor *type =
        command ? &spark__connect__command__descriptor : &spark__connect__relation__descriptor;
    const ProtobufCMessage *message =
        proto_arena_unpack(&d->session->engine->scratch, type, bytes, size, options->max_depth, err);
    TRY_NULL(message);
    return command ? door_command(d, (const Spark__Connect__Command *)message, err)
                   : door_relation(d, (const Relation *)message, err);
}

struct u_plan *door_plan(struct derivation *d, const Spark__Connect__Plan *m, struct error *err) {
    switch (m ? m->op_type_case : 0) {
        case SPARK__CONNECT__PLAN__OP_TYPE_ROOT: return door_relation(d, m->root, err);
        case SPARK__CONNECT__PLAN__OP_TYPE_COMMAND: return door_command(d, m->command, err);
        case SPARK__CONNECT__PLAN__OP_TYPE_COMPRESSED_OPERATION: return compressed(d, m->compressed_operation, err);
        default: return door_refuse("Plan", "it is of no kind", err);
    }
}
