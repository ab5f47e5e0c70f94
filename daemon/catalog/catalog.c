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

#include "catalog/catalog_int.h"

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
    uint64_t versions; /* of tables: the last one given */
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

static struct entry *database_entry(struct catalog *c, const struct catalog_database *d) {
    struct entry *e = entry_new(c, ENTRY_DATABASE);
    copy_database(&e->arena, d, &e->database);
    return e;
}

static struct entry *table_entry(struct catalog *c, const struct catalog_table *t) {
    struct entry *e = entry_new(c, ENTRY_TABLE);
    copy_table(&e->arena, t, &e->table);
    e->table.version = ++c->versions;
    return e;
}

static struct entry *function_entry(struct catalog *c, const struct catalog_function *f) {
    struct entry *e = entry_new(c, ENTRY_FUNCTION);
    copy_function(&e->arena, f, &e->function);
    return e;
}

struct catalog_database *catalog_copy_database(struct arena *arena, const struct catalog_database *database) {
    struct catalog_database *copy = ARENA_NEW(arena, struct catalog_database);
    copy_database(arena, database, copy);
    return copy;
}

struct catalog_table *catalog_copy_table(struct arena *arena, const struct catalog_table *table) {
    struct catalog_table *copy = ARENA_NEW(arena, struct catalog_table);
    copy_table(arena, table, copy);
    return copy;
}

/* ---- partitions ---- */

static int compare_values(const char *const *a, const char *const *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        int order = !a[i] || !b[i] ? (a[i] != NULL) - (b[i] != NULL) : strcmp(a[i], b[i]);
        if (order) return order;
    }
    return 0;
}

/* Where the partition is, or where it would be. */
static uint32_t partition_place(const struct catalog_table *t, const char *const *values, bool *found) {
    uint32_t low = 0, high = t->part_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = compare_values(t->parts[middle].values, values, t->partition_count);
        *found = order == 0;
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

const struct catalog_partition *catalog_find_partition(const struct catalog_table *t, const char *const *values) {
    bool found;
    uint32_t at = partition_place(t, values, &found);
    return found ? &t->parts[at] : NULL;
}

/* The table's entry again, with partitions more, others or fewer. */
static void link_partitions(struct catalog *c, const struct catalog_table *old, const struct catalog_partition *given,
                            uint32_t count, bool drop) {
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct catalog_table t = *old;
    struct catalog_partition *parts = ARENA_ARRAY(&scratch, struct catalog_partition, old->part_count + count);
    if (old->part_count) memcpy(parts, old->parts, old->part_count * sizeof *parts);
    t.parts = parts;
    for (uint32_t i = 0; i < count; i++) {
        bool found;
        uint32_t at = partition_place(&t, given[i].values, &found);
        uint32_t after = t.part_count - at;
        if (drop && found) {
            memmove(parts + at, parts + at + 1, (after - 1) * sizeof *parts);
            t.part_count--;
        } else if (!drop) {
            if (!found) {
                memmove(parts + at + 1, parts + at, after * sizeof *parts);
                t.part_count++;
            }
            parts[at] = given[i];
        }
    }
    struct entry *e = table_entry(c, &t);
    link_entry(c, e);
    arena_release(&scratch);
}

static bool read_partitions(struct catalog *c, struct log_reader *in, bool drop, struct error *err) {
    const char *database = log_read_text(in), *name = log_read_text(in);
    if (!database || !name) return error_internal(err, "the catalog's log holds a partition without a table");
    const struct catalog_table *t = catalog_find_table(c, database, name);
    if (!t) return true;
    uint32_t count;
    const struct catalog_partition *parts = read_partition_list(in, t->partition_count, &count);
    link_partitions(c, t, parts, count, drop);
    return true;
}

/* A definition that is put leaves the partitions as they are, while the partition columns are the same. */
static void keep_partitions(const struct catalog *c, struct catalog_table *t) {
    const struct catalog_table *old = catalog_find_table(c, t->database, t->name);
    bool same = old && old->partition_count == t->partition_count;
    t->part_count = same ? old->part_count : 0;
    t->parts = same ? old->parts : NULL;
}

static bool read_entry(struct catalog *c, struct log_reader *in, enum entry_kind kind, struct error *err) {
    reserve(c);
    if (kind == ENTRY_DATABASE) {
        struct catalog_database d = {0};
        TRY(read_database(in, &d, err));
        link_entry(c, database_entry(c, &d));
        return true;
    }
    if (kind == ENTRY_FUNCTION) {
        struct catalog_function f = {0};
        TRY(read_function(in, &f, err));
        link_entry(c, function_entry(c, &f));
        return true;
    }
    struct catalog_table t = {0};
    TRY(read_table(in, &t, err));
    keep_partitions(c, &t);
    link_entry(c, table_entry(c, &t));
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
static bool carry_out(struct arena *scratch, const struct staging *staging, const struct commit *commit,
                      struct error *err) {
    const char *moving = arena_printf(scratch, "%s-moving", staging->folder);
    struct stat status;
    if (lstat(staging->folder, &status) == 0) {
        for (uint32_t i = 0; i < commit->clear_count; i++) clear_target(commit->clear[i]);
        if (rename(staging->folder, moving) != 0) {
            error_set(err, "FAILED_READ_FILE.NO_HINT", "path", staging->folder, NULL);
            return error_set_cause(err, strerror(errno));
        }
    }
    for (uint32_t i = 0; i < commit->move_count; i++) {
        const char *from = arena_printf(scratch, "%s/%s", moving, commit->moves[i].below);
        if (lstat(from, &status) == 0) TRY(move_into(from, commit->moves[i].target, err));
    }
    return lstat(moving, &status) != 0 || move_into(moving, staging->target, err);
}

/* "commit", staging, target, what goes, what goes elsewhere */
static bool read_commit(struct log_reader *in, struct error *err) {
    struct arena *arena = in->record->arena;
    struct staging staging = {.folder = log_read_text(in)};
    staging.target = log_read_text(in);
    struct commit commit = {0};
    int64_t clears = log_read_number(in);
    commit.clear_count = clears > 0 && clears <= in->record->count ? (uint32_t)clears : 0;
    const char **clear = ARENA_ARRAY(arena, const char *, commit.clear_count);
    for (uint32_t i = 0; i < commit.clear_count; i++) clear[i] = log_read_text(in);
    commit.clear = clear;
    int64_t moves = log_read_number(in);
    commit.move_count = moves > 0 && moves <= in->record->count ? (uint32_t)moves : 0;
    struct staging_move *move = ARENA_ARRAY(arena, struct staging_move, commit.move_count);
    bool whole = staging.folder && staging.target;
    for (uint32_t i = 0; i < commit.clear_count; i++) whole = whole && clear[i];
    for (uint32_t i = 0; i < commit.move_count; i++) {
        move[i].below = log_read_text(in);
        move[i].target = log_read_text(in);
        whole = whole && move[i].below && move[i].target;
    }
    commit.moves = move;
    return !whole || carry_out(arena, &staging, &commit, err);
}

/* ---- opening ---- */

static bool apply(void *owner, const struct log_record *record, struct error *err) {
    struct catalog *c = owner;
    struct log_reader in = {.record = record};
    const char *what = log_read_text(&in);
    if (!what) return true;
    if (strcmp(what, "database") == 0) return read_entry(c, &in, ENTRY_DATABASE, err);
    if (strcmp(what, "table") == 0) return read_entry(c, &in, ENTRY_TABLE, err);
    if (strcmp(what, "function") == 0) return read_entry(c, &in, ENTRY_FUNCTION, err);
    if (strcmp(what, "partitions") == 0) return read_partitions(c, &in, false, err);
    if (strcmp(what, "drop_partitions") == 0) return read_partitions(c, &in, true, err);
    if (strcmp(what, "commit") == 0) return read_commit(&in, err);
    const char *first = log_read_text(&in), *second = log_read_text(&in);
    if (strcmp(what, "drop_table") == 0 && first && second) unlink_entry(c, ENTRY_TABLE, first, second);
    if (strcmp(what, "drop_function") == 0 && first && second) unlink_entry(c, ENTRY_FUNCTION, first, second);
    if (strcmp(what, "drop_database") == 0 && first) unlink_entry(c, ENTRY_DATABASE, first, NULL);
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
    struct catalog_table t = *table;
    reserve(c);
    keep_partitions(c, &t);
    return put(c, table_entry(c, &t), err);
}

static bool change_partitions(struct catalog *c, const char *database, const char *name,
                              const struct catalog_partition *parts, uint32_t count, bool drop, struct error *err) {
    const struct catalog_table *t = catalog_find_table(c, database, name);
    if (!t || !count) return true;
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct log_record record = {.arena = &scratch};
    log_record_add(&record, drop ? "drop_partitions" : "partitions");
    log_record_add(&record, database);
    log_record_add(&record, name);
    write_partition_list(&record, parts, count, t->partition_count);
    bool good = append(c, &record, err);
    arena_release(&scratch);
    if (good) link_partitions(c, t, parts, count, drop);
    return good;
}

bool catalog_put_partitions(struct catalog *c, const char *database, const char *name,
                            const struct catalog_partition *parts, uint32_t count, struct error *err) {
    return change_partitions(c, database, name, parts, count, false, err);
}

bool catalog_drop_partitions(struct catalog *c, const char *database, const char *name,
                             const struct catalog_partition *parts, uint32_t count, struct error *err) {
    return change_partitions(c, database, name, parts, count, true, err);
}

void catalog_touch(struct catalog *c, const char *database, const char *name) {
    bool found;
    uint32_t at = place(c, ENTRY_TABLE, database, name, &found);
    if (found) c->entries[at]->table.version = ++c->versions;
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

/* Where a partition's folder is after its table's has moved. */
static const char *moved(struct arena *arena, const char *path, const char *from, const char *to) {
    size_t size = strlen(from);
    bool below = strncmp(path, from, size) == 0 && path[size] == '/';
    return below ? arena_printf(arena, "%s%s", to, path + size) : path;
}

bool catalog_rename_table(struct catalog *c, const char *database, const char *name, const char *new_name,
                          struct error *err) {
    const struct catalog_table *old = catalog_find_table(c, database, name);
    if (!old) return error_internal(err, "the table to be renamed is not there");
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct catalog_table *t = catalog_copy_table(&scratch, old);
    const char *from = t->location;
    t->name = new_name;
    if (t->kind == CATALOG_MANAGED) {
        const char *to = catalog_table_location(c, &scratch, database, new_name);
        if (rename(from, to) == 0) t->location = to;
    }
    struct catalog_partition *parts = ARENA_ARRAY(&scratch, struct catalog_partition, t->part_count);
    for (uint32_t i = 0; i < t->part_count; i++) {
        parts[i] = t->parts[i];
        if (t->location != from) parts[i].location = moved(&scratch, parts[i].location, from, t->location);
    }
    bool good = catalog_put_table(c, t, err) &&
                catalog_put_partitions(c, database, new_name, parts, t->part_count, err) &&
                catalog_drop_table(c, database, name, err);
    arena_release(&scratch);
    return good;
}

/* ---- writing ---- */

bool catalog_stage(struct catalog *c, struct arena *arena, const char *target, struct staging *staging,
                   struct error *err) {
    struct stat status;
    staging->target = arena_strdup(arena, target);
    staging->made_target = lstat(target, &status) != 0;
    staging->folder = arena_printf(arena, "%s/" STAGING_PREFIX "%d-%llu", target, (int)getpid(),
                                   (unsigned long long)c->next_staging++);
    return folder_make(staging->folder, err);
}

bool catalog_commit(struct catalog *c, const struct staging *staging, const struct commit *commit, struct error *err) {
    struct arena scratch;
    arena_init(&scratch, c->account);
    struct log_record record = {.arena = &scratch};
    log_record_add(&record, "commit");
    log_record_add(&record, staging->folder);
    log_record_add(&record, staging->target);
    log_record_add_number(&record, commit->clear_count);
    for (uint32_t i = 0; i < commit->clear_count; i++) log_record_add(&record, commit->clear[i]);
    log_record_add_number(&record, commit->move_count);
    for (uint32_t i = 0; i < commit->move_count; i++) {
        log_record_add(&record, commit->moves[i].below);
        log_record_add(&record, commit->moves[i].target);
    }
    bool good = append(c, &record, err) && carry_out(&scratch, staging, commit, err);
    arena_release(&scratch);
    return good;
}

void catalog_abandon(const struct staging *staging) {
    folder_remove(staging->folder);
    if (staging->made_target) rmdir(staging->target); /* unless somebody else has come in between */
}
