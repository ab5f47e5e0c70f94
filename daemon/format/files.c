/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding files: paths, globs, folders. Folders named column=value give partition columns, as Hive and Spark lay
 * them out; names that begin with _ or . are hidden, but for column=value folders.
 *
 * Listing is sorted by path, so that a scan's order does not depend on the file system.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/datetime.h"
#include "base/timezone.h"
#include "column/cast.h"
#include "format/format_int.h"

enum { MAX_FOLDER_DEPTH = 64 };

static const char null_partition[] = "__HIVE_DEFAULT_PARTITION__";

/* The partition columns of a folder with files in it, and the first such folder. */
struct shape {
    const char **names;
    uint32_t count;
    const char *folder;
};

struct finder {
    struct arena *arena;
    struct found_files *found;
    bool recursive;           /* recursiveFileLookup: no partition columns */
    const char *name_filter;  /* pathGlobFilter, or NULL */
    int64_t after, before;    /* modifiedAfter, modifiedBefore: files of between, both left out */
    LIST(const char *) names; /* partition columns of the folder at hand */
    LIST(const char *) values;
    LIST(struct shape) shapes;
    LIST(uint32_t) shape_of; /* per file */
};

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* %XX in names of partition folders. */
static const char *unescape(struct arena *arena, const char *text, size_t size) {
    char *out = arena_bytes(arena, size + 1);
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '%' && i + 2 < size && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            out[n++] = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out[n++] = text[i];
        }
    }
    out[n] = '\0';
    return out;
}

/* Where an alternative of {a,b{c,d}} ends that begins at p: at a comma, at the closing brace, or at the text's end. */
static const char *alternative_end(const char *p) {
    for (int depth = 0; *p; p++) {
        if (depth == 0 && (*p == ',' || *p == '}')) break;
        depth += (*p == '{') - (*p == '}');
    }
    return p;
}

/* Alternatives are tried one after the other; a brace that nothing closes stands for itself. */
static bool matches(struct arena *arena, const char *pattern, const char *name) {
    const char *open = strchr(pattern, '{'), *close = open;
    while (close && *close != '}') close = *close ? alternative_end(close + 1) : NULL;
    if (!close) return fnmatch(pattern, name, 0) == 0;
    for (const char *from = open + 1, *to; from <= close; from = to + 1) {
        to = alternative_end(from);
        const char *one =
            arena_printf(arena, "%.*s%.*s%s", (int)(open - pattern), pattern, (int)(to - from), from, close + 1);
        if (matches(arena, one, name)) return true;
    }
    return false;
}

static bool is_hidden(const char *name) {
    return name[0] == '.' || (name[0] == '_' && !strchr(name, '='));
}

static uint32_t find_shape(struct finder *f, const char *path) {
    for (uint32_t i = f->shapes.count; i-- > 0;) {
        bool same = f->shapes.items[i].count == f->names.count;
        for (uint32_t k = 0; same && k < f->names.count; k++)
            same = strcasecmp(f->shapes.items[i].names[k], f->names.items[k]) == 0;
        if (same) return i;
    }
    const char *slash = strrchr(path, '/');
    struct shape shape = {.names = arena_copy(f->arena, f->names.items, f->names.count * sizeof *shape.names),
                          .count = f->names.count,
                          .folder = arena_strndup(f->arena, path, slash ? (size_t)(slash - path) : 0)};
    LIST_PUSH(f->arena, &f->shapes, shape);
    return f->shapes.count - 1;
}

static bool add_file(struct finder *f, const char *path, const struct stat *st, struct error *err) {
    struct found_files *found = f->found;
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    int64_t modified = st->st_mtim.tv_sec * 1000000LL + st->st_mtim.tv_nsec / 1000;
    if (is_hidden(name) || (f->name_filter && !matches(f->arena, f->name_filter, name))) return true;
    if (modified <= f->after || modified >= f->before) return true;
    struct scan_file file = {.path = arena_strdup(f->arena, path), .size = (uint64_t)st->st_size, .modified = modified};
    const char **texts = arena_copy(f->arena, f->values.items, f->values.count * sizeof *texts);
    LIST_PUSH(f->arena, &found->files, file);
    LIST_PUSH(f->arena, &found->partition_texts, texts);
    LIST_PUSH(f->arena, &f->shape_of, find_shape(f, path));
    return true;
}

static const char *join(struct arena *arena, const char *text, const char *separator, const char *more) {
    return *text ? arena_printf(arena, "%s%s%s", text, separator, more) : more;
}

static bool conflict(const struct finder *f, struct error *err) {
    const char *lists = "", *folders = "";
    uint32_t number = 0;
    for (uint32_t i = 0; i < f->shapes.count; i++) {
        const struct shape *shape = &f->shapes.items[i];
        const char *names = "";
        if (!shape->count) continue;
        for (uint32_t k = 0; k < shape->count; k++) names = join(f->arena, names, ", ", shape->names[k]);
        lists = arena_printf(f->arena, "%s\n\tPartition column name list #%u: %s", lists, number++, names);
        folders = arena_printf(f->arena, "%s\n\tfile:%s", folders, shape->folder);
    }
    return error_set(err, "CONFLICTING_PARTITION_COLUMN_NAMES", "distinctPartColLists",
                     arena_printf(f->arena, "%s\n", lists), "suspiciousPaths", folders, NULL);
}

/* Where there are partitions, files beside their folders do not count. */
static bool take_partition_names(struct finder *f, struct error *err) {
    struct found_files *found = f->found;
    uint32_t shape = UINT32_MAX, kept = 0;
    for (uint32_t i = 0; i < f->shapes.count; i++) {
        if (!f->shapes.items[i].count) continue;
        if (shape != UINT32_MAX) return conflict(f, err);
        shape = i;
    }
    if (shape == UINT32_MAX) return true;
    for (uint32_t i = 0; i < f->shapes.items[shape].count; i++)
        LIST_PUSH(f->arena, &found->partition_names, f->shapes.items[shape].names[i]);
    for (uint32_t i = 0; i < found->files.count; i++) {
        if (f->shape_of.items[i] != shape) continue;
        found->files.items[kept] = found->files.items[i];
        found->partition_texts.items[kept++] = found->partition_texts.items[i];
    }
    found->files.count = found->partition_texts.count = kept;
    return true;
}

static bool add_path(struct finder *f, const char *path, int depth, struct error *err);

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void close_folder(void *folder) {
    closedir(folder);
}

static bool add_folder(struct finder *f, const char *path, int depth, struct error *err) {
    if (depth > MAX_FOLDER_DEPTH) return error_unsupported(err, "a folder nested deeper than %d", MAX_FOLDER_DEPTH);
    DIR *dir = opendir(path);
    if (!dir) {
        error_set(err, "FAILED_READ_FILE.NO_HINT", "path", path, NULL);
        return error_set_cause(err, strerror(errno));
    }
    struct arena *opened = arena_scratch(f->arena);
    arena_defer(opened, close_folder, dir);
    LIST(const char *) names = {0};
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!is_hidden(entry->d_name)) LIST_PUSH(f->arena, &names, arena_strdup(f->arena, entry->d_name));
    }
    arena_release(opened);
    if (names.count) qsort(names.items, names.count, sizeof *names.items, by_name);
    for (uint32_t i = 0; i < names.count; i++) {
        const char *name = names.items[i], *equals = strchr(name, '=');
        const char *child = arena_printf(f->arena, "%s/%s", path, name);
        struct stat st;
        if (stat(child, &st) != 0) continue;
        if (!S_ISDIR(st.st_mode)) {
            TRY(add_file(f, child, &st, err));
        } else if (f->recursive || !equals) {
            if (f->recursive) TRY(add_path(f, child, depth + 1, err));
        } else {
            const char *value = unescape(f->arena, equals + 1, strlen(equals + 1));
            const char *column = unescape(f->arena, name, (size_t)(equals - name));
            LIST_PUSH(f->arena, &f->names, column);
            LIST_PUSH(f->arena, &f->values, strcmp(value, null_partition) == 0 ? NULL : value);
            TRY(add_path(f, child, depth + 1, err));
            f->names.count--;
            f->values.count--;
        }
    }
    return true;
}

static bool not_found(const struct finder *f, const char *path, struct error *err) {
    char absolute[PATH_MAX];
    const char *shown = path;
    if (path[0] != '/' && getcwd(absolute, sizeof absolute)) shown = arena_printf(f->arena, "%s/%s", absolute, path);
    return error_set(err, "PATH_NOT_FOUND", "path", arena_printf(f->arena, "file:%s", shown), NULL);
}

static bool add_path(struct finder *f, const char *path, int depth, struct error *err) {
    struct stat st;
    if (stat(path, &st) != 0) return not_found(f, path, err);
    return S_ISDIR(st.st_mode) ? add_folder(f, path, depth, err) : add_file(f, path, &st, err);
}

static void free_glob(void *matches) {
    globfree(matches);
}

static bool add_pattern(struct finder *f, const char *pattern, struct error *err) {
    glob_t *matches = ARENA_NEW(f->arena, glob_t);
    int status = glob(pattern, GLOB_BRACE, NULL, matches);
    if (status == GLOB_NOMATCH) return not_found(f, pattern, err);
    if (status != 0) return error_internal(err, "the pattern %s can't be expanded", pattern);
    arena_defer(f->arena, free_glob, matches);
    for (size_t i = 0; i < matches->gl_pathc; i++) TRY(add_path(f, matches->gl_pathv[i], 0, err));
    return true;
}

/* file:/a, file:///a, /a, a -> a path; other schemes are refused. */
static const char *local_path(const char *path, struct error *err) {
    if (strncmp(path, "file://", 7) == 0) return path + 7;
    if (strncmp(path, "file:", 5) == 0) return path + 5;
    const char *colon = strstr(path, "://");
    if (!colon) return path;
    error_unsupported(err, "the file system of %s", path);
    return NULL;
}

/* basePath: folders between it and a path give partition columns, too. */
static void add_base(struct finder *f, const char *base, const char *path) {
    const char *given = strncmp(base, "file://", 7) == 0 ? base + 7 : strncmp(base, "file:", 5) == 0 ? base + 5 : base;
    size_t size = strlen(given);
    while (size > 1 && given[size - 1] == '/') size--;
    f->names.count = f->values.count = 0;
    if (strncmp(path, given, size) != 0 || path[size] != '/') return;
    for (const char *p = path + size + 1, *end; *p; p = *end ? end + 1 : end) {
        end = p + strcspn(p, "/");
        const char *equals = memchr(p, '=', (size_t)(end - p));
        if (!equals) continue;
        const char *value = unescape(f->arena, equals + 1, (size_t)(end - equals - 1));
        LIST_PUSH(f->arena, &f->names, unescape(f->arena, p, (size_t)(equals - p)));
        LIST_PUSH(f->arena, &f->values, strcmp(value, null_partition) == 0 ? NULL : value);
    }
}

static bool read_time(const struct context *context, const struct u_option *options, uint32_t option_count,
                      const char *name, int64_t otherwise, int64_t *out, struct error *err) {
    const char *text = option_get(options, option_count, name);
    const char *zone_name = option_get(options, option_count, "timeZone");
    const struct timezone *zone =
        zone_name ? timezone_find(context->zones, zone_name, strlen(zone_name)) : context->zone;
    const struct datetime_frame frame = {zone ? zone : context->zone, context->zones, context->now};
    *out = otherwise;
    if (!text || timestamp_parse(text, strlen(text), &frame, out)) return true;
    return error_set(err, "_LEGACY_ERROR_TEMP_1294", "strategy", name, "timeString", text, NULL);
}

/* What the options say of which files are looked at. */
static bool read_filters(struct finder *f, const struct context *context, const struct u_option *options,
                         uint32_t option_count, struct error *err) {
    f->name_filter = option_get(options, option_count, "pathGlobFilter");
    return read_time(context, options, option_count, "modifiedAfter", INT64_MIN, &f->after, err) &&
           read_time(context, options, option_count, "modifiedBefore", INT64_MAX, &f->before, err);
}

bool files_find(struct arena *arena, const struct context *context, const char *const *paths, uint32_t path_count,
                const struct u_option *options, uint32_t option_count, struct found_files *found, struct error *err) {
    struct finder f = {.arena = arena, .found = found};
    f.recursive = option_flag(options, option_count, "recursiveFileLookup", false);
    TRY(read_filters(&f, context, options, option_count, err));
    for (uint32_t i = 0; i < path_count; i++) {
        const char *given = local_path(paths[i], err);
        if (!given) return false;
        char *path = arena_strdup(arena, *given ? given : ".");
        for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--) path[n - 1] = '\0';
        const char *base = option_get(options, option_count, "basePath");
        if (base) add_base(&f, base, path);
        bool pattern = strpbrk(path, "*?[{") != NULL && access(path, F_OK) != 0;
        TRY(pattern ? add_pattern(&f, path, err) : add_path(&f, path, 0, err));
    }
    return take_partition_names(&f, err);
}

bool files_of_partitions(struct arena *arena, const struct context *context, const struct scan_partitions *partitions,
                         const struct u_option *options, uint32_t option_count, struct found_files *found,
                         struct error *err) {
    struct finder f = {.arena = arena, .found = found};
    TRY(read_filters(&f, context, options, option_count, err));
    for (uint32_t k = 0; k < partitions->column_count; k++) {
        LIST_PUSH(arena, &f.names, partitions->columns[k]);
        LIST_PUSH(arena, &f.values, NULL);
        LIST_PUSH(arena, &found->partition_names, partitions->columns[k]);
    }
    for (uint32_t i = 0; i < partitions->count; i++) {
        const struct scan_partition *p = &partitions->items[i];
        for (uint32_t k = 0; k < partitions->column_count; k++) f.values.items[k] = p->values[k];
        if (access(p->path, F_OK) == 0) TRY(add_path(&f, p->path, 0, err));
    }
    return true;
}

static bool casts(struct arena *arena, const struct context *context, const char *text, const struct type *to,
                  struct vector *out) {
    struct string s = string_of(text);
    struct vector *in = vector_new(arena, TYPE_OF(STRING), 1);
    in->form = VECTOR_CONSTANT;
    *VECTOR_DATA(in, struct string) = s;
    struct cast cast = {.from = TYPE_OF(STRING), .to = to, .mode = CAST_TRY, .zone = context->zone};
    struct error ignored = ERROR_INIT;
    bool good = vector_cast(arena, &cast, in, 1, out, &ignored) && !vector_is_null(out, 0);
    error_release(&ignored);
    return good;
}

/* The first of these that every value of the column can be cast to; a date must look like one. */
static const struct type *infer_partition(struct arena *arena, const struct context *context,
                                          const struct found_files *found, uint32_t column) {
    const struct type *const candidates[] = {TYPE_OF(INT), TYPE_OF(LONG), TYPE_OF(DOUBLE), TYPE_OF(DATE),
                                             TYPE_OF(TIMESTAMP)};
    if (!context_flag(context, "spark.sql.sources.partitionColumnTypeInference.enabled", true)) return TYPE_OF(STRING);
    for (size_t c = 0; c < sizeof candidates / sizeof *candidates; c++) {
        bool all = true, any = false;
        for (uint32_t i = 0; i < found->files.count && all; i++) {
            const char *text = found->partition_texts.items[i][column];
            if (!text) continue;
            struct vector value;
            any = true;
            all = casts(arena, context, text, candidates[c], &value);
            if (candidates[c]->kind == TYPE_DATE) all = all && strlen(text) == 10;
        }
        if (all && any) return candidates[c];
    }
    return TYPE_OF(STRING);
}

bool files_type_partitions(struct arena *arena, const struct context *context, struct found_files *found,
                           const struct type *user_schema, struct field *fields, struct error *err) {
    uint32_t columns = found->partition_names.count;
    for (uint32_t c = 0; c < columns; c++) {
        const struct field *told = NULL;
        for (uint32_t i = 0; user_schema && i < user_schema->field_count; i++)
            if (strcasecmp(user_schema->fields[i].name, found->partition_names.items[c]) == 0)
                told = &user_schema->fields[i];
        fields[c] = (struct field){.name = told ? told->name : found->partition_names.items[c],
                                   .type = told ? told->type : infer_partition(arena, context, found, c),
                                   .nullable = true,
                                   .metadata = told ? told->metadata : NULL};
    }
    for (uint32_t i = 0; i < found->files.count; i++) {
        struct vector *values = ARENA_ARRAY(arena, struct vector, columns);
        for (uint32_t c = 0; c < columns; c++) {
            const char *text = found->partition_texts.items[i][c];
            if (!text || !casts(arena, context, text, fields[c].type, &values[c])) {
                if (text)
                    return error_set(err, "INVALID_PARTITION_VALUE", "value", text, "dataType",
                                     arena_printf(arena, "\"%s\"", type_sql(arena, fields[c].type)), "columnName",
                                     fields[c].name, NULL);
                vector_init_null(&values[c], arena, fields[c].type);
            }
            values[c].form = VECTOR_CONSTANT;
        }
        found->files.items[i].partition_values = values;
    }
    return true;
}
