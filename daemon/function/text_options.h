/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of options that CSV, JSON and XML have in common, with Spark's errors. */
#ifndef ROOST_FUNCTION_TEXT_OPTIONS_H
#define ROOST_FUNCTION_TEXT_OPTIONS_H

#include <stddef.h>

#include "base/error.h"
#include "base/option.h"
#include "expr/context.h"

/* Each of the named options is true or false, as Java reads it, or not there. */
bool text_options_flags(const char *const *names, size_t name_count, const struct u_option *options, uint32_t count,
                        struct error *err);
/* As Java's parseInt takes it: the digits of any script. */
bool text_options_integer(const char *value, int32_t *out);
/* samplingRatio is a number. */
bool text_options_ratio(const struct u_option *options, uint32_t count, struct error *err);
/* Which records' types are looked at: a sample of all, as Spark draws it with the seed 1. */
struct record_sample {
    bool all;
    double ratio;
    uint64_t state;
};
bool text_options_sample(const struct u_option *options, uint32_t count, struct record_sample *sample,
                         struct error *err);
/* Whether the next record is one. */
bool record_is_sampled(struct record_sample *sample);
/* encoding and compression name what Spark knows; function: "`CSVOptions`". */
bool text_options_names(const char *function, const struct u_option *options, uint32_t count, struct error *err);
/* timeZone, or the session's. */
bool text_options_zone(const struct context *context, const struct u_option *options, uint32_t count,
                       const struct timezone **zone, struct error *err);

#endif
