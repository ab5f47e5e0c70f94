/* SPDX-License-Identifier: Apache-2.0 */
/* Options as readers, writers and functions get them: pairs of text; names count without case, the last one wins. */
#ifndef ROOST_BASE_OPTION_H
#define ROOST_BASE_OPTION_H

#include <stdbool.h>
#include <stdint.h>
#include <strings.h>

struct u_option {
    const char *key, *value;
};

/* An option's value, or NULL. */
static inline const char *option_get(const struct u_option *options, uint32_t count, const char *name) {
    for (uint32_t i = count; i-- > 0;)
        if (strcasecmp(options[i].key, name) == 0) return options[i].value;
    return 0;
}
static inline const char *option_text(const struct u_option *options, uint32_t count, const char *name,
                                      const char *otherwise) {
    const char *value = option_get(options, count, name);
    return value ? value : otherwise;
}
static inline bool option_flag(const struct u_option *options, uint32_t count, const char *name, bool otherwise) {
    const char *value = option_get(options, count, name);
    return value ? strcasecmp(value, "true") == 0 : otherwise;
}

#endif
