/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The option `locale` of CSV, JSON and XML: the language of months and weekdays, and how decimals are written. Without
 * it, and for en-US, it is NULL: English, commas between digits. ICU knows the words.
 */
#ifndef ROOST_FUNCTION_LOCALE_H
#define ROOST_FUNCTION_LOCALE_H

#include "base/error.h"
#include "base/option.h"
#include "base/pattern.h"
#include "column/vector.h"

struct locale;

const struct locale *locale_of_options(struct arena *arena, const struct u_option *options, uint32_t count);
/* The pattern of an option in the locale's words; text NULL: *pattern stays as it is. */
bool locale_pattern(struct arena *arena, const struct locale *locale, const char *text, enum pattern_use use,
                    int32_t legacy_year, const struct pattern **pattern, struct error *err);
/* A decimal without what parts its digits in groups, with a point for the fraction; what is none in the locale becomes
 * a text that is none. */
struct string locale_decimal(const struct locale *locale, struct arena *arena, struct string text);

#endif
