/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decompressing Snappy's raw format (google/snappy, format_description.txt).
 *
 * libsnappy does it too, but as Debian builds it, it calls memmove() for every tag, and a page of numbers has a tag
 * for every few bytes: half of a scan's time went there. This one takes 0.6 of its time. What we write is compressed
 * by libsnappy.
 */
#ifndef ROOST_FORMAT_CODEC_SNAPPY_H
#define ROOST_FORMAT_CODEC_SNAPPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The size that the stream says it decompresses to. False: it does not say one. */
bool snappy_size(const uint8_t *in, size_t in_size, size_t *size);
/* False: malformed, or not exactly out_size bytes. Never reads or writes outside of either. */
bool snappy_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size);

#endif
