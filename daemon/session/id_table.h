/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table from 64-bit ids to pointers: open addressing, linear probing, deletion by moving back what follows. Ids come
 * from clients, so they are mixed before they choose a place. Grows by doubling; memory is charged to an account.
 */
#ifndef ROOST_SESSION_ID_TABLE_H
#define ROOST_SESSION_ID_TABLE_H

#include "base/arena.h"

struct id_table {
    struct memory_account *account;
    struct id_slot {
        uint64_t id;
        void *value; /* NULL: free */
    } * entries;
    uint32_t count, capacity; /* a power of two, or 0 */
};

void id_table_init(struct id_table *table, struct memory_account *account);
void id_table_release(struct id_table *table);                 /* values are the caller's */
void *id_table_get(const struct id_table *table, uint64_t id); /* NULL: none */
/* Makes room for one more: the only call that may leave through the memory guard. */
void id_table_reserve(struct id_table *table);
/* Returns what stood there, or NULL. Needs id_table_reserve() before when the id is new. value is not NULL. */
void *id_table_put(struct id_table *table, uint64_t id, void *value);
void *id_table_remove(struct id_table *table, uint64_t id);
/* Empties the table first, then calls drop for each value that was in it. */
void id_table_drain(struct id_table *table, void (*drop)(void *value));

#endif
