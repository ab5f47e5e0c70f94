/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the catalog's entries are made of: copies of them, and their records in the log.
 *
 * A record is a list of texts (log.h). New fields go to the end of their list: an old log then reads as if they had
 * been left out, which is what a missing text means everywhere (NULL, no items, 0).
 */
#include <string.h>

#include "catalog/catalog_int.h"

/* ---- copies ---- */

static const struct catalog_property *copy_properties(struct arena *arena, const struct catalog_property *from,
                                                      uint32_t count) {
    struct catalog_property *to = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++)
        to[i] = (struct catalog_property){arena_strdup(arena, from[i].key), arena_strdup(arena, from[i].value)};
    return to;
}

static const char *const *copy_texts(struct arena *arena, const char *const *from, uint32_t count) {
    const char **to = ARENA_ARRAY(arena, const char *, count);
    for (uint32_t i = 0; i < count; i++) to[i] = arena_strdup(arena, from[i]);
    return to;
}

void copy_database(struct arena *arena, const struct catalog_database *from, struct catalog_database *to) {
    *to = *from;
    to->name = arena_strdup(arena, from->name);
    to->comment = arena_strdup(arena, from->comment);
    to->location = arena_strdup(arena, from->location);
    to->collation = arena_strdup(arena, from->collation);
    to->properties = copy_properties(arena, from->properties, from->property_count);
}

static const struct catalog_partition *copy_partitions(struct arena *arena, const struct catalog_table *t) {
    struct catalog_partition *parts = ARENA_ARRAY(arena, struct catalog_partition, t->part_count);
    for (uint32_t i = 0; i < t->part_count; i++) {
        const struct catalog_partition *from = &t->parts[i];
        parts[i] = *from;
        parts[i].values = copy_texts(arena, from->values, t->partition_count);
        parts[i].location = arena_strdup(arena, from->location);
        parts[i].parameters = copy_properties(arena, from->parameters, from->parameter_count);
    }
    return parts;
}

void copy_table(struct arena *arena, const struct catalog_table *from, struct catalog_table *to) {
    *to = *from;
    to->database = arena_strdup(arena, from->database);
    to->name = arena_strdup(arena, from->name);
    to->schema = type_copy(arena, from->schema);
    to->format = arena_strdup(arena, from->format);
    to->location = arena_strdup(arena, from->location);
    to->comment = arena_strdup(arena, from->comment);
    to->view_text = arena_strdup(arena, from->view_text);
    to->view_database = arena_strdup(arena, from->view_database);
    to->view_mode = arena_strdup(arena, from->view_mode);
    to->owner = arena_strdup(arena, from->owner);
    to->collation = arena_strdup(arena, from->collation);
    to->view_columns = copy_texts(arena, from->view_columns, from->view_column_count);
    to->partitions = copy_texts(arena, from->partitions, from->partition_count);
    to->bucket_columns = copy_texts(arena, from->bucket_columns, from->bucket_column_count);
    to->sort_columns = copy_texts(arena, from->sort_columns, from->sort_column_count);
    to->settings = copy_properties(arena, from->settings, from->setting_count);
    to->options = copy_properties(arena, from->options, from->option_count);
    to->properties = copy_properties(arena, from->properties, from->property_count);
    to->statistics = copy_properties(arena, from->statistics, from->statistic_count);
    to->parts = copy_partitions(arena, from);
}

void copy_function(struct arena *arena, const struct catalog_function *from, struct catalog_function *to) {
    *to = *from;
    to->database = arena_strdup(arena, from->database);
    to->name = arena_strdup(arena, from->name);
    to->text = arena_strdup(arena, from->text);
    to->returns = from->returns ? type_copy(arena, from->returns) : NULL;
    to->properties = copy_properties(arena, from->properties, from->property_count);
}

/* ---- writing ---- */

static void write_properties(struct log_record *r, const struct catalog_property *p, uint32_t count) {
    log_record_add_number(r, count);
    for (uint32_t i = 0; i < count; i++) {
        log_record_add(r, p[i].key);
        log_record_add(r, p[i].value);
    }
}

static void write_texts(struct log_record *r, const char *const *texts, uint32_t count) {
    log_record_add_number(r, count);
    for (uint32_t i = 0; i < count; i++) log_record_add(r, texts[i]);
}

void write_database(struct log_record *r, const struct catalog_database *d) {
    log_record_add(r, "database");
    log_record_add(r, d->name);
    log_record_add(r, d->comment);
    log_record_add(r, d->location);
    write_properties(r, d->properties, d->property_count);
    log_record_add(r, d->collation);
}

void write_table(struct log_record *r, const struct catalog_table *t) {
    log_record_add(r, "table");
    log_record_add_number(r, t->kind);
    log_record_add(r, t->database);
    log_record_add(r, t->name);
    log_record_add(r, type_json(r->arena, t->schema));
    log_record_add(r, t->format);
    log_record_add(r, t->location);
    log_record_add(r, t->comment);
    log_record_add(r, t->view_text);
    log_record_add(r, t->view_database);
    log_record_add(r, t->owner);
    log_record_add_number(r, t->created);
    write_texts(r, t->partitions, t->partition_count);
    write_properties(r, t->options, t->option_count);
    write_properties(r, t->properties, t->property_count);
    log_record_add(r, t->view_mode);
    write_texts(r, t->view_columns, t->view_column_count);
    write_properties(r, t->settings, t->setting_count);
    log_record_add(r, t->collation);
    log_record_add_number(r, t->bucket_count);
    write_texts(r, t->bucket_columns, t->bucket_column_count);
    write_texts(r, t->sort_columns, t->sort_column_count);
    write_properties(r, t->statistics, t->statistic_count);
}

void write_partition_list(struct log_record *r, const struct catalog_partition *parts, uint32_t count,
                          uint32_t value_count) {
    log_record_add_number(r, count);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < value_count; k++) log_record_add(r, parts[i].values[k]);
        log_record_add(r, parts[i].location);
        log_record_add_number(r, parts[i].created);
        write_properties(r, parts[i].parameters, parts[i].parameter_count);
    }
}

void write_function(struct log_record *r, const struct catalog_function *f) {
    log_record_add(r, "function");
    log_record_add(r, f->database);
    log_record_add(r, f->name);
    log_record_add(r, f->text);
    log_record_add(r, f->returns ? type_json(r->arena, f->returns) : NULL);
    log_record_add_number(r, f->created);
    write_properties(r, f->properties, f->property_count);
}

/* ---- reading ---- */

/* A number of items, which can't be more than the record has texts. */
static uint32_t read_count(struct log_reader *in) {
    int64_t n = log_read_number(in);
    return n > 0 && n <= in->record->count ? (uint32_t)n : 0;
}

static const struct catalog_property *read_properties(struct log_reader *in, uint32_t *count) {
    *count = read_count(in);
    struct catalog_property *p = ARENA_ARRAY(in->record->arena, struct catalog_property, *count);
    for (uint32_t i = 0; i < *count; i++) {
        p[i].key = log_read_text(in);
        p[i].value = log_read_text(in);
    }
    return p;
}

static const char *const *read_texts(struct log_reader *in, uint32_t *count) {
    *count = read_count(in);
    const char **texts = ARENA_ARRAY(in->record->arena, const char *, *count);
    for (uint32_t i = 0; i < *count; i++) texts[i] = log_read_text(in);
    return texts;
}

bool read_database(struct log_reader *in, struct catalog_database *d, struct error *err) {
    d->name = log_read_text(in);
    d->comment = log_read_text(in);
    d->location = log_read_text(in);
    if (!d->name) return error_internal(err, "the catalog's log holds a database without a name");
    d->properties = read_properties(in, &d->property_count);
    d->collation = log_read_text(in);
    return true;
}

bool read_table(struct log_reader *in, struct catalog_table *t, struct error *err) {
    t->kind = (enum catalog_table_kind)log_read_number(in);
    t->database = log_read_text(in);
    t->name = log_read_text(in);
    const char *schema = log_read_text(in);
    if (!t->database || !t->name || !schema)
        return error_internal(err, "the catalog's log holds a table without a name");
    t->schema = type_from_json(in->record->arena, schema, strlen(schema), err);
    TRY(t->schema);
    t->format = log_read_text(in);
    t->location = log_read_text(in);
    t->comment = log_read_text(in);
    t->view_text = log_read_text(in);
    t->view_database = log_read_text(in);
    t->owner = log_read_text(in);
    t->created = log_read_number(in);
    t->partitions = read_texts(in, &t->partition_count);
    t->options = read_properties(in, &t->option_count);
    t->properties = read_properties(in, &t->property_count);
    t->view_mode = log_read_text(in);
    t->view_columns = read_texts(in, &t->view_column_count);
    t->settings = read_properties(in, &t->setting_count);
    t->collation = log_read_text(in);
    t->bucket_count = (uint32_t)log_read_number(in);
    t->bucket_columns = read_texts(in, &t->bucket_column_count);
    t->sort_columns = read_texts(in, &t->sort_column_count);
    t->statistics = read_properties(in, &t->statistic_count);
    return true;
}

bool read_function(struct log_reader *in, struct catalog_function *f, struct error *err) {
    f->database = log_read_text(in);
    f->name = log_read_text(in);
    f->text = log_read_text(in);
    const char *returns = log_read_text(in);
    if (!f->database || !f->name || !f->text)
        return error_internal(err, "the catalog's log holds a function without a name");
    if (returns) {
        f->returns = type_from_json(in->record->arena, returns, strlen(returns), err);
        TRY(f->returns);
    }
    f->created = log_read_number(in);
    f->properties = read_properties(in, &f->property_count);
    return true;
}

const struct catalog_partition *read_partition_list(struct log_reader *in, uint32_t value_count, uint32_t *count) {
    struct arena *arena = in->record->arena;
    *count = read_count(in);
    struct catalog_partition *parts = ARENA_ARRAY(arena, struct catalog_partition, *count);
    for (uint32_t i = 0; i < *count; i++) {
        const char **values = ARENA_ARRAY(arena, const char *, value_count);
        for (uint32_t k = 0; k < value_count; k++) values[k] = log_read_text(in);
        parts[i].values = values;
        parts[i].location = log_read_text(in);
        parts[i].created = log_read_number(in);
        parts[i].parameters = read_properties(in, &parts[i].parameter_count);
    }
    return parts;
}

/* ---- folders of partitions ---- */

const char *catalog_escape(struct arena *arena, const char *text) {
    char *out = arena_bytes(arena, 3 * strlen(text) + 1), *p = out;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7F || strchr("\"#%'*/:=?\\{[]^", c)) {
            *p++ = '%';
            *p++ = "0123456789ABCDEF"[c >> 4];
            *p++ = "0123456789ABCDEF"[c & 15];
        } else {
            *p++ = (char)c;
        }
    }
    *p = '\0';
    return out;
}

const char *catalog_partition_path(struct arena *arena, const struct catalog_table *t, const char *const *values) {
    const char *path = "";
    for (uint32_t i = 0; i < t->partition_count; i++)
        path = arena_printf(arena, "%s%s%s=%s", path, i ? "/" : "", catalog_escape(arena, t->partitions[i]),
                            values[i] && *values[i] ? catalog_escape(arena, values[i]) : CATALOG_NULL_PARTITION);
    return path;
}
