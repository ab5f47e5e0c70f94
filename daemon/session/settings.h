/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings: Spark's names, its defaults, and what a session has set.
 *
 * A session's settings are one immutable block; setting one makes a new block. Queries hold a reference to the block
 * they began with, so what they see does not change under them.
 */
#ifndef ROOST_SESSION_SETTINGS_H
#define ROOST_SESSION_SETTINGS_H

#include "session/session_int.h"

enum setting_type {
    SETTING_BOOLEAN,
    SETTING_INT,
    SETTING_LONG,
    SETTING_DOUBLE,
    SETTING_STRING,
    SETTING_OPTIONS,
    SETTING_BYTES,
    SETTING_MEBIBYTES,
    SETTING_SECONDS,
    SETTING_MILLISECONDS,
    SETTING_ZONE
};
enum setting_flags { SETTING_PUBLIC = 1, SETTING_STATIC = 2 };

struct setting_row {
    const char *name;
    const char *otherwise; /* the default; "@name": that setting's; NULL: none */
    enum setting_type type;
    uint32_t flags;
    const char *options;       /* OPTIONS: the words, with commas */
    const char *documentation; /* what it does here; NULL: it is kept and answered, and does nothing */
};
const struct setting_row *setting_find(const char *name);
/* All rows in order of name: index from 0 until NULL. */
const struct setting_row *setting_at(size_t index);

struct setting_pair {
    const char *name, *value;
};
struct settings {
    uint32_t references;
    uint32_t count;
    size_t size; /* of the block */
    struct engine *engine;
    struct budget *budget;
    struct setting_pair pairs[];
};

/* old may be NULL: nothing is set. A pair with a NULL value unsets. The later of two pairs wins. */
struct settings *settings_with(struct engine *engine, struct budget *budget, const struct settings *old,
                               const struct setting_pair *pairs, uint32_t count);
struct settings *settings_ref(struct settings *settings);
void settings_unref(struct settings *settings); /* NULL does nothing */
/* What was set, or NULL. */
const char *settings_explicit(const struct settings *settings, const char *name);
/* That, or the default, or NULL. */
const char *settings_get(const struct settings *settings, const char *name);

/* May this be set, and to this? Spark's errors. value NULL: unset. */
bool setting_check_modifiable(const char *name, struct error *err);
bool setting_check_value(struct engine *engine, const char *name, const char *value, struct error *err);

/* The session's settings change to these; its context follows. Takes over the reference. */
void session_set_settings(struct session *session, struct settings *settings);
bool session_set(struct session *session, const char *name, const char *value, struct error *err);

#endif
