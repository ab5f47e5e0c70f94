/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large blocks of malloc, told to the system as such: it then gives their memory in pages of 2 MiB, where it has been
 * set up to do so when asked, which costs a fraction of the page faults.
 */
#ifndef ROOST_BASE_HUGE_PAGES_H
#define ROOST_BASE_HUGE_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

enum { HUGE_FROM = 4 << 20, SMALL_PAGE = 4096 };

/* The whole mapping, whose first page has malloc's header: an advice for a part would split it, and realloc can no
 * longer move what is split. */
static inline void huge_pages_advise(void *block, size_t size) {
    if (size < HUGE_FROM) return;
    uintptr_t start = (uintptr_t)block & ~(uintptr_t)(SMALL_PAGE - 1);
    madvise((void *)start, (uintptr_t)block + size - start, MADV_HUGEPAGE); /* only an advice: failing is no loss */
}

#endif
