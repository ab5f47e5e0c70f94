/* SPDX-License-Identifier: Apache-2.0 */
/* The catalog: what is in the log is there again, whatever cuts it short. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "unit.h"

struct place {
    char root[64];
    struct memory_account account;
    struct error err;
};

static void place_init(struct place *p) {
    *p = (struct place){.root = "/tmp/roost-test-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(p->root));
    memory_account_init(&p->account, NULL, "test", 0);
}

static void place_release(struct place *p) {
    ck_assert(!error_is_set(&p->err));
    folder_remove(p->root);
    ck_assert_uint_eq(p->account.used, 0);
}

static void make_table(struct place *p, struct catalog *c, const char *name) {
    static const struct field fields[] = {{.name = "a", .type = TYPE_OF(INT), .nullable = true}};
    static const struct type schema = {.kind = TYPE_STRUCT, .field_count = 1, .fields = fields};
    char location[128];
    snprintf(location, sizeof location, "%s/%s", p->root, name);
    struct catalog_table t = {.database = "default",
                              .name = name,
                              .schema = &schema,
                              .format = "parquet",
                              .location = location,
                              .comment = "a table"};
    ck_assert(catalog_put_table(c, &t, &p->err));
}

static void write_file(const char *folder, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

static bool exists(const char *folder, const char *name) {
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &status) == 0;
}

START_TEST(what_was_made_is_there_again) {
    struct place p;
    place_init(&p);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    make_table(&p, c, "one");
    make_table(&p, c, "two");
    ck_assert(catalog_drop_table(c, "default", "one", &p.err));
    struct catalog_database d = {.name = "shop", .location = "/nowhere"};
    ck_assert(catalog_put_database(c, &d, &p.err));
    catalog_free(c);
    c = catalog_open(&p.account, p.root, &p.err);
    ck_assert_ptr_null(catalog_find_table(c, "default", "one"));
    const struct catalog_table *t = catalog_find_table(c, "default", "two");
    ck_assert_ptr_nonnull(t);
    ck_assert_str_eq(t->comment, "a table");
    ck_assert_int_eq(t->schema->fields[0].type->kind, TYPE_INT);
    ck_assert_str_eq(catalog_database_at(c, 1)->name, "shop");
    catalog_free(c);
    place_release(&p);
}
END_TEST

static void make_function(struct place *p, struct catalog *c, const char *name) {
    static const struct catalog_property properties[] = {{"sqlFunction.isTableFunc", "false"}};
    struct catalog_function f = {.database = "default",
                                 .name = name,
                                 .text = "CREATE FUNCTION f(x INT) RETURN x",
                                 .returns = TYPE_OF(INT),
                                 .created = 7,
                                 .property_count = 1,
                                 .properties = properties};
    ck_assert(catalog_put_function(c, &f, &p->err));
}

START_TEST(functions_are_there_again_and_beside_tables) {
    struct place p;
    place_init(&p);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    make_function(&p, c, "one");
    make_table(&p, c, "one"); /* a name of its own */
    make_function(&p, c, "two");
    make_function(&p, c, "two");
    ck_assert(catalog_drop_table(c, "default", "one", &p.err));
    catalog_free(c);
    c = catalog_open(&p.account, p.root, &p.err);
    const struct catalog_function *f = catalog_find_function(c, "default", "one");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->text, "CREATE FUNCTION f(x INT) RETURN x");
    ck_assert_int_eq(f->returns->kind, TYPE_INT);
    ck_assert_int_eq(f->created, 7);
    ck_assert_str_eq(f->properties[0].value, "false");
    ck_assert_str_eq(catalog_function_at(c, "default", 1)->name, "two");
    ck_assert_ptr_null(catalog_function_at(c, "default", 2));
    ck_assert(catalog_drop_function(c, "default", "two", &p.err));
    ck_assert_ptr_null(catalog_find_function(c, "default", "two"));
    catalog_free(c);
    place_release(&p);
}
END_TEST

START_TEST(nothing_is_written_before_the_first_change) {
    struct place p;
    place_init(&p);
    char root[128];
    snprintf(root, sizeof root, "%s/later", p.root);
    struct catalog *c = catalog_open(&p.account, root, &p.err);
    ck_assert_str_eq(catalog_database_at(c, 0)->name, "default");
    catalog_free(c);
    ck_assert(!exists(p.root, "later"));
    place_release(&p);
}
END_TEST

START_TEST(a_log_cut_anywhere_gives_the_records_before_the_cut) {
    struct place p;
    char log[128];
    place_init(&p);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    make_table(&p, c, "one");
    snprintf(log, sizeof log, "%s/_roost_catalog", p.root);
    struct stat first, both;
    ck_assert_int_eq(stat(log, &first), 0);
    make_table(&p, c, "two");
    ck_assert_int_eq(stat(log, &both), 0);
    catalog_free(c);
    for (off_t size = both.st_size - 1; size >= 0; size--) {
        ck_assert_int_eq(truncate(log, size), 0);
        c = catalog_open(&p.account, p.root, &p.err);
        ck_assert_ptr_nonnull(c);
        ck_assert((catalog_find_table(c, "default", "one") != NULL) == (size >= first.st_size));
        ck_assert_ptr_null(catalog_find_table(c, "default", "two"));
        catalog_free(c);
    }
    place_release(&p);
}
END_TEST

START_TEST(a_commit_replaces_or_adds) {
    struct place p;
    char target[128];
    place_init(&p);
    struct arena arena;
    arena_init(&arena, &p.account);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    snprintf(target, sizeof target, "%s/t", p.root);
    struct staging staging;
    for (int round = 0; round < 3; round++) {
        char name[24];
        snprintf(name, sizeof name, "part-%d", round);
        ck_assert(catalog_stage(c, &arena, target, &staging, &p.err));
        write_file(staging.folder, name);
        ck_assert(!exists(target, name));
        const struct commit commit = {.clear_count = round == 2, .clear = (const char *const[]){target}};
        ck_assert(catalog_commit(c, &staging, &commit, &p.err));
        ck_assert(exists(target, name));
    }
    ck_assert(!exists(target, "part-0") && !exists(target, "part-1"));
    ck_assert(catalog_stage(c, &arena, target, &staging, &p.err));
    catalog_abandon(&staging);
    ck_assert_int_ne(access(staging.folder, F_OK), 0);
    catalog_free(c);
    arena_release(&arena);
    place_release(&p);
}
END_TEST

/* The record is there, the files were not moved, or only some: opening completes it, and again changes nothing. */
START_TEST(a_commit_that_was_cut_short_is_completed) {
    struct place p;
    char target[128], moving[256];
    place_init(&p);
    struct arena arena;
    arena_init(&arena, &p.account);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    snprintf(target, sizeof target, "%s/t", p.root);
    struct staging staging;
    ck_assert(catalog_stage(c, &arena, target, &staging, &p.err));
    const struct commit commit = {.clear_count = 1, .clear = (const char *const[]){target}};
    ck_assert(catalog_commit(c, &staging, &commit, &p.err));
    snprintf(moving, sizeof moving, "%s-moving", staging.folder);
    ck_assert_int_eq(mkdir(moving, 0700), 0); /* as if it had stopped between two files */
    write_file(moving, "part-1");
    write_file(target, "part-0");
    catalog_free(c);
    for (int i = 0; i < 2; i++) {
        c = catalog_open(&p.account, p.root, &p.err);
        ck_assert(exists(target, "part-0") && exists(target, "part-1"));
        catalog_free(c);
    }
    arena_release(&arena);
    place_release(&p);
}
END_TEST

/* Partitions come and go one by one, outlive a new definition of their table, and go with it. */
START_TEST(partitions_are_kept_beside_their_table) {
    static const char *const columns[] = {"a"};
    static const struct catalog_property counted[] = {{"rows", "3"}};
    struct place p;
    place_init(&p);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    make_table(&p, c, "t");
    struct catalog_table t = *catalog_find_table(c, "default", "t");
    t.partition_count = 1;
    t.partitions = columns;
    ck_assert(catalog_put_table(c, &t, &p.err));
    const char *values[][1] = {{"b"}, {NULL}, {"a"}};
    struct catalog_partition parts[3];
    for (int i = 0; i < 3; i++) parts[i] = (struct catalog_partition){.values = values[i], .location = "/x"};
    ck_assert(catalog_put_partitions(c, "default", "t", parts, 3, &p.err));
    parts[2].parameter_count = 1;
    parts[2].parameters = counted;
    ck_assert(catalog_put_partitions(c, "default", "t", &parts[2], 1, &p.err));
    ck_assert(catalog_drop_partitions(c, "default", "t", &parts[0], 1, &p.err));
    uint64_t version = catalog_find_table(c, "default", "t")->version;
    struct catalog_table again = *catalog_find_table(c, "default", "t");
    ck_assert(catalog_put_table(c, &again, &p.err));
    ck_assert_uint_gt(catalog_find_table(c, "default", "t")->version, version);
    for (int i = 0; i < 2; i++) { /* as it is, and read again */
        const struct catalog_table *found = catalog_find_table(c, "default", "t");
        ck_assert_uint_eq(found->part_count, 2);
        ck_assert_ptr_null(found->parts[0].values[0]);
        const struct catalog_partition *a = catalog_find_partition(found, values[2]);
        ck_assert_ptr_nonnull(a);
        ck_assert_str_eq(a->parameters[0].value, "3");
        ck_assert_ptr_null(catalog_find_partition(found, values[0]));
        catalog_free(c);
        c = catalog_open(&p.account, p.root, &p.err);
    }
    ck_assert(catalog_rename_table(c, "default", "t", "u", &p.err));
    ck_assert_uint_eq(catalog_find_table(c, "default", "u")->part_count, 2);
    ck_assert(catalog_drop_table(c, "default", "u", &p.err));
    make_table(&p, c, "u");
    ck_assert_uint_eq(catalog_find_table(c, "default", "u")->part_count, 0);
    catalog_free(c);
    place_release(&p);
}
END_TEST

/* What goes may be a few folders alone, and staged files may go elsewhere. */
START_TEST(a_commit_replaces_partitions) {
    struct place p;
    char target[128], path[256], elsewhere[128];
    place_init(&p);
    struct arena arena;
    arena_init(&arena, &p.account);
    struct catalog *c = catalog_open(&p.account, p.root, &p.err);
    snprintf(target, sizeof target, "%s/t", p.root);
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", p.root);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/p=%d", target, i);
        ck_assert(folder_make(path, &p.err));
        write_file(path, "old");
    }
    struct staging staging;
    ck_assert(catalog_stage(c, &arena, target, &staging, &p.err));
    for (int i = 1; i < 3; i++) {
        snprintf(path, sizeof path, "%s/p=%d", staging.folder, i);
        ck_assert(folder_make(path, &p.err));
        write_file(path, "new");
    }
    snprintf(path, sizeof path, "%s/p=1", target);
    const struct staging_move move = {"p=2", elsewhere};
    const struct commit commit = {
        .clear_count = 1, .clear = (const char *const[]){path}, .move_count = 1, .moves = &move};
    ck_assert(catalog_commit(c, &staging, &commit, &p.err));
    ck_assert(exists(target, "p=0/old") && exists(target, "p=1/new") && !exists(target, "p=1/old"));
    ck_assert(exists(target, "p=2/old") && !exists(target, "p=2/new") && exists(elsewhere, "new"));
    catalog_free(c);
    arena_release(&arena);
    place_release(&p);
}
END_TEST

UNIT_MAIN("catalog", partitions_are_kept_beside_their_table, a_commit_replaces_partitions, what_was_made_is_there_again,
          functions_are_there_again_and_beside_tables, nothing_is_written_before_the_first_change,
          a_log_cut_anywhere_gives_the_records_before_the_cut, a_commit_replaces_or_adds,
          a_commit_that_was_cut_short_is_completed)
