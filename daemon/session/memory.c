/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with an owner but without an arena: connections, sessions, tasks, output. All of it is charged, so that the
 * limit of the engine holds whatever clients do.
 */
#include <stdlib.h>
#include <string.h>

#include "session/session_int.h"

void *owned_try_new(struct memory_account *account, size_t size) {
    if (!memory_try_charge(account, size)) return NULL;
    void *block = calloc(1, size);
    if (!block) memory_discharge(account, size);
    return block;
}

void *owned_new(struct memory_account *account, size_t size) {
    memory_charge(account, size);
    void *block = calloc(1, size);
    if (block) return block;
    memory_discharge(account, size);
    memory_charge(account, SIZE_MAX / 2); /* never fits: leaves */
    abort();
}

void owned_free(struct memory_account *account, void *block, size_t size) {
    if (!block) return;
    memory_discharge(account, size);
    free(block);
}

char *owned_text(struct memory_account *account, const char *text) {
    if (!text) return NULL;
    size_t size = strlen(text) + 1;
    return memcpy(owned_new(account, size), text, size);
}

void owned_text_free(struct memory_account *account, char *text) {
    if (text) owned_free(account, text, strlen(text) + 1);
}

void budget_unref(struct budget *budget) {
    if (--budget->references) return;
    owned_free(budget->account.parent, budget, sizeof *budget);
}
