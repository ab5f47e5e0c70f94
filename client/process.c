/* SPDX-License-Identifier: Apache-2.0 */
/* See process.h. The page is made on first use and never given back; threads that come first together make
 * one. */
#include "process.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

typedef _Atomic pid_t pid_page;

static pid_page *make_page(void) {
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return NULL;
    if (madvise(page, size, MADV_WIPEONFORK) == 0) return page;
    munmap(page, size);
    return NULL;
}

pid_t this_process(void) {
    static _Atomic(pid_page *) shared;
    static atomic_bool unavailable;
    pid_page *page = shared;
    if (!page && !unavailable) {
        pid_page *mine = make_page();
        if (!mine)
            unavailable = true;
        else if (!atomic_compare_exchange_strong(&shared, &page, mine))
            munmap((void *)mine, (size_t)sysconf(_SC_PAGESIZE));
        page = shared;
    }
    if (!page) return getpid();
    pid_t pid = *page;
    if (pid == 0) *page = pid = getpid();
    return pid;
}
