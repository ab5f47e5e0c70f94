/* SPDX-License-Identifier: Apache-2.0 */
#include "format/transcode.h"

#include <strings.h>
#include <unicode/ucnv.h>

enum { PIVOT = 4096 };

struct transcoder {
    UConverter *from, *to;
    UChar pivot[PIVOT], *pivot_from, *pivot_to;
    const char *mark; /* what is left to write of a byte order mark */
};

static void close_converters(void *transcoder) {
    struct transcoder *t = transcoder;
    ucnv_close(t->from); /* NULL does nothing */
    ucnv_close(t->to);
}

const char *transcode_encoding(const struct u_option *options, uint32_t option_count) {
    const char *name = option_text(options, option_count, "encoding", option_get(options, option_count, "charset"));
    return !name || strcasecmp(name, "utf-8") == 0 || strcasecmp(name, "utf8") == 0 ? NULL : name;
}

struct transcoder *transcoder_new(struct arena *arena, const char *encoding, bool decodes, struct error *err) {
    struct transcoder *t = ARENA_NEW(arena, struct transcoder);
    UErrorCode status = U_ZERO_ERROR;
    const char *name = encoding;
    /* Java writes big-endian, UTF-16 with a mark and UTF-32 without; it reads either by its mark. */
    if (!decodes && strcasecmp(encoding, "utf-16") == 0) {
        name = "UTF-16BE";
        t->mark = "\xFE\xFF";
    } else if (!decodes && strcasecmp(encoding, "utf-32") == 0) {
        name = "UTF-32BE";
    }
    t->pivot_from = t->pivot_to = t->pivot;
    arena_defer(arena, close_converters, t);
    t->from = ucnv_open(decodes ? name : "UTF-8", &status);
    t->to = ucnv_open(decodes ? "UTF-8" : name, &status);
    if (U_SUCCESS(status) && !decodes) ucnv_setSubstString(t->to, (const UChar[]){'?'}, 1, &status);
    if (U_SUCCESS(status)) return t;
    error_unsupported(err, "text encoded as %s", encoding);
    return NULL;
}

void transcode(struct transcoder *t, const char **in, const char *in_end, char **out, char *out_end, bool last) {
    UErrorCode status = U_ZERO_ERROR;
    while (t->mark && *t->mark && *out < out_end) *(*out)++ = *t->mark++;
    ucnv_convertEx(t->to, t->from, out, out_end, in, in_end, t->pivot, &t->pivot_from, &t->pivot_to, t->pivot + PIVOT,
                   false, last, &status);
}
