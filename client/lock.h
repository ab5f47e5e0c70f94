/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lock that survives fork(). Its word is the pid of the process that holds it, so a child can tell a lock
 * that a thread of its parent held at the fork (nobody will ever release that copy) from one that a thread of
 * its own holds: it takes over the former. What a lock protects is therefore changed by single stores, so
 * that a taker-over finds it whole, if perhaps one element longer or shorter.
 *
 * Sections are a few instructions and never wait; so waiting for the lock is yielding the processor.
 */
#ifndef ROOST_CLIENT_LOCK_H
#define ROOST_CLIENT_LOCK_H

#include <sched.h>
#include <stdatomic.h>
#include <sys/types.h>

struct lock {
    _Atomic int holder; /* 0: free */
};

static inline void lock_take(struct lock *lock, pid_t self) {
    for (;;) {
        int holder = 0;
        if (atomic_compare_exchange_weak(&lock->holder, &holder, self)) return;
        if (holder != 0 && holder != self && atomic_compare_exchange_weak(&lock->holder, &holder, self)) return;
        sched_yield();
    }
}

static inline void lock_release(struct lock *lock) {
    atomic_store(&lock->holder, 0);
}

#endif
