/* SPDX-License-Identifier: Apache-2.0 */
/* A page's bytes compressed, for the writer; pages.c knows the way back. */
#ifndef ROOST_FORMAT_PARQUET_COMPRESS_H
#define ROOST_FORMAT_PARQUET_COMPRESS_H

#include "base/text.h"
#include "format/parquet/metadata.h"

/* Appended to *out. False: the library refuses. Uncompressed for codecs that are not written. */
bool parquet_compress(enum parquet_codec codec, struct text *out, const struct text *in);

#endif
