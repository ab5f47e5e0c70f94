/* SPDX-License-Identifier: Apache-2.0 */
/* Local data of the protocol: rows in the message itself, uploaded before, or kept by the session. See door.h. */
#include "column/batch_wire.h"
#include "column/table_data.h"
#include "session/door_int.h"
#include "session/upload.h"

typedef Spark__Connect__Relation Relation;
#define CASE(KIND) SPARK__CONNECT__RELATION__REL_TYPE_##KIND

static void unref(void *slot) {
    table_data_unref(*(struct table_data **)slot);
}

/* A place for a reference that the handle in the making keeps. It is there before the data is, so that running out
 * of memory in between loses nothing. */
static struct table_data **slot_in(struct derivation *d) {
    struct table_data **slot = ARENA_NEW(door_arena(d), struct table_data *);
    arena_defer(door_arena(d), unref, slot);
    return slot;
}

static struct u_plan *over(struct derivation *d, struct table_data *data, const struct origin *origin) {
    struct u_plan *p = u_plan_new(door_arena(d), U_LOCAL_DATA, origin, 0, 0);
    p->local.type = data->schema;
    p->local.data = data;
    return p;
}

static struct u_plan *here(struct derivation *d, const Spark__Connect__LocalRelation *m, const struct origin *origin,
                           struct error *err) {
    if (!m->schema) return door_refuse("LocalRelation", "it has no schema", err);
    struct arena *scratch = &d->session->engine->scratch;
    const struct type *schema = door_schema(scratch, &d->context, m->schema, err);
    TRY_NULL(schema);
    struct table_data **slot = slot_in(d), *data;
    data = *slot = table_data_new(&d->session->budget->account, schema);
    if (m->data.len) {
        struct batch batch;
        TRY_NULL(batch_wire_decode(scratch, data->schema, m->data.data, m->data.len, &batch, err));
        table_data_append(data, &batch);
    }
    return over(d, data, origin);
}

static struct table_data *uploaded(struct derivation *d, const char *id, struct error *err) {
    struct table_data *data = upload_find(d->session, id ? id : "");
    if (!data) error_set(err, "ROOST_NO_UPLOAD", "id", id ? id : "", NULL);
    return data;
}

static struct u_plan *cached(struct derivation *d, const char *id, const struct origin *origin, struct error *err) {
    struct table_data *data = uploaded(d, id, err);
    TRY_NULL(data);
    struct table_data **slot = slot_in(d);
    *slot = table_data_ref(data);
    return over(d, data, origin);
}

/* Several pieces of one schema: their rows one after the other. */
static struct u_plan *chunked(struct derivation *d, const Spark__Connect__ChunkedCachedLocalRelation *m,
                              const struct origin *origin, struct error *err) {
    if (!m->n_datahashes) return door_refuse("ChunkedCachedLocalRelation", "it names no data", err);
    if (m->n_datahashes == 1) return cached(d, m->datahashes[0], origin, err);
    struct table_data **slot = slot_in(d), *whole = NULL;
    for (size_t i = 0; i < m->n_datahashes; i++) {
        const struct table_data *piece = uploaded(d, m->datahashes[i], err);
        TRY_NULL(piece);
        if (!whole) whole = *slot = table_data_new(&d->session->budget->account, piece->schema);
        if (!type_equal(whole->schema, piece->schema))
            return door_refuse("ChunkedCachedLocalRelation", "its pieces differ in schema", err);
        for (uint32_t b = 0; b < piece->batch_count; b++) table_data_append(whole, &piece->batches[b]);
    }
    return over(d, whole, origin);
}

struct u_plan *door_local(struct derivation *d, const Relation *m, const struct origin *origin, struct error *err) {
    switch (m->rel_type_case) {
        case CASE(LOCAL_RELATION): return here(d, m->local_relation, origin, err);
        case CASE(CACHED_LOCAL_RELATION): return cached(d, m->cached_local_relation->hash, origin, err);
        case CASE(CHUNKED_CACHED_LOCAL_RELATION): return chunked(d, m->chunked_cached_local_relation, origin, err);
        default: { /* a checkpoint: the decimal text of a handle */
            struct u_plan *p = u_plan_new(door_arena(d), U_HANDLE, origin, 0, 0);
            const char *id = m->cached_remote_relation->relation_id;
            char *end;
            p->handle = strtoull(id ? id : "", &end, 10);
            return id && *id && !*end ? p : door_refuse("CachedRemoteRelation", "its id is none of ours", err);
        }
    }
}
