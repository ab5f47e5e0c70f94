/* SPDX-License-Identifier: Apache-2.0 */
/* Settings by name, for what acts too rarely to have a field of its own. */
#include "expr/context.h"

#include <stddef.h>
#include <strings.h>

bool context_flag(const struct context *context, const char *name, bool otherwise) {
    const char *value = context->setting ? context->setting(context, name) : NULL;
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}
