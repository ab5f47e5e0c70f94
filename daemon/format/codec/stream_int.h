/* SPDX-License-Identifier: Apache-2.0 */
/* What a codec of streams is made of. */
#ifndef ROOST_FORMAT_CODEC_STREAM_INT_H
#define ROOST_FORMAT_CODEC_STREAM_INT_H

#include "format/codec/block.h"
#include "format/codec/stream.h"

struct stream_codec {
    const char *name, *class_name; /* as options have them; NULL: read alone */
    const char *extension;
    int parameter;                     /* zlib's window, or the enum block_codec of the frames */
    bool (*begin[2])(struct stream *); /* by direction: makes the state */
    bool (*step[2])(struct stream *);
};

/* hadoop.c */
bool hadoop_begin(struct stream *s);
bool hadoop_decode(struct stream *s);
bool hadoop_encode(struct stream *s);

#endif
