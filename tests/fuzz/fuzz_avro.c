/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Avro's container files, read as the scan of a query reads them. They have a target of their own because a session has
 * to name Spark's package before it reads any; the file to begin with has every kind of schema.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timezone.h"
#include "format/format.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY = 64 << 20, MOST_BATCHES = 100 };

static const char file[] =
    "Obj\x01\x02\x16"
    "avro.schema\xba\x0a{\"type\":\"record\",\"name\":\"r\",\"fields\""
    ":[{\"name\":\"n\",\"type\":\"null\"},{\"name\":\"b\",\"type\":\"boolea"
    "n\"},{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"s\",\"type\":\"strin"
    "g\"},{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"e\",\"symbo"
    "ls\":[\"x\",\"y\"]}},{\"name\":\"f\",\"type\":{\"type\":\"fixed\",\"nam"
    "e\":\"f\",\"size\":2}},{\"name\":\"a\",\"type\":{\"type\":\"array\",\"i"
    "tems\":\"long\"}},{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values"
    "\":\"int\"}},{\"name\":\"u\",\"type\":[\"null\",\"string\"]},{\"name\""
    ":\"w\",\"type\":[\"int\",\"long\"]},{\"name\":\"c\",\"type\":[\"int\",\""
    "string\"]},{\"name\":\"t\",\"type\":{\"type\":\"long\",\"logicalTyp"
    "e\":\"timestamp-millis\"}},{\"name\":\"d\",\"type\":{\"type\":\"byt"
    "es\",\"logicalType\":\"decimal\",\"precision\":6,\"scale\":2}},{"
    "\"name\":\"again\",\"type\":\"e\"}]}"
    "\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x04\x88\x01\x01\x7f\x06"
    "foo\x02"
    "\x01\x02\x03\x04\x06"
    "6\x00\x02\x02k\x0a\x00\x02\x02"
    "a\x00\x12\x02\x02z\xb8\x17\x06\xff\xcf\xc7\x00\x01\x7f\x06"
    "foo\x02\x01\x02\x03\x04\x06"
    "6\x00\x02\x02k\x0a\x00\x02\x02"
    "a\x00\x12\x02\x02z\xb8"
    "\x17\x06\xff\xcf\xc7\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f";

static char path[] = "/tmp/roost-fuzz-avro-XXXXXX";

static const char *setting(const struct context *context, const char *name) {
    (void)context;
    return strcmp(name, "spark.jars.packages") == 0 ? "spark-avro" : NULL;
}

static bool read_rows(void *memory, struct error *err) {
    struct arena *arena = memory, *batch_arena = arena_scratch(arena);
    struct context context = {.zone = &timezone_utc, .setting = setting};
    const char *const paths[] = {path};
    struct scan_source *source = scan_source_open(arena, &context, "avro", NULL, NULL, 0, paths, 1, err);
    TRY(source);
    uint32_t count = source->schema->field_count, *columns = ARENA_ARRAY(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) columns[i] = i;
    struct scan_request request = {.columns = columns, .column_count = count, .context = &context};
    struct scan *scan = scan_new(arena, source, &request, err);
    TRY(scan);
    for (int i = 0; i < MOST_BATCHES; i++) {
        struct batch batch;
        enum scan_status status = scan_next(scan, batch_arena, &batch, err);
        if (status == SCAN_DONE || status == SCAN_ERROR) return status == SCAN_DONE;
        arena_reset(batch_arena);
    }
    return true;
}

static void remove_file(void) {
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int fd = -1;
    if (fd < 0) {
        fd = mkstemp(path);
        if (fd < 0) abort();
        atexit(remove_file);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    struct memory_account account;
    struct arena arena;
    struct error err = ERROR_INIT;
    memory_account_init(&account, NULL, "fuzz", MEMORY);
    arena_init(&arena, &account);
    memory_guard(&account, read_rows, &arena, &err);
    error_release(&err);
    arena_release(&arena);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room) {
    if (n || sizeof file - 1 > room) return 0;
    memcpy(out, file, sizeof file - 1);
    return sizeof file - 1;
}
