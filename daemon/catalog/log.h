/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalog's log: records that are whole or not there.
 *
 *      0      4      8                                     a record is a list of texts; each is
 *      +------+------+--------------------------+              u32 length + 1 (0: NULL), bytes
 *      | size | crc  | texts ...                |          all little-endian; crc of the texts' bytes
 *      +------+------+--------------------------+
 *
 * A record is written with one write(2) before the change counts, so that nothing that ends the engine can undo it. It
 * is not flushed to the disk: that would keep every session waiting, for the sake of a machine that loses its power.
 * Reading stops at the first record that is cut or damaged, and what follows is cut off: it never counted.
 */
#ifndef ROOST_CATALOG_LOG_H
#define ROOST_CATALOG_LOG_H

#include "base/arena.h"
#include "base/error.h"

enum { LOG_MAX_RECORD = 16 << 20 };

struct log_record {
    struct arena *arena;
    uint32_t count, capacity;
    const char **texts; /* NULL entries are allowed */
};
void log_record_add(struct log_record *record, const char *text);
void log_record_add_number(struct log_record *record, int64_t number);
/* The next text, in order; "" for what is missing or NULL. */
struct log_reader {
    const struct log_record *record;
    uint32_t next;
};
const char *log_read_text(struct log_reader *reader); /* may be NULL */
int64_t log_read_number(struct log_reader *reader);

/* Calls apply for each whole record. True when there is no such file. */
bool log_replay(const char *path, struct arena *scratch,
                bool (*apply)(void *owner, const struct log_record *record, struct error *err), void *owner,
                struct error *err);
/* Opens for appending; makes the file when it is not there. -1 with *err. */
int log_open_append(const char *path, struct error *err);
bool log_append(int fd, const struct log_record *record, struct error *err);

#endif
