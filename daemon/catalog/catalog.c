/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalog in memory, and its changes; see catalog.h.
 *
 * Every entry lives in an arena of its own and is replaced as a whole. Entries stand in one array in order of names
 * (a database before its tables), which serves look-up and listing alike; catalogs of tests hold tens of tables.
 */
#include "catalog/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/log.h"

enum entry_kind { ENTRY_DATABASE, ENTRY_TABLE, ENTRY_FUNCTION };

struct entry {
    enum entry_kind kind;
    struct arena arena; /* holds the entry itself */
    union {
        struct catalog_database database;
        struct catalog_table table;
        struct catalog_function function;
    };
};

struct catalog {
    struct memory_account *account;
    struct arena arena; /* the root's path, the arrays */
    const char *root;
    int log; /* -1: nothing was written yet */
    uint32_t count, capacity;
    struct entry **entries;
    uint64_t next_staging;
};

#define LOG_NAME "_roost_catalog"
#define STAGING_PREFIX "_staging-"

/* ---- entries ---- */

static const char *database_of(const struct entry *e) {
    switch (e->kind) {
        case ENTRY_DATABASE: return e->database.name;
        case ENTRY_TABLE: return e->table.database;
        default: return e->function.database;
    }
}

/* Within its database; a database itself has none. */
static const char *name_of(const struct entry *e) {
    return e->kind == ENTRY_TABLE ? e->table.name : e->kind == ENTRY_FUNCTION ? e->function.name : NULL;
}

static int compare(const struct entry *e, enum entry_kind kind, const char *database, const char *name) {
    int order = strcmp(database_of(e), database);
    if (order) return order;
    if (e->kind != kind || kind == ENTRY_DATABASE) return (int)e->kind - (int)kind;
    return strcmp(name_of(e), name);
}

/* Where the entry is, or where it would be. */
static uint32_t place(const struct catalog *c, enum entry_kind kind, const char *database, const char *name,
                      bool *found) {
    uint32_t low = 0, high = c->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = compare(c->entries[middle], kind, database, name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static void entry_free(struct entry *e) {
    struct arena arena = e->arena;
    arena_release(&arena);
}

static struct entry *entry_new(struct catalog *c, enum entry_kind kind) {
    struct arena arena;
    arena_init(&arena, c->account);
    struct entry *e = ARENA_NEW(&arena, struct entry);
    e->kind = kind;
    e->arena = arena;
    return e;
}

static void reserve(struct catalog *c) {
    if (c->count < c->capacity) return;
    uint32_t capacity = c->capacity ? c->capacity * 2 : 16;
    c->entries = arena_grow(&c->arena, c->entries, c->count * sizeof *c->entries, capacity * sizeof *c->entries);
    c->capacity = capacity;
}

/* Links it in, in place of one of the same name. Needs reserve() before. */
static void link_entry(struct catalog *c, struct entry *e) {
    bool found;
    uint32_t at = place(c, e->kind, database_of(e), name_of(e), &found);
    if (found) {
        entry_free(c->entries[at]);
    } else {
        memmove(c->entries + at + 1, c->entries + at, (c->count - at) * sizeof *c->entries);
        c->count++;
    }
    c->entries[at] = e;
}

static void unlink_entry(struct catalog *c, enum entry_kind kind, const char *database, const char *name) {
    bool found;
    uint32_t at = place(c, kind, database, name, &found);
    if (!found) return;
    entry_free(c->entries[at]);
    c->count--;
    memmove(c->entries + at, c->entries + at + 1, (c->count - at) * sizeof *c->entries);
}

static const struct catalog_property *copy_properties(struct arena *arena, const struct catalog_property *from,
                                                      uint32_t count) {
    struct catalog_property *to = ARENA_ARRAY(arena, struct catalog_property, count);
    for (uint32_t i = 0; i < count; i++)
        to[i] = (struct catalog_property){arena_strdup(arena, from[i].key), arena_strdup(arena, from[i].value)};
    return to;
}

static struct entry *database_entry(struct catalog *c, const struct catalog_database *d) {
    struct entry *e = entry_new(c, ENTRY_DATABASE);
    e->database = (struct catalog_database){
        .name = arena_strdup(&e->arena, d->name),
        .comment = arena_strdup(&e->arena, d->comment),
        .location = arena_strdup(&e->arena, d->location),
        .property_count = d->property_count,
        .properties = copy_properties(&e->arena, d->properties, d->property_count),
    };
    return e;
}

static struct entry *table_entry(struct catalog *c, const struct catalog_table *t) {
    struct entry *e = entry_new(c, ENTRY_TABLE);
    struct arena *arena = &e->arena;
    const char **partitions = ARENA_ARRAY(arena, const char *, t->partition_count);
    for (uint32_t i = 0; i < t->partition_count; i++) partitions[i] = arena_strdup(arena, t->partitions[i]);
    e->table = (struct catalog_table){
        .kind = t->kind,
        .database = arena_strdup(arena, t->database),
        .name = arena_strdup(arena, t->name),
        .schema = type_copy(arena, t->schema),
        .format = arena_strdup(arena, t->format),
        .location = arena_strdup(arena, t->location),
        .comment = arena_strdup(arena, t->comment),
        .view_text = arena_strdup(arena, t->view_text),
        .view_database = arena_strdup(arena, t->view_database),
        .owner = arena_strdup(arena, t->owner),
        .created = t->created,
        .partition_count = t->partition_count,
        .partitions = partitions,
        .option_count = t->option_count,
        .options = copy_properties(arena, t->options, t->option_count),
        .property_count = t->property_count,
        .properties = copy_properties(arena, t->properties, t->property_count),
    };
    return e;
}

static struct entry *function_entry(struct catalog *c, const struct catalog_function *f) {
    struct entry *e = entry_new(c, ENTRY_FUNCTION);
    struct arena *arena = &e->arena;
    e->function = (struct catalog_function){
        .database = arena_strdup(arena, f->database),
        .name = arena_strdup(arena, f->name),
        .text = arena_strdup(arena, f->text),
        .returns = f->returns ? type_copy(arena, f->returns) : NULL,
        .created = f->created,
        .property_count = f->property_count,
        .properties = copy_properties(arena, f->properties, f->property_count),
    };
    return e;
}

/* ---- records ---- */

static void write_properties(struct log_record *r, const struct catalog_property *p, uint32_t count) {
    log_record_add_number(r, count);
    for (uint32_t i = 0; i < count; i++) {
        log_record_add(r, p[i].key);
        log_record_add(r, p[i].value);
    }
}

static const struct catalog_property *read_properties(struct log_reader *in, uint32_t *count) {
    int64_t n = log_read_number(in);
    *count = n > 0 && n <= in->record->count ? (uint32_t)n : 0;
    struct catalog_property *p = ARENA_ARRAY(in->record->arena, struct catalog_property, *count);
    for (uint32_t i = 0; i < *count; i++) {
        p[i].key = log_read_text(in);
        p[i].value = log_read_text(in);
    }
    return p;
}

static void write_database(struct log_record *r, const struct catalog_database *d) {
    log_record_add(r, "database");
    log_record_add(r, d->name);
    log_record_add(r, d->comment);
    log_record_add(r, d->location);
    write_properties(r, d->properties, d->property_count);
}

static void write_table(struct log_record *r, const struct catalog_table *t) {
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
    log_record_add_number(r, t->partition_count);
    for (uint32_t i = 0; i < t->partition_count; i++) log_record_add(r, t->partitions[i]);
    write_properties(r, t->options, t->option_count);
    write_properties(r, t->properties, t->property_count);
}

static bool read_table(struct catalog *c, struct log_reader *in, struct error *err) {
    struct catalog_table t = {.kind = (enum catalog_table_kind)log_read_number(in)};
    t.database = log_read_text(in);
    t.name = log_read_text(in);
    const char *schema = log_read_text(in);
    if (!t.database || !t.name || !schema) return error_internal(err, "the catalog's log holds a table without a name");
    t.schema = type_from_json(in->record->arena, schema, strlen(schema), err);
    TRY(t.schema);
    t.format = log_read_text(in);
    t.location = log_read_text(in);
    t.comment = log_read_text(in);
    t.view_text = log_read_text(in);
    t.view_database = log_read_text(in);
    t.owner = log_read_text(in);
    t.created = log_read_number(in);
    int64_t partitions = log_read_number(in);
    t.partition_count = partitions > 0 && partitions <= in->record->count ? (uint32_t)partitions : 0;
    const char **names = ARENA_ARRAY(in->record->arena, const char *, t.partition_count);
    for (uint32_t i = 0; i < t.partition_count; i++) names[i] = log_read_text(in);
    t.partitions = names;
    t.options = read_properties(in, &t.option_count);
    t.properties = read_properties(in, &t.property_count);
    reserve(c);
    link_entry(c, table_entry(c, &t));
    return true;
}

static bool read_database(struct catalog *c, struct log_reader *in, struct error *err) {
    struct catalog_database d = {.name = log_read_text(in)};
    d.comment = log_read_text(in);
    d.location = log_read_text(in);
    if (!d.name) return error_internal(err, "the catalog's log holds a database without a name");
    d.properties = read_properties(in, &d.property_count);
    reserve(c);
    link_entry(c, database_entry(c, &d));
    return true;
}

static void write_function(struct log_record *r, const struct catalog_function *f) {
    log_record_add(r, "function");
    log_record_add(r, f->database);
    log_record_add(r, f->name);
    log_record_add(r, f->text);
    log_record_add(r, f->returns ? type_json(r->arena, f->returns) : NULL);
    log_record_add_number(r, f->created);
    write_properties(r, f->properties, f->property_count);
}

static bool read_function(struct catalog *c, struct log_reader *in, struct error *err) {
    struct catalog_function f = {.database = log_read_text(in)};
    f.name = log_read_text(in);
    f.text = log_read_text(in);
    const char *returns = log_read_text(in);
    if (!f.database || !f.name || !f.text)
        return error_internal(err, "the catalog's log holds a function without a name");
    if (returns) {
        f.returns = type_from_json(in->record->arena, returns, strlen(returns), err);
        TRY(f.returns);
    }
    f.created = log_read_number(in);
    f.properties = read_properties(in, &f.property_count);
    reserve(c);
    link_entry(c, function_entry(c, &f));
    return true;
}

/* ---- moving staged files ---- */

/* What is in the target goes, but for folders of unfinished writes and the log. */
static void clear_target(const char *target) {
    DIR *folder = opendir(target);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (strncmp(entry->d_name, "_", 1) == 0) continue;
        if (snprintf(path, sizeof path, "%s/%s", target, entry->d_name) < (int)sizeof path) folder_remove(path);
    }
    closedir(folder);
}

/* Moves files, folder by folder: partitions' folders may be there already. */
static bool move_into(const char *from, const char *to, struct error *err) {
    TRY(folder_make(to, err));
    DIR *folder = opendir(from);
    bool good = true;
    for (struct dirent *entry; folder && good && (entry = readdir(folder));) {
        char source[4096], destination[4096];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (snprintf(source, sizeof source, "%s/%s", from, entry->d_name) >= (int)sizeof source ||
            snprintf(destination, sizeof destination, "%s/%s", to, entry->d_name) >= (int)sizeof destination)
            continue;
        struct stat status;
        if (lstat(source, &status) == 0 && S_ISDIR(status.st_mode))
            good = move_into(source, destination, err);
        else if (rename(source, destination) != 0) {
            good = error_set(err, "FAILED_READ_FILE.NO_HINT", "path", destination, NULL);
            error_set_cause(err, strerror(errno));
        }
    }
    if (folder) closedir(folder);
    if (good) rmdir(from);
    return good;
}

/*
 * A commit that is in the log, carried out, perhaps for the second time after it was cut short. The staging folder's
 * new name says that what was to go has gone: from then on files that are in the target already are the new ones.
 */
static bool carry_out(struct arena *scratch, const char *staging, const char *target, bool overwrite,
                      struct error *err) {
    const char *moving = arena_printf(scratch, "%s-moving", staging);
    struct stat status;
    if (lstat(staging, &status) == 0) {
        if (overwrite) clear_target(target);
        if (rename(staging, moving) != 0) {
            error_set(err, "FAILED_READ_FILE.NO_HINT", "path", staging, NULL);
            return error_set_cause(err, strerror(errno));
        }
    }
    return lstat(moving, &status) != 0 || move_into(moving, target, err);
}

/* ---- opening ---- */

static bool apply(void *owner, const struct log_record *record, struct error *err) {
    struct catalog *c = owner;
    struct log_reader in = {.record = record};
    const char *what = log_read_text(&in);
    if (!what) return true;
    if (strcmp(what, "database") == 0) return read_database(c, &in, err);
    if (strcmp(what, "table") == 0) return read_table(c, &in, err);
    if (strcmp(what, "function") == 0) return read_function(c, &in, err);
    const char *first = log_read_text(&in), *second = log_read_text(&in), *third = log_read_text(&in);
    if (strcmp(what, "drop_table") == 0 && first && second) unlink_entry(c, ENTRY_TABLE, first, second);
    if (strcmp(what, "drop_function") == 0 && first && second) unlink_entry(c, ENTRY_FUNCTION, first, second);
    if (strcmp(what, "drop_database") == 0 && first) unlink_entry(c, ENTRY_DATABASE, first, NULL);
    if (strcmp(what, "commit") == 0 && first && second)
        return carry_out(record->arena, first, second, third && strcmp(third, "overwrite") == 0, err);
    return true;
}

static bool add_default(struct catalog *c) {
    struct catalog_database d = {.name = "default", .comment = "default database", .location = c->root};
    reserve(c);
    link_entry(c, database_entry(c, &d));
    return true;
}

struct catalog *catalog_open(struct memory_account *account, const char *root, struct error *err) {
    struct arena arena;
    arena_init(&arena, account);
    struct catalog *c = ARENA_NEW(&arena, struct catalog);
    *c = (struct catalog){.account = account, .arena = arena, .log = -1};
    c->root = arena_strdup(&c->arena, root);
    add_default(c);
    struct arena scratch;
    arena_init(&scratch, account);
    bool good = log_replay(arena_printf(&scratch, "%s/" LOG_NAME, root), &scratch, apply, c, err);
    arena_release(&scratch);
    if (good) return c;
    catalog_free(c);
    return NULL;
}

void catalog_free(struct catalog *c) {
    if (!c) return;
    for (uint32_t i = 0; i < c->count; i++) entry_free(c->entries[i]);
    if (c->log >= 0) close(c->log);
    struct arena arena = c->arena;
    arena_release(&arena);
}

const char *catalog_root(const struct catalog *c) {
    return c->root;
}

/* ---- looking ---- */

const struct catalog_database *catalog_find_database(const struct catalog *c, const char *name) {
    bool found;
    uint32_t at = place(c, ENTRY_DATABASE, name, NULL, &found);
    return found ? &c->entries[at]->database : NULL;
}

const struct catalog_table *catalog_find_table(const struct catalog *c, const char *database, const char *name) {
    bool found;
    uint32_t at = place(c, ENTRY_TABLE, database, name, &found);
    return found ? &c->entries[at]->table : NULL;
}

const struct catalog_function *catalog_find_function(const struct catalog *c, const char *database, const char *name) {
    bool found;
    uint32_t at = place(c, ENTRY_FUNCTION, database, name, &found);
    return found ? &c->entries[at]->function : NULL;
}

const struct catalog_database *catalog_database_at(const struct catalog *c, uint32_t index) {
    for (uint32_t i = 0; i < c->count; i++)
        if (c->entries[i]->kind == ENTRY_DATABASE && index-- == 0) return &c->entries[i]->database;
    return NULL;
}

const struct catalog_table *catalog_table_at(const struct catalog *c, const char *database, uint32_t index) {
    for (uint32_t i = 0; i < c->count; i++) {
        const struct entry *e = c->entries[i];
        if (e->kind == ENTRY_TABLE && (!database || strcmp(e->table.database, database) == 0) && index-- == 0)
            return &e->table;
    }
    return NULL;
}

const struct catalog_function *catalog_function_at(const struct catalog *c, const char *database, uint32_t index) {
    for (uint32_t i = 0; i < c->count; i++) {
        const struct entry *e = c->entries[i];
        if (e->kind == ENTRY_FUNCTION && (!database || strcmp(e->function.database, database) == 0) && index-- == 0)
            return &e->function;
    }
    return NULL;
}

const char *catalog_table_location(const struct catalog *c, struct arena *arena, const char *database,
                                   const char *name) {
    const struct catalog_database *d = catalog_find_database(c, database);
    return arena_printf(arena, "%s/%s", d ? d->location : c->root, name);
}

/* ---- changes ---- */

static bool append(struct catalog *c, const struct log_record *record, struct error *err) {
    if (c->log < 0) {
        TRY(folder_make(c->root, err));
        c->log = log_open_append(arena_printf(record->arena, "%s/" LOG_NAME, c->root), err);
        if (c->log < 0) return false;
    }
    return log_append(c->log, record, err);
}

/* A record of texts in an arena of its own; NULL ends them. */
static bool append_texts(struct catalog *c, struct error *err, const char *const *texts) {
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct log_record record = {.arena = &scratch};
    for (; *texts; texts++) log_record_add(&record, *texts);
    bool good = append(c, &record, err);
    arena_release(&scratch);
    return good;
}
#define APPEND(...) append_texts(c, err, (const char *const[]){__VA_ARGS__, NULL})

/* Logged, then linked; the entry's own arena serves as scratch. */
static bool put(struct catalog *c, struct entry *e, struct error *err) {
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct log_record record = {.arena = &scratch};
    if (e->kind == ENTRY_DATABASE)
        write_database(&record, &e->database);
    else if (e->kind == ENTRY_TABLE)
        write_table(&record, &e->table);
    else
        write_function(&record, &e->function);
    bool good = append(c, &record, err);
    arena_release(&scratch);
    if (good)
        link_entry(c, e);
    else
        entry_free(e);
    return good;
}

bool catalog_put_database(struct catalog *c, const struct catalog_database *database, struct error *err) {
    reserve(c);
    return put(c, database_entry(c, database), err);
}

bool catalog_put_table(struct catalog *c, const struct catalog_table *table, struct error *err) {
    reserve(c);
    return put(c, table_entry(c, table), err);
}

bool catalog_drop_table(struct catalog *c, const char *database, const char *name, struct error *err) {
    TRY(APPEND("drop_table", database, name));
    unlink_entry(c, ENTRY_TABLE, database, name);
    return true;
}

bool catalog_put_function(struct catalog *c, const struct catalog_function *function, struct error *err) {
    reserve(c);
    return put(c, function_entry(c, function), err);
}

bool catalog_drop_function(struct catalog *c, const char *database, const char *name, struct error *err) {
    TRY(APPEND("drop_function", database, name));
    unlink_entry(c, ENTRY_FUNCTION, database, name);
    return true;
}

bool catalog_drop_database(struct catalog *c, const char *name, struct error *err) {
    struct arena scratch;
    arena_init(&scratch, c->account);
    const char *kept = arena_strdup(&scratch, name); /* what is dropped may hold the name */
    bool good = true;
    for (const struct catalog_table *t; good && (t = catalog_table_at(c, kept, 0));)
        good = catalog_drop_table(c, kept, arena_strdup(&scratch, t->name), err);
    for (const struct catalog_function *f; good && (f = catalog_function_at(c, kept, 0));)
        good = catalog_drop_function(c, kept, arena_strdup(&scratch, f->name), err);
    good = good && APPEND("drop_database", kept);
    if (good) unlink_entry(c, ENTRY_DATABASE, kept, NULL);
    arena_release(&scratch);
    return good;
}

bool catalog_rename_table(struct catalog *c, const char *database, const char *name, const char *new_name,
                          struct error *err) {
    const struct catalog_table *old = catalog_find_table(c, database, name);
    if (!old) return error_internal(err, "the table to be renamed is not there");
    struct catalog_table t = *old;
    t.name = new_name;
    if (t.kind == CATALOG_MANAGED) {
        struct arena scratch;
        arena_init(&scratch, c->account);
        const char *to = catalog_table_location(c, &scratch, database, new_name);
        if (rename(t.location, to) == 0) t.location = to;
        bool good = catalog_put_table(c, &t, err);
        arena_release(&scratch);
        return good && catalog_drop_table(c, database, name, err);
    }
    return catalog_put_table(c, &t, err) && catalog_drop_table(c, database, name, err);
}

/* ---- writing ---- */

bool catalog_stage(struct catalog *c, struct arena *arena, const char *target, struct staging *staging,
                   struct error *err) {
    staging->target = arena_strdup(arena, target);
    staging->folder = arena_printf(arena, "%s/" STAGING_PREFIX "%d-%llu", target, (int)getpid(),
                                   (unsigned long long)c->next_staging++);
    return folder_make(staging->folder, err);
}

bool catalog_commit(struct catalog *c, const struct staging *staging, bool overwrite, struct error *err) {
    TRY(APPEND("commit", staging->folder, staging->target, overwrite ? "overwrite" : "append"));
    struct arena scratch;
    arena_init(&scratch, c->account);
    bool good = carry_out(&scratch, staging->folder, staging->target, overwrite, err);
    arena_release(&scratch);
    return good;
}

void catalog_abandon(const struct staging *staging) {
    folder_remove(staging->folder);
}
