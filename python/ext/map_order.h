/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the entries of maps on their way between Python and Spark, which is that of Java's hash tables.
 */
#ifndef ROOST_EXT_MAP_ORDER_H
#define ROOST_EXT_MAP_ORDER_H

#include "schema.h"

struct map_entry {
    PyObject *key, *value; /* borrowed */
    uint32_t hash, bucket, place;
};

/* A dictionary's entries as a map of the kind keeps them; the array has room for all. */
void map_from_dict(const struct kind *map, PyObject *dict, struct map_entry *entries);

/* Puts a map's entries, of which key and value are set, in the order of the dictionary that Python gets. The keys are
 * those of the column's rows from `first` on. */
void map_to_dict(const struct kind *map, const struct wire_column *keys, uint32_t first, struct map_entry *entries,
                 uint32_t count);

#endif
