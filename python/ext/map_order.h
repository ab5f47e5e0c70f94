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

/* A dictionary's entries as the map column keeps them; the array has room for all. */
void map_from_dict(PyObject *dict, struct map_entry *entries);

/* Puts a map's entries, of which key and value are set, in the order of the dictionary that Python gets. The keys are
 * those of the rows from `first` on of a column of the kind. */
void map_to_dict(const struct kind *kind, const struct wire_column *column, uint32_t first, struct map_entry *entries,
                 uint32_t count);

#endif
