/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spark.catalog.* of the protocol; see door.h.
 *
 * All catalog messages are alike: up to a few texts, a schema, options. So they are read through protobuf-c's
 * descriptors: a text field of number n becomes argument n - 1.
 */
#include "session/door_int.h"

static const ProtobufCMessage *chosen(const Spark__Connect__Catalog *m) {
    return (const ProtobufCMessage *)m->current_database; /* all members of the union are messages */
}

struct u_plan *door_catalog(struct derivation *d, const Spark__Connect__Catalog *m, const struct origin *origin,
                            struct error *err) {
    if (!m->cat_type_case) return door_refuse("Catalog", "it is of no kind", err);
    struct u_plan *p = u_plan_new(door_arena(d), U_CATALOG, origin, 0, 0);
    p->catalog.which = (int32_t)m->cat_type_case;
    const ProtobufCMessage *call = chosen(m);
    for (unsigned i = 0; i < call->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &call->descriptor->fields[i];
        const void *member = (const char *)call + f->offset;
        if (f->type == PROTOBUF_C_TYPE_STRING && f->label != PROTOBUF_C_LABEL_REPEATED) {
            const char *text = *(char *const *)member;
            if (f->id <= sizeof p->catalog.arguments / sizeof *p->catalog.arguments)
                p->catalog.arguments[f->id - 1] = arena_strdup(door_arena(d), text);
        } else if (f->type == PROTOBUF_C_TYPE_BOOL && f->id <= 4) {
            bool value = *(const protobuf_c_boolean *)member;
            p->catalog.arguments[f->id - 1] = value ? "true" : NULL;
        } else if (f->type == PROTOBUF_C_TYPE_MESSAGE && f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count = *(const size_t *)(const void *)((const char *)call + f->quantifier_offset);
            p->catalog.option_count = (uint32_t)count;
            p->catalog.options = door_options(d, *(ProtobufCMessage *const *const *)member, count);
        } else if (f->descriptor == &spark__connect__data_type__descriptor) {
            const Spark__Connect__DataType *type = *(Spark__Connect__DataType *const *)member;
            if (!type) continue;
            p->catalog.schema = door_type(door_arena(d), &d->context, type, err);
            TRY_NULL(p->catalog.schema);
        }
    }
    return p;
}
