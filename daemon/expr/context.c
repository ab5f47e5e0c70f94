/* SPDX-License-Identifier: Apache-2.0 */
/* Settings by name, for what acts too rarely to have a field of its own. */
#include "expr/context.h"

#include "base/datetime.h"

#include <stddef.h>
#include <strings.h>

bool context_flag(const struct context *context, const char *name, bool otherwise) {
    const char *value = context->setting ? context->setting(context, name) : NULL;
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

int32_t context_legacy_year(const struct context *context) {
    return context->legacy_time_parser ? date_from_days(days_from_micros(context->now)).year : 0;
}
