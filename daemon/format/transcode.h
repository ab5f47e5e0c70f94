/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text files in other encodings than UTF-8: bytes go through a converter piece by piece. Bytes that are none of the
 * encoding's become U+FFFD, characters that it lacks a question mark, as in Java.
 */
#ifndef ROOST_FORMAT_TRANSCODE_H
#define ROOST_FORMAT_TRANSCODE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/option.h"

struct transcoder;

/* What the options `encoding` and `charset` say; NULL: UTF-8. */
const char *transcode_encoding(const struct u_option *options, uint32_t option_count);
/* To UTF-8 from the encoding, or the other way. It goes with the arena. */
struct transcoder *transcoder_new(struct arena *arena, const char *encoding, bool decodes, struct error *err);
/* Moves *in and *out; stops when one of them is at its end. last: nothing comes behind `in_end`. */
void transcode(struct transcoder *t, const char **in, const char *in_end, char **out, char *out_end, bool last);

#endif
