/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as people read them, in the styles of spark.sql.binaryOutputStyle. show(), to_csv and to_xml print so; a cast
 * to STRING does not, which keeps the bytes.
 */
#ifndef ROOST_COLUMN_BINARY_TEXT_H
#define ROOST_COLUMN_BINARY_TEXT_H

#include "base/text.h"
#include "column/vector.h"

enum binary_style {
    BINARY_HEX_DISCRETE, /* [4A 4B], where nothing is set */
    BINARY_HEX,          /* 4A4B */
    BINARY_UTF8,
    BINARY_BASIC,  /* [74, 75], as signed numbers */
    BINARY_BASE64, /* without padding */
};

/* The style that a setting names, in whatever case; NULL: the first. */
enum binary_style binary_style_named(const char *name);
void binary_text_add(struct text *t, struct string bytes, enum binary_style style);

#endif
