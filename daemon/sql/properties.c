/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TBLPROPERTIES and DBPROPERTIES: whether each key has a value, and the keys that are not free because a clause of the
 * statement, or the catalog, says the same. Those are refused; where spark.sql.legacy.notReserveProperties says that
 * they are free, they are left out without a word, as no catalog keeps them.
 */
#include "sql/parser.h"

#include <string.h>

struct reserved {
    const char *key, *message;
    bool of_namespaces; /* as well as of tables and views */
};

static const struct reserved reserved_keys[] = {
    {"provider", "please use the USING clause to specify it", false},
    {"location", "please use the LOCATION clause to specify it", true},
    {"collation", "please use the DEFAULT COLLATION clause to specify it", true},
    {"owner", "it will be set to the current user", true},
    {"external", "please use CREATE EXTERNAL TABLE", false},
    {"table_type", "please remove it from the TBLPROPERTIES list.", false},
    {"is_managed_location", "please remove it from the TBLPROPERTIES list.", false},
};

static const struct reserved *find_reserved(enum property_owner owner, const char *key) {
    for (size_t i = 0; i < sizeof reserved_keys / sizeof *reserved_keys; i++)
        if (strcmp(key, reserved_keys[i].key) == 0)
            return owner == OF_TABLE || reserved_keys[i].of_namespaces ? &reserved_keys[i] : NULL;
    return NULL;
}

void check_property_values(struct parser *p, uint32_t from, const struct u_option *options, uint32_t count,
                           bool values) {
    const char *keys = NULL;
    for (uint32_t i = 0; i < count; i++)
        if ((options[i].value != NULL) != values)
            keys = keys ? arena_printf(p->arena, "%s,%s", keys, options[i].key) : options[i].key;
    if (!keys) return;
    command_refuse(p, from,
                   arena_printf(p->arena,
                                values ? "Values must be specified for key(s): [%s]"
                                       : "Values should not be specified for key(s): [%s]",
                                keys));
}

void check_properties(struct parser *p, uint32_t from, enum property_owner owner, bool values, struct u_option *options,
                      uint32_t *count) {
    check_property_values(p, from, options, *count, values);
    bool refused = !parser_setting(p, "spark.sql.legacy.notReserveProperties", false);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        const struct reserved *r = find_reserved(owner, options[i].key);
        if (r && refused)
            INVALID(p, parser_origin(p, from),
                    owner == OF_TABLE ? "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY"
                                      : "UNSUPPORTED_FEATURE.SET_NAMESPACE_PROPERTY",
                    "property", r->key, "msg", r->message);
        if (!r) options[kept++] = options[i];
    }
    *count = kept;
}
