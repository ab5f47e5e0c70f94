/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about plans and types that run nothing: Spark Connect's AnalyzePlanRequest.
 */
#include <stdlib.h>
#include <string.h>

#include "format/format.h"
#include "plan/partitions.h"
#include "session/cache.h"
#include "session/derive.h"
#include "session/door.h"
#include "session/settings.h"
#include "session/version.h"
#include "sql/sql.h"

typedef Spark__Connect__AnalyzePlanRequest Question;
typedef Spark__Connect__AnalyzePlanResponse Answer;
#define ASKED(KIND) SPARK__CONNECT__ANALYZE_PLAN_REQUEST__ANALYZE_##KIND
#define ANSWER(KIND) SPARK__CONNECT__ANALYZE_PLAN_RESPONSE__RESULT_##KIND
#define PART(member, Message, message)                                                                                 \
    a->member = ARENA_NEW(r->arena, Spark__Connect__AnalyzePlanResponse__##Message);                                   \
    spark__connect__analyze_plan_response__##message##__init(a->member)

static bool schema(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->schema->plan, err));
    PART(schema, Schema, schema);
    a->schema->schema = door_type_message(r->arena, r->handle->schema);
    return true;
}

static struct plan *optimize_for(struct request *r, const struct context *context, struct plan *p, struct error *err) {
    struct plan *kept = cache_explain(r->session, &r->handle->arena, context, p, err);
    TRY_NULL(kept);
    return plan_optimize(&r->handle->arena, context, &r->engine->next_attribute, kept, err);
}

/* The handle that a relation is, or NULL. */
static struct handle *handle_of(struct request *r, const Spark__Connect__Relation *m) {
    bool is_handle = m && m->rel_type_case == SPARK__CONNECT__RELATION__REL_TYPE_HANDLE;
    return is_handle ? id_table_get(&r->session->handles, m->handle) : NULL;
}

static const struct plan *parent_plan(const void *owner, uint64_t id) {
    const struct handle *h = owner;
    for (uint32_t i = 0; i < h->parent_count; i++)
        if (h->parents[i]->id == id) return h->parents[i]->plan;
    return NULL;
}

static const char *parsed_plan(struct request *r, const Question *q, const struct context *context) {
    const struct handle *asked = q->explain->plan ? handle_of(r, q->explain->plan->root) : NULL;
    if (!asked) asked = r->handle;
    const struct parsed_query query = {asked->unresolved, parent_plan, asked};
    return plan_parsed_string(&r->handle->arena, context, &r->engine->next_attribute, &query);
}

static bool explain(struct request *r, const Question *q, Answer *a, struct error *err) {
    static const char *const modes[] = {"simple", "simple", "extended", "codegen", "cost", "formatted"};
    uint32_t mode = (uint32_t)q->explain->explain_mode;
    TRY(derive_plan(r, q->explain->plan, err));
    struct context context = session_context(r->session);
    struct plan *analyzed = (struct plan *)r->handle->plan;
    struct plan *optimized = optimize_for(r, &context, analyzed, err);
    TRY(optimized);
    PART(explain, Explain, explain);
    const char *parsed = mode == 2 ? parsed_plan(r, q, &context) : NULL;
    a->explain->explain_string =
        (char *)plan_explain(&r->handle->arena, &context, parsed, analyzed, optimized, modes[mode < 6 ? mode : 0]);
    return true;
}

static bool tree_string(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->tree_string->plan, err));
    PART(tree_string, TreeString, tree_string);
    uint32_t level = q->tree_string->has_level && q->tree_string->level > 0 ? (uint32_t)q->tree_string->level : 0;
    a->tree_string->tree_string = (char *)type_tree_string(r->arena, r->handle->schema, level);
    return true;
}

/* VALUES, and what a command has answered; rows that a client has sent are not. */
static bool is_local(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->is_local->plan, err));
    const struct plan *p = r->handle->plan;
    const struct handle *h = q->is_local->plan ? handle_of(r, q->is_local->plan->root) : NULL;
    while (p->kind == PLAN_SUBQUERY_ALIAS) p = p->children[0];
    PART(is_local, IsLocal, is_local);
    a->is_local->has_is_local = true;
    a->is_local->is_local = p->kind == PLAN_LOCAL || p->kind == PLAN_COMMAND || (h && h->is_command);
    return true;
}

static bool is_streaming(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->is_streaming->plan, err));
    PART(is_streaming, IsStreaming, is_streaming);
    a->is_streaming->has_is_streaming = true;
    return true;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether a plan gives no row, as far as its form shows: then nothing below it is read. */
static bool gives_nothing(const struct plan *p) {
    while (p->child_count == 1 && !(p->kind == PLAN_LIMIT && p->limit.limit == 0)) {
        if (p->kind == PLAN_AGGREGATE && !p->aggregate.group_count) return false;
        p = p->children[0];
    }
    if (p->kind == PLAN_LIMIT) return true;
    if (p->kind != PLAN_JOIN) return false;
    bool left = gives_nothing(p->children[0]), right = gives_nothing(p->children[1]);
    enum join_type kind = p->join.type;
    bool both = kind == JOIN_INNER || kind == JOIN_CROSS || kind == JOIN_SEMI;
    return both ? left || right : kind == JOIN_FULL ? left && right : kind == JOIN_RIGHT ? right : left;
}

/* The files that are left to read, each once. Plans may be deep: the nodes still to be looked at stand on a list. */
static bool input_files(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->input_files->plan, err));
    LIST(const struct plan *) todo = {0};
    LIST(char *) files = {0};
    struct context context = session_context(r->session);
    const struct plan *whole = optimize_for(r, &context, (struct plan *)r->handle->plan, err);
    TRY(whole);
    LIST_PUSH(r->arena, &todo, whole);
    while (todo.count) {
        const struct plan *p = todo.items[--todo.count];
        if (gives_nothing(p)) continue;
        for (uint32_t i = 0; i < p->child_count; i++) LIST_PUSH(r->arena, &todo, p->children[i]);
        for (uint32_t i = 0; p->kind == PLAN_SCAN && i < p->scan.source->file_count; i++)
            LIST_PUSH(r->arena, &files, file_uri(r->arena, "file://", p->scan.source->files[i].path));
    }
    if (files.count) qsort(files.items, files.count, sizeof *files.items, by_text);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < files.count; i++)
        if (!kept || strcmp(files.items[kept - 1], files.items[i]) != 0) files.items[kept++] = files.items[i];
    files.count = kept;
    PART(input_files, InputFiles, input_files);
    a->input_files->n_files = files.count;
    a->input_files->files = files.items;
    return true;
}

static bool partitions(struct request *r, const Question *q, Answer *a, struct error *err) {
    TRY(derive_plan(r, q->partitions->plan, err));
    struct context context = session_context(r->session);
    PART(partitions, Partitions, partitions);
    a->partitions->has_count = true;
    a->partitions->count = plan_partition_count(r->handle->plan, &context);
    return true;
}

static bool spark_version(struct request *r, const Question *q, Answer *a, struct error *err) {
    (void)q, (void)err;
    PART(spark_version, SparkVersion, spark_version);
    a->spark_version->version = (char *)SPARK_VERSION;
    return true;
}

static bool ddl_parse(struct request *r, const Question *q, Answer *a, struct error *err) {
    struct context context = session_context(r->session);
    const char *text = q->ddl_parse->ddl_string ? q->ddl_parse->ddl_string : "";
    const struct type *t = sql_parse_schema(r->arena, &context, text, err);
    TRY(t);
    PART(ddl_parse, DDLParse, ddlparse);
    a->ddl_parse->parsed = door_type_message(r->arena, t);
    return true;
}

static bool json_to_ddl(struct request *r, const Question *q, Answer *a, struct error *err) {
    const char *text = q->json_to_ddl->json_string ? q->json_to_ddl->json_string : "";
    const struct type *t = type_from_json(r->arena, text, strlen(text), err);
    TRY(t);
    PART(json_to_ddl, JsonToDDL, json_to_ddl);
    a->json_to_ddl->ddl_string = (char *)(t->kind == TYPE_STRUCT ? type_ddl(r->arena, t) : type_sql(r->arena, t));
    return true;
}

/* Spark calls two plans the same when they are, but for names and ids: the optimized plans' texts with ids counted
 * anew tell. */
static const char *canonical(struct request *r, const Spark__Connect__Plan *plan, struct error *err) {
    TRY_NULL(derive_plan(r, plan, err));
    struct context context = session_context(r->session);
    struct plan *analyzed = (struct plan *)r->handle->plan;
    struct plan *optimized = plan_optimize(&r->handle->arena, &context, &r->engine->next_attribute, analyzed, err);
    TRY_NULL(optimized);
    uint64_t from_zero = 0;
    struct plan *numbered = plan_fresh(&r->handle->arena, &from_zero, optimized);
    const char *text = arena_strdup(r->arena, plan_fingerprint(&r->handle->arena, numbered));
    handle_unref(r->handle);
    r->handle = NULL;
    return text;
}

static bool same_semantics(struct request *r, const Question *q, Answer *a, struct error *err) {
    const char *one = canonical(r, q->same_semantics->target_plan, err);
    TRY(one);
    const char *other = canonical(r, q->same_semantics->other_plan, err);
    TRY(other);
    PART(same_semantics, SameSemantics, same_semantics);
    a->same_semantics->has_result = true;
    a->same_semantics->result = strcmp(one, other) == 0;
    return true;
}

static bool semantic_hash(struct request *r, const Question *q, Answer *a, struct error *err) {
    const char *text = canonical(r, q->semantic_hash->plan, err);
    TRY(text);
    uint32_t hash = 2166136261u;
    for (; *text; text++) hash = (hash ^ (uint8_t)*text) * 16777619u;
    PART(semantic_hash, SemanticHash, semantic_hash);
    a->semantic_hash->has_result = true;
    a->semantic_hash->result = (int32_t)hash;
    return true;
}

/* The handle that a relation names, whose plan is (not) to be persisted. */
static struct handle *named_handle(struct request *r, const Spark__Connect__Relation *m, struct error *err) {
    struct handle *h = handle_of(r, m);
    if (!h)
        error_set(err, "PROTOCOL_ERROR", "what", "Persist", "reason", "it names no plan that the session holds", NULL);
    return h;
}

/* What is kept of the handle's plan, or of the table that it reads. */
static struct cache_entry *entry_of_handle(struct session *session, const struct handle *h) {
    const struct plan *p = h->plan;
    struct cache_entry *e = cache_find(session, p);
    while (!e && p->kind == PLAN_SUBQUERY_ALIAS && p->child_count == 1) p = p->children[0];
    if (!e) e = cache_find(session, p);
    if (!e && p->kind == PLAN_SCAN && p->scan.table)
        e = cache_find_table(session, p->scan.table->database, p->scan.table->name);
    return e;
}

static bool persist(struct request *r, const Question *q, Answer *a, struct error *err) {
    struct handle *h = named_handle(r, q->persist->relation, err);
    TRY(h);
    const Spark__Connect__StorageLevel *level = q->persist->storage_level;
    bool known = cache_find(r->session, h->plan);
    struct cache_entry *e = cache_put(r->session, h, h->plan, h->schema, NULL);
    if (!known && level) {
        e->use_disk = level->use_disk;
        e->use_memory = level->use_memory;
        e->deserialized = level->deserialized;
        e->replication = level->replication > 0 ? level->replication : 1;
    }
    PART(persist, Persist, persist);
    return true;
}

static bool unpersist(struct request *r, const Question *q, Answer *a, struct error *err) {
    struct handle *h = named_handle(r, q->unpersist->relation, err);
    TRY(h);
    struct cache_entry *e = entry_of_handle(r->session, h);
    if (e) cache_drop(e);
    PART(unpersist, Unpersist, unpersist);
    return true;
}

static bool storage_level(struct request *r, const Question *q, Answer *a, struct error *err) {
    const struct handle *h = named_handle(r, q->get_storage_level->relation, err);
    TRY(h);
    const struct cache_entry *e = entry_of_handle(r->session, h);
    PART(get_storage_level, GetStorageLevel, get_storage_level);
    Spark__Connect__StorageLevel *level = ARENA_NEW(r->arena, Spark__Connect__StorageLevel);
    spark__connect__storage_level__init(level);
    level->has_use_disk = level->has_use_memory = level->has_deserialized = level->has_replication = true;
    level->use_disk = e && e->use_disk;
    level->use_memory = e && e->use_memory;
    level->deserialized = e && e->deserialized;
    level->replication = e ? e->replication : 1;
    a->get_storage_level->storage_level = level;
    return true;
}

static const struct question {
    uint32_t asked, answer;
    bool (*ask)(struct request *r, const Question *q, Answer *a, struct error *err);
} questions[] = {
    {ASKED(SCHEMA), ANSWER(SCHEMA), schema},
    {ASKED(EXPLAIN), ANSWER(EXPLAIN), explain},
    {ASKED(TREE_STRING), ANSWER(TREE_STRING), tree_string},
    {ASKED(IS_LOCAL), ANSWER(IS_LOCAL), is_local},
    {ASKED(IS_STREAMING), ANSWER(IS_STREAMING), is_streaming},
    {ASKED(INPUT_FILES), ANSWER(INPUT_FILES), input_files},
    {ASKED(SPARK_VERSION), ANSWER(SPARK_VERSION), spark_version},
    {ASKED(DDL_PARSE), ANSWER(DDL_PARSE), ddl_parse},
    {ASKED(SAME_SEMANTICS), ANSWER(SAME_SEMANTICS), same_semantics},
    {ASKED(SEMANTIC_HASH), ANSWER(SEMANTIC_HASH), semantic_hash},
    {ASKED(PERSIST), ANSWER(PERSIST), persist},
    {ASKED(UNPERSIST), ANSWER(UNPERSIST), unpersist},
    {ASKED(GET_STORAGE_LEVEL), ANSWER(GET_STORAGE_LEVEL), storage_level},
    {ASKED(JSON_TO_DDL), ANSWER(JSON_TO_DDL), json_to_ddl},
    {ASKED(PARTITIONS), ANSWER(PARTITIONS), partitions},
};

static const struct question *find_question(uint32_t asked) {
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (questions[i].asked == asked) return &questions[i];
    return NULL;
}

bool request_analyze(struct request *r, struct error *err) {
    const Question *q = r->message->analyze;
    const struct question *question = find_question((uint32_t)q->analyze_case);
    if (!question)
        return error_set(err, "PROTOCOL_ERROR", "what", "AnalyzePlanRequest", "reason", "it asks for nothing", NULL);
    Answer answer = SPARK__CONNECT__ANALYZE_PLAN_RESPONSE__INIT;
    answer.result_case = question->answer;
    TRY(question->ask(r, q, &answer, err));
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_ANALYZED;
    response.analyzed = &answer;
    reply_send(r->connection, r->stream, &response, true);
    handle_unref(r->handle);
    r->handle = NULL;
    return true;
}
