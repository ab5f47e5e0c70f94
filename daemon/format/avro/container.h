/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Avro's container files.
 *
 *     "Obj" 1  map of metadata (avro.schema, avro.codec, ...)  16 bytes of a mark
 *     block: count of values, size in bytes, the values (compressed), the mark ...
 */
#ifndef ROOST_FORMAT_AVRO_CONTAINER_H
#define ROOST_FORMAT_AVRO_CONTAINER_H

#include "format/codec/stream.h"
#include "function/avro.h"

enum { AVRO_MARK = 16, AVRO_MAGIC = 4, AVRO_BLOCK_MAX = 256 << 20 };
#define AVRO_MAGIC_TEXT "Obj\1"

enum avro_codec { AVRO_PLAIN, AVRO_DEFLATE, AVRO_SNAPPY, AVRO_BZIP2, AVRO_ZSTANDARD, AVRO_CODECS };

/* By the name that the file's metadata has; AVRO_CODECS: there is none such. */
enum avro_codec avro_codec_named(const char *name);
const char *avro_codec_name(enum avro_codec codec);
/* A block's bytes, appended to *out. False: damaged, too large; the library refuses. */
bool avro_unpack(enum avro_codec codec, const uint8_t *in, size_t size, struct text *out);
bool avro_pack(enum avro_codec codec, const void *in, size_t size, struct text *out);

#endif
