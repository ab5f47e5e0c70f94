/* SPDX-License-Identifier: Apache-2.0 */
/* Settings by name, for what acts too rarely to have a field of its own. */
#include "expr/context.h"

#include "base/datetime.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *context_text(const struct context *context, const char *name) {
    return context->setting ? context->setting(context, name) : NULL;
}

bool context_flag(const struct context *context, const char *name, bool otherwise) {
    const char *value = context_text(context, name);
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

uint64_t context_bytes(const struct context *context, const char *name, uint64_t otherwise) {
    static const char units[] = "kmgt";
    const char *text = context_text(context, name);
    if (!text) return otherwise;
    char *end;
    uint64_t bytes = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, *end | 0x20) : NULL;
    return unit ? bytes << 10 * (unit - units + 1) : bytes;
}

int32_t context_legacy_year(const struct context *context) {
    return context->legacy_time_parser ? date_from_days(days_from_micros(context->now)).year : 0;
}
