/* SPDX-License-Identifier: Apache-2.0 */
/* spark.conf: Spark Connect's ConfigRequest over a session's settings. Answers name the state that they change. */
#include <string.h>

#include "session/session_int.h"
#include "session/settings.h"

typedef Spark__Connect__ConfigRequest__Operation Operation;
typedef Spark__Connect__KeyValue KeyValue;

struct answer {
    struct arena *arena;
    LIST(KeyValue *) pairs;
};

static void add(struct answer *a, const char *key, const char *value) {
    KeyValue *pair = ARENA_NEW(a->arena, KeyValue);
    spark__connect__key_value__init(pair);
    pair->key = (char *)key;
    pair->value = (char *)value;
    LIST_PUSH(a->arena, &a->pairs, pair);
}

static bool set(struct request *r, const Spark__Connect__ConfigRequest__Set *m, struct error *err) {
    struct setting_pair *pairs = ARENA_ARRAY(r->arena, struct setting_pair, m->n_pairs);
    for (size_t i = 0; i < m->n_pairs; i++) {
        pairs[i] = (struct setting_pair){m->pairs[i]->key, m->pairs[i]->value};
        if (!pairs[i].name || !pairs[i].value)
            return error_set(err, "PROTOCOL_ERROR", "what", "ConfigRequest", "reason", "a key or value is missing",
                             NULL);
        bool modifiable = setting_check_modifiable(pairs[i].name, err);
        if (!modifiable && m->silent) { /* a builder's options for a session that is there: ignored, as Spark does */
            error_reset(err);
            pairs[i] = (struct setting_pair){pairs[i].name, settings_explicit(r->session->settings, pairs[i].name)};
            continue;
        }
        if (!modifiable) return false;
        TRY(setting_check_value(r->engine, pairs[i].name, pairs[i].value, err));
    }
    session_set_settings(
        r->session, settings_with(r->engine, r->session->budget, r->session->settings, pairs, (uint32_t)m->n_pairs));
    return true;
}

static bool unset(struct request *r, const Spark__Connect__ConfigRequest__Unset *m, struct error *err) {
    for (size_t i = 0; i < m->n_keys; i++) TRY(session_set(r->session, m->keys[i], NULL, err));
    return true;
}

static bool get(struct request *r, char **keys, size_t count, bool optional, struct answer *a, struct error *err) {
    for (size_t i = 0; i < count; i++) {
        const char *value = settings_get(r->session->settings, keys[i]);
        if (!value && !optional && !setting_find(keys[i])) {
            error_set(err, "SQL_CONF_NOT_FOUND", NULL);
            return error_add(err, "sqlConf", "\"%s\"", keys[i]);
        }
        add(a, keys[i], value ? value : optional ? NULL : "<undefined>");
    }
    return true;
}

static void get_with_default(struct request *r, const Spark__Connect__ConfigRequest__GetWithDefault *m,
                             struct answer *a) {
    for (size_t i = 0; i < m->n_pairs; i++) {
        const char *key = m->pairs[i]->key ? m->pairs[i]->key : "";
        const char *value = settings_explicit(r->session->settings, key);
        add(a, key, value ? value : m->pairs[i]->value);
    }
}

static void get_all(struct request *r, const char *prefix, struct answer *a) {
    const struct settings *settings = r->session->settings;
    size_t size = prefix ? strlen(prefix) : 0;
    for (uint32_t i = 0; i < settings->count; i++)
        if (!size || strncmp(settings->pairs[i].name, prefix, size) == 0)
            add(a, settings->pairs[i].name + size, settings->pairs[i].value);
}

static void is_modifiable(const Spark__Connect__ConfigRequest__IsModifiable *m, struct answer *a) {
    for (size_t i = 0; i < m->n_keys; i++) {
        const struct setting_row *row = setting_find(m->keys[i]);
        add(a, m->keys[i], row && !(row->flags & SETTING_STATIC) ? "true" : "false");
    }
}

static bool run(struct request *r, const Operation *o, struct answer *a, struct error *err) {
    switch (o ? o->op_type_case : 0) {
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_SET: return set(r, o->set, err);
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_GET:
            return get(r, o->get->keys, o->get->n_keys, false, a, err);
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_GET_WITH_DEFAULT:
            get_with_default(r, o->get_with_default, a);
            return true;
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_GET_OPTION:
            return get(r, o->get_option->keys, o->get_option->n_keys, true, a, err);
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_GET_ALL: get_all(r, o->get_all->prefix, a); return true;
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_UNSET: return unset(r, o->unset, err);
        case SPARK__CONNECT__CONFIG_REQUEST__OPERATION__OP_TYPE_IS_MODIFIABLE:
            is_modifiable(o->is_modifiable, a);
            return true;
        default:
            return error_set(err, "PROTOCOL_ERROR", "what", "ConfigRequest", "reason", "it asks for nothing", NULL);
    }
}

bool request_config(struct request *r, struct error *err) {
    struct answer answer = {.arena = r->arena};
    TRY(run(r, r->message->config->operation, &answer, err));
    Spark__Connect__ConfigResponse config = SPARK__CONNECT__CONFIG_RESPONSE__INIT;
    config.n_pairs = answer.pairs.count;
    config.pairs = answer.pairs.items;
    Roost__Response response = ROOST__RESPONSE__INIT;
    response.answer_case = ROOST__RESPONSE__ANSWER_CONFIG;
    response.config = &config;
    reply_send(r->connection, r->stream, &response, true);
    return true;
}
