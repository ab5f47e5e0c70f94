/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's limits: one table of names, defaults and bounds, filled from the environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "session/session.h"

struct option_row {
    const char *variable;
    size_t offset;
    bool wide;          /* uint64_t, else uint32_t */
    uint64_t otherwise; /* the default */
    uint64_t least, most;
};

#define OPTION(variable, member, otherwise, least, most)                                                               \
    {                                                                                                                  \
        variable, offsetof(struct engine_options, member),                                                             \
            sizeof(((struct engine_options *)0)->member) == sizeof(uint64_t), otherwise, least, most                   \
    }

static const struct option_row rows[] = {
    OPTION("ROOST_MEMORY_LIMIT", memory_limit, 0, 16 << 20, UINT64_MAX / 2),
    OPTION("ROOST_SESSION_MEMORY_LIMIT", session_memory_limit, 0, 0, UINT64_MAX / 2),
    OPTION("ROOST_MAX_FRAME", max_frame, FRAME_MAX_DEFAULT, 1 << 16, 1u << 30),
    OPTION("ROOST_MAX_CONNECTIONS", max_connections, 16384, 1, 1 << 20),
    OPTION("ROOST_MAX_SESSIONS", max_sessions, 65536, 1, 1 << 24),
    OPTION("ROOST_MAX_STREAMS", max_streams, 64, 1, 1 << 16),
    OPTION("ROOST_MAX_HANDLES", max_handles, 1000000, 16, 1u << 28),
    OPTION("ROOST_MAX_DEPTH", max_depth, 4096, 64, 8192),
    OPTION("ROOST_SESSION_GRACE_MS", session_grace_ms, 60000, 0, UINT32_MAX),
    OPTION("ROOST_HIGH_WATER", high_water, 4 << 20, 1 << 12, 1u << 30),
    OPTION("ROOST_SLICE_US", slice_us, 250, 10, 1000000),
};

/* "512m", "4G", "1048576". */
static bool parse_size(const char *text, uint64_t *value) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (end == text || errno || *text == '-') return false;
    static const char units[] = "kmgt";
    const char *unit = *end ? strchr(units, *end | 0x20) : NULL;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (unit) end++;
    if (unit && (*end == 'b' || *end == 'B')) end++;
    if (*end || number > UINT64_MAX >> shift) return false;
    *value = (uint64_t)number << shift;
    return true;
}

static uint64_t most_of_the_machine(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 4 * 3 : (uint64_t)2 << 30;
}

bool engine_options_read(struct engine_options *options, char *message, size_t size) {
    *options = (struct engine_options){0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct option_row *row = &rows[i];
        uint64_t value = row->otherwise;
        const char *text = getenv(row->variable);
        if (text && *text && (!parse_size(text, &value) || value < row->least || value > row->most)) {
            snprintf(message, size, "%s=%s is not a number from %llu to %llu", row->variable, text,
                     (unsigned long long)row->least, (unsigned long long)row->most);
            return false;
        }
        char *member = (char *)options + row->offset;
        if (row->wide)
            *(uint64_t *)(void *)member = value;
        else
            *(uint32_t *)(void *)member = (uint32_t)value;
    }
    if (!options->memory_limit) options->memory_limit = most_of_the_machine();
    options->warehouse = getenv("ROOST_WAREHOUSE");
    return true;
}
