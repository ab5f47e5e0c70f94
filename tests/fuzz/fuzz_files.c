/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of every format, read: the first byte says which format gets the rest as a file. Inputs to begin with are what
 * the engine itself writes, not compressed where the format allows it, so that mutations reach what is inside.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bytes.h"
#include "tests/fuzz/engine.h"
#include "tests/fuzz/fuzz.h"

static const struct {
    const char *format, *codec, *extension;
} kinds[] = {{"orc", "none", ".orc"},
             {"orc", "zlib", ".orc"},
             {"orc", "snappy", ".orc"},
             {"orc", "zstd", ".orc"},
             {"parquet", "none", ".parquet"},
             {"parquet", "snappy", ".parquet"},
             {"csv", "gzip", ".csv.gz"},
             {"csv", "bzip2", ".csv.bz2"},
             {"json", "snappy", ".json.snappy"},
             {"json", "lz4", ".json.lz4"},
             {"json", "deflate", ".json.deflate"}};
enum { KINDS = sizeof kinds / sizeof *kinds, PATH_ROOM = 512 };

static const char *const columns =
    "id, IF(id % 7 = 0, NULL, id * id) AS l, CAST(id % 100 AS TINYINT) AS y, id % 3 = 0 AS b, CAST(id AS STRING) AS s, "
    "CAST(id AS DOUBLE) / 7 AS d, CAST(id AS DECIMAL(12, 2)) AS c, CAST(id AS DECIMAL(30, 4)) AS w, "
    "date_add(DATE'1500-01-01', CAST(id AS INT) * 999) AS t, timestamp_micros(id * 1000003 - 5) AS m";
static const char *const nested =
    ", IF(id % 5 = 0, NULL, transform(sequence(0, CAST(id % 4 AS INT)), x -> IF(x = 2, NULL, x * id))) AS a, "
    "map('k', id, CAST(id AS STRING), NULL) AS p, IF(id % 6 = 0, NULL, named_struct('x', id, 'z', "
    "array(named_struct('q', id % 2 = 0)))) AS r";

static char folder[] = "/tmp/roost-fuzz-file-XXXXXX";

static void remove_folder(void) {
    rmdir(folder);
}

static void make_folder(void) {
    static bool there;
    if (there) return;
    there = true;
    if (!mkdtemp(folder)) abort();
    atexit(remove_folder);
}

static void run_sql(const char *text) {
    struct bytes plan = {0};
    size_t root = pb_begin(&plan, 1), relation = pb_begin(&plan, 10);
    pb_bytes(&plan, 1, (const uint8_t *)text, strlen(text));
    pb_end(&plan, relation);
    pb_end(&plan, root);
    fuzz_engine_query(plan.data, plan.size);
    bytes_release(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[PATH_ROOM], text[PATH_ROOM + 64];
    if (size == 0) return 0;
    make_folder();
    snprintf(path, sizeof path, "%s/x%s", folder, kinds[data[0] % KINDS].extension);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data + 1, 1, size - 1, file) != size - 1 || fclose(file) != 0) abort();
    snprintf(text, sizeof text, "SELECT * FROM %s.`%s`", kinds[data[0] % KINDS].format, path);
    run_sql(text);
    remove(path);
    return 0;
}

/* The one file that a query has left in the folder; it goes. */
static size_t take_file(const char *path, uint8_t *out, size_t room) {
    size_t size = 0;
    DIR *written = opendir(path);
    for (struct dirent *e; written && (e = readdir(written));) {
        char name[PATH_ROOM + 256];
        if (e->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        FILE *file = e->d_name[0] == 'p' ? fopen(name, "rb") : NULL;
        if (file) size = fread(out, 1, room, file);
        if (file) fclose(file);
        remove(name);
    }
    if (written) closedir(written);
    rmdir(path);
    return size;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    char path[PATH_ROOM], text[4096];
    if (n >= KINDS) return 0;
    make_folder();
    snprintf(path, sizeof path, "%s/seed", folder);
    snprintf(text, sizeof text,
             "INSERT OVERWRITE DIRECTORY '%s' USING %s OPTIONS (compression '%s') SELECT %s%s FROM range(0, 60, 1, 1)",
             path, kinds[n].format, kinds[n].codec, columns, strcmp(kinds[n].format, "csv") == 0 ? "" : nested);
    run_sql(text);
    out[0] = (uint8_t)n;
    size_t size = take_file(path, out + 1, room - 1);
    return size ? size + 1 : 0;
}
