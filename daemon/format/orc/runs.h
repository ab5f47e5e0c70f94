/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ORC's run lengths, read: bytes, bits, and integers in both versions of the encoding. Each reader gives the next n
 * values of its stream; behind its end they are zeros, and the file is bad.
 */
#ifndef ROOST_FORMAT_ORC_RUNS_H
#define ROOST_FORMAT_ORC_RUNS_H

#include "format/orc/bytes.h"

struct orc_byte_runs {
    struct orc_bytes *bytes;
    uint32_t left; /* of the run or the literals */
    bool repeats;
    uint8_t value;
};
struct orc_bits {
    struct orc_byte_runs bytes;
    uint8_t byte;
    uint32_t left; /* bits of it, the highest first */
};

enum { ORC_RUN_MAX = 512 };
struct orc_integers {
    struct orc_bytes *bytes;
    bool is_signed, second; /* version 2 of the encoding */
    uint32_t next, count;   /* of the run */
    uint64_t run[ORC_RUN_MAX];
};

void orc_byte_runs_read(struct orc_byte_runs *r, uint8_t *out, uint32_t n);
/* 0 or 1 each. */
void orc_bits_read(struct orc_bits *r, uint8_t *out, uint32_t n);
void orc_integers_read(struct orc_integers *r, int64_t *out, uint32_t n);

/* The widths that packed integers have. */
uint32_t orc_width_of_code(uint32_t code);

#endif
