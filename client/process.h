/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which process is this? Asked several times in every call, and getpid() costs as much as a tenth of a small
 * query where system calls are expensive. So the answer is kept on a page that the kernel wipes in a child of
 * fork() (MADV_WIPEONFORK): zero there means, ask again. Without such a page it is getpid() each time.
 */
#ifndef ROOST_CLIENT_PROCESS_H
#define ROOST_CLIENT_PROCESS_H

#include <sys/types.h>

pid_t this_process(void);

#endif
