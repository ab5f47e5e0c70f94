/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an expression may know of the world around it: the session's settings that act on values, the clock, and
 * names. The session fills one per query; it does not change while the query runs.
 */
#ifndef ROOST_EXPR_CONTEXT_H
#define ROOST_EXPR_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

struct timezone; /* base/timezone.h */
struct timezone_cache;

struct context {
    bool ansi;                    /* spark.sql.ansi.enabled */
    bool case_sensitive;          /* spark.sql.caseSensitive */
    bool timestamp_ntz_default;   /* spark.sql.timestampType = TIMESTAMP_NTZ */
    bool legacy_time_parser;      /* spark.sql.legacy.timeParserPolicy = LEGACY */
    bool corrected_time_parser;   /* ... = CORRECTED; neither: EXCEPTION */
    bool map_key_last_wins;       /* spark.sql.mapKeyDedupPolicy = LAST_WIN */
    const struct timezone *zone;  /* spark.sql.session.timeZone */
    struct timezone_cache *zones; /* of the session: for zones that values name */
    int64_t now;                  /* microseconds: current_timestamp(), fixed per query */
    uint64_t seed;                /* for rand() without a seed */
    const char *user;
    const char *catalog;
    const char *database;
    const char *zone_name;
    const char *version; /* what version() answers */
    const char *session_id;
    /* Any other setting by its Spark name; its default when unset; NULL when Spark knows none such. */
    const char *(*setting)(const struct context *context, const char *name);
    void *owner; /* for setting() */
};

/* For pattern_compile(): the year that it is under timeParserPolicy LEGACY, else 0. */
int32_t context_legacy_year(const struct context *context);
/* A setting as it is written; NULL when it is unset. */
const char *context_text(const struct context *context, const char *name);
/* As a boolean; `otherwise` when it is unset. */
bool context_flag(const struct context *context, const char *name, bool otherwise);
/* As a number of bytes (64m, 1g, 128MB, 100000) or of anything else; `otherwise` when it is unset. */
uint64_t context_bytes(const struct context *context, const char *name, uint64_t otherwise);

#endif
