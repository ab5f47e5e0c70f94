/* SPDX-License-Identifier: Apache-2.0 */
/* The table of settings, checks of values, and the blocks that hold what is set; see settings.h. */
#include "session/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "session/version.h"

static const struct setting_row rows[] = {
#define SETTING(name, otherwise, type, flags, options, documentation)                                                  \
    {name, otherwise, SETTING_##type, flags, options, documentation},
#include "session/settings.inc"
#undef SETTING
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

/*
 * Settings of Spark's core, which its sessions refuse to change: SQL knows nothing of them. spark.jars.packages is not
 * among them, as it says which formats there are.
 */
static const char *const core_prefixes[] = {
    "spark.acls.",
    "spark.authenticate",
    "spark.barrier.",
    "spark.blockManager.",
    "spark.broadcast.",
    "spark.buffer.",
    "spark.checkpoint.",
    "spark.cleaner.referenceTracking",
    "spark.cores.max",
    "spark.decommission.",
    "spark.driver.",
    "spark.dynamicAllocation.",
    "spark.eventLog.",
    "spark.excludeOnFailure.",
    "spark.executor.",
    "spark.extraListeners",
    "spark.files",
    "spark.io.",
    "spark.kryo",
    "spark.locality.",
    "spark.log.",
    "spark.memory.",
    "spark.metrics.",
    "spark.network.",
    "spark.plugins",
    "spark.pyspark.",
    "spark.python.worker.reuse",
    "spark.rdd.",
    "spark.redaction.",
    "spark.reducer.",
    "spark.rpc.",
    "spark.scheduler.",
    "spark.serializer",
    "spark.shuffle.",
    "spark.speculation",
    "spark.stage.",
    "spark.storage.",
    "spark.submit.",
    "spark.task.",
    "spark.ui.",
    "spark.unsafe.",
};

static int compare_row(const void *name, const void *row) {
    return strcmp(name, ((const struct setting_row *)row)->name);
}

const struct setting_row *setting_find(const char *name) {
    return bsearch(name, rows, ROW_COUNT, sizeof *rows, compare_row);
}

const struct setting_row *setting_at(size_t index) {
    return index < ROW_COUNT ? &rows[index] : NULL;
}

/* ---- blocks ---- */

static int compare_pair(const void *a, const void *b) {
    return strcmp(((const struct setting_pair *)a)->name, ((const struct setting_pair *)b)->name);
}

static const char *find(const struct settings *settings, const char *name) {
    struct setting_pair wanted = {.name = name};
    const struct setting_pair *pair =
        settings ? bsearch(&wanted, settings->pairs, settings->count, sizeof wanted, compare_pair) : NULL;
    return pair ? pair->value : NULL;
}

static const char *keep(char **room, const char *text) {
    char *copy = *room;
    *room = stpcpy(copy, text) + 1;
    return copy;
}

/* The value that the pairs give to a name: the last one's. *given: they name it. */
static const char *last_value(const struct setting_pair *pairs, uint32_t count, const char *name, bool *given) {
    for (uint32_t i = count; i-- > 0;) {
        if (strcmp(pairs[i].name, name) != 0) continue;
        *given = true;
        return pairs[i].value;
    }
    *given = false;
    return NULL;
}

struct settings *settings_with(struct engine *engine, struct budget *budget, const struct settings *old,
                               const struct setting_pair *pairs, uint32_t count) {
    uint32_t old_count = old ? old->count : 0;
    size_t size = sizeof(struct settings) + (old_count + count) * sizeof *pairs;
    for (uint32_t i = 0; i < old_count; i++) size += strlen(old->pairs[i].name) + strlen(old->pairs[i].value) + 2;
    for (uint32_t i = 0; i < count; i++)
        size += strlen(pairs[i].name) + (pairs[i].value ? strlen(pairs[i].value) : 0) + 2;
    struct settings *s = owned_new(&budget->account, size);
    *s = (struct settings){.references = 1, .size = size, .engine = engine, .budget = budget};
    budget->references++;
    char *room = (char *)&s->pairs[old_count + count];
    bool given;
    for (uint32_t i = 0; i < old_count; i++) {
        last_value(pairs, count, old->pairs[i].name, &given);
        if (given) continue;
        s->pairs[s->count].name = keep(&room, old->pairs[i].name);
        s->pairs[s->count++].value = keep(&room, old->pairs[i].value);
    }
    for (uint32_t i = 0; i < count; i++) {
        last_value(pairs + i + 1, count - i - 1, pairs[i].name, &given);
        if (given || !pairs[i].value) continue;
        s->pairs[s->count].name = keep(&room, pairs[i].name);
        s->pairs[s->count++].value = keep(&room, pairs[i].value);
    }
    qsort(s->pairs, s->count, sizeof *s->pairs, compare_pair);
    return s;
}

struct settings *settings_ref(struct settings *settings) {
    settings->references++;
    return settings;
}

void settings_unref(struct settings *settings) {
    if (!settings || --settings->references) return;
    struct budget *budget = settings->budget;
    owned_free(&budget->account, settings, settings->size);
    budget_unref(budget);
}

const char *settings_explicit(const struct settings *settings, const char *name) {
    return find(settings, name);
}

const char *settings_get(const struct settings *settings, const char *name) {
    for (int hops = 0; hops < 4; hops++) { /* defaults that are another's */
        const char *value = find(settings, name);
        if (value) return value;
        const struct setting_row *row = setting_find(name);
        if (!row || !row->otherwise) return NULL;
        if (row->otherwise[0] == '@') {
            name = row->otherwise + 1;
            continue;
        }
        if (row->otherwise[0] != '<') return row->otherwise;
        if (strcmp(row->otherwise, "<system>") == 0) return settings->engine->system_zone;
        return settings->engine->options.warehouse ? settings->engine->options.warehouse : "spark-warehouse";
    }
    return NULL;
}

/* ---- checks ---- */

bool setting_check_modifiable(const char *name, struct error *err) {
    const struct setting_row *row = setting_find(name);
    if (row && row->flags & SETTING_STATIC) {
        error_set(err, "CANNOT_MODIFY_STATIC_CONFIG", NULL);
        return error_add(err, "key", "\"%s\"", name);
    }
    for (size_t i = 0; !row && i < sizeof core_prefixes / sizeof *core_prefixes; i++) {
        if (strncmp(name, core_prefixes[i], strlen(core_prefixes[i])) != 0) continue;
        error_set(err, "CANNOT_MODIFY_CONFIG", NULL);
        error_add(err, "key", "\"%s\"", name);
        return error_add(err, "docroot", "https://spark.apache.org/docs/latest");
    }
    return true;
}

static bool is_whole(const char *text, bool wide) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return end != text && !*end && !errno && (wide || (value >= INT32_MIN && value <= INT32_MAX));
}

/* "10", "64MB", "1g": digits and a unit of those in `units` (with spaces around each). */
static bool is_quantity(const char *text, const char *units) {
    char unit[8];
    size_t digits = strspn(text, "0123456789"), size = strlen(text + digits);
    if (!digits && text[0] == '-') digits = 1 + strspn(text + 1, "0123456789"), size = strlen(text + digits);
    if (!digits || size > 4) return false;
    unit[0] = ' ';
    for (size_t i = 0; i < size; i++) unit[1 + i] = (char)(text[digits + i] | 0x20);
    unit[1 + size] = ' ';
    unit[2 + size] = '\0';
    return size == 0 || strstr(units, unit);
}

static bool is_option(const char *text, const char *options) {
    size_t size = strlen(text);
    for (const char *p = options; *p;) {
        size_t length = strcspn(p, ",");
        if (length == size && strncasecmp(p, text, size) == 0) return true;
        p += length + (p[length] == ',');
    }
    return false;
}

static bool value_fits(const struct setting_row *row, const char *value) {
    static const char sizes[] = " b k kb kib m mb mib g gb gib t tb tib p pb pib ";
    static const char times[] = " us ms s m min h d ";
    char *end;
    switch (row->type) {
        case SETTING_BOOLEAN: return strcasecmp(value, "true") == 0 || strcasecmp(value, "false") == 0;
        case SETTING_INT: return is_whole(value, false);
        case SETTING_LONG: return is_whole(value, true);
        case SETTING_DOUBLE: strtod(value, &end); return end != value && !*end;
        case SETTING_BYTES:
        case SETTING_MEBIBYTES: return is_quantity(value, sizes);
        case SETTING_SECONDS:
        case SETTING_MILLISECONDS: return is_quantity(value, times);
        case SETTING_OPTIONS: return is_option(value, row->options);
        case SETTING_STRING:
        case SETTING_ZONE: return true;
    }
    return true;
}

static bool bad_options(const struct setting_row *row, const char *value, struct error *err) {
    char words[512];
    size_t size = 0;
    for (const char *p = row->options; *p && size < sizeof words - 3; p++) {
        words[size++] = *p;
        if (*p == ',') words[size++] = ' ';
    }
    words[size] = '\0';
    return error_set(err, "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", "confValue", value, "confName", row->name,
                     "confOptions", words, NULL);
}

bool setting_check_value(struct engine *engine, const char *name, const char *value, struct error *err) {
    static const char *const words[] = {
        [SETTING_BOOLEAN] = "boolean",
        [SETTING_INT] = "int",
        [SETTING_LONG] = "long",
        [SETTING_DOUBLE] = "double",
        [SETTING_STRING] = "string",
        [SETTING_OPTIONS] = "string",
        [SETTING_BYTES] = "bytes in BYTE",
        [SETTING_MEBIBYTES] = "bytes in MiB",
        [SETTING_SECONDS] = "time in SECONDS",
        [SETTING_MILLISECONDS] = "time in MILLISECONDS",
        [SETTING_ZONE] = "string",
    };
    const struct setting_row *row = setting_find(name);
    if (!row) return true;
    if (row->type == SETTING_ZONE && !timezone_find(&engine->zones, value, strlen(value)))
        return error_set(err, "INVALID_CONF_VALUE.TIME_ZONE", "confValue", value, "confName", name, NULL);
    if (!value_fits(row, value)) {
        if (row->type == SETTING_OPTIONS) return bad_options(row, value, err);
        return error_set(err, "INVALID_CONF_VALUE.TYPE_MISMATCH", "confValue", value, "confName", name, "confType",
                         words[row->type], NULL);
    }
    if (strcmp(name, "spark.sql.shuffle.partitions") == 0 && strtoll(value, NULL, 10) <= 0)
        return error_set(err, "INVALID_CONF_VALUE.REQUIREMENT", "confValue", value, "confName", name, "confRequirement",
                         "The value of spark.sql.shuffle.partitions must be positive", NULL);
    return true;
}

/* ---- what queries see ---- */

static const char *context_setting(const struct context *context, const char *name) {
    return settings_get(context->owner, name);
}

static bool is_set_to(const struct settings *settings, const char *name, const char *word) {
    const char *value = settings_get(settings, name);
    return value && strcasecmp(value, word) == 0;
}

void session_set_settings(struct session *session, struct settings *settings) {
    settings_unref(session->settings);
    session->settings = settings;
    const char *zone = settings_get(settings, "spark.sql.session.timeZone");
    struct context *c = &session->context;
    c->ansi = is_set_to(settings, "spark.sql.ansi.enabled", "true");
    c->case_sensitive = is_set_to(settings, "spark.sql.caseSensitive", "true");
    c->timestamp_ntz_default = is_set_to(settings, "spark.sql.timestampType", "TIMESTAMP_NTZ");
    c->legacy_time_parser = is_set_to(settings, "spark.sql.legacy.timeParserPolicy", "LEGACY");
    c->corrected_time_parser = is_set_to(settings, "spark.sql.legacy.timeParserPolicy", "CORRECTED");
    c->map_key_last_wins = is_set_to(settings, "spark.sql.mapKeyDedupPolicy", "LAST_WIN");
    c->zone = timezone_find(&session->engine->zones, zone, strlen(zone));
    if (!c->zone) c->zone = &timezone_utc;
    c->zones = &session->engine->zones;
    c->zone_name = zone;
    c->user = session->engine->user;
    c->version = SPARK_VERSION;
    c->setting = context_setting;
    c->owner = settings;
}

bool session_set(struct session *session, const char *name, const char *value, struct error *err) {
    TRY(setting_check_modifiable(name, err));
    if (value) TRY(setting_check_value(session->engine, name, value, err));
    struct setting_pair pair = {name, value};
    session_set_settings(session, settings_with(session->engine, session->budget, session->settings, &pair, 1));
    return true;
}

struct context session_context(struct session *session) {
    struct context c = session->context;
    struct host *host = &session->engine->host;
    c.now = host->now(host->owner);
    host->random(host->owner, &c.seed, sizeof c.seed);
    c.catalog = session->catalog;
    c.database = session->database;
    c.session_id = session->id_text;
    return c;
}
