/* SPDX-License-Identifier: Apache-2.0 */
/* Maps from ids to pointers; see id_table.h. At most three quarters full, so probes stay short. */
#include "session/id_table.h"

#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"

enum { FIRST_CAPACITY = 8 };

static uint32_t home(const struct id_table *table, uint64_t id) {
    id ^= id >> 33;
    id *= 0xff51afd7ed558ccdu;
    id ^= id >> 33;
    return (uint32_t)id & (table->capacity - 1);
}

void id_table_init(struct id_table *table, struct memory_account *account) {
    *table = (struct id_table){.account = account};
}

void id_table_release(struct id_table *table) {
    owned_free(table->account, table->entries, table->capacity * sizeof *table->entries);
    id_table_init(table, table->account);
}

/* Where the id is, or the free place where it would be. */
static uint32_t find(const struct id_table *table, uint64_t id) {
    uint32_t at = home(table, id);
    while (table->entries[at].value && table->entries[at].id != id) at = (at + 1) & (table->capacity - 1);
    return at;
}

void *id_table_get(const struct id_table *table, uint64_t id) {
    return table->capacity ? table->entries[find(table, id)].value : NULL;
}

void id_table_reserve(struct id_table *table) {
    if (table->count + 1 <= table->capacity / 4 * 3) return;
    struct id_table bigger = {.account = table->account,
                              .capacity = table->capacity ? table->capacity * 2 : FIRST_CAPACITY};
    bigger.entries = owned_new(table->account, bigger.capacity * sizeof *bigger.entries);
    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->entries[i].value) id_table_put(&bigger, table->entries[i].id, table->entries[i].value);
    id_table_release(table);
    *table = bigger;
}

void *id_table_put(struct id_table *table, uint64_t id, void *value) {
    struct id_slot *entry = &table->entries[find(table, id)];
    void *old = entry->value;
    *entry = (struct id_slot){.id = id, .value = value};
    if (!old) table->count++;
    return old;
}

void *id_table_remove(struct id_table *table, uint64_t id) {
    if (!table->capacity) return NULL;
    uint32_t hole = find(table, id), mask = table->capacity - 1;
    void *old = table->entries[hole].value;
    if (!old) return NULL;
    table->count--;
    for (uint32_t at = (hole + 1) & mask; table->entries[at].value; at = (at + 1) & mask) {
        uint32_t from_home = (at - home(table, table->entries[at].id)) & mask;
        if (from_home < ((at - hole) & mask)) continue; /* its home lies behind the hole */
        table->entries[hole] = table->entries[at];
        hole = at;
    }
    table->entries[hole] = (struct id_slot){0};
    return old;
}

void id_table_drain(struct id_table *table, void (*drop)(void *value)) {
    struct id_table old = *table;
    id_table_init(table, old.account);
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.entries[i].value) drop(old.entries[i].value);
    id_table_release(&old);
}
