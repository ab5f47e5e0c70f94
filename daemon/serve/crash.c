/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is written when the engine crashes. The handler runs on a stack of its own, as the stack may be what is full;
 * it writes to a descriptor that was opened before, and calls only what is safe in a signal handler (backtrace() is
 * once the library is loaded, which installing does). Then the signal does its usual work.
 */
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "serve/serve.h"

enum { HANDLER_STACK = 65536, FRAMES = 64 };

static int report_fd = -1; /* the one place that a signal handler can look: set once, before anything runs */

static void put(const char *text) {
    ssize_t ignored = write(report_fd, text, strlen(text));
    (void)ignored;
}

static void put_number(uintptr_t number, unsigned base) {
    char digits[24], *p = digits + sizeof digits;
    *--p = '\0';
    do *--p = "0123456789abcdef"[number % base];
    while (number /= base);
    put(p);
}

static void on_fatal(int signal, siginfo_t *info, void *context) {
    (void)context;
    put("signal ");
    put_number((unsigned)signal, 10);
    put(" at address 0x");
    put_number((uintptr_t)info->si_addr, 16);
    put("\nbacktrace:\n");
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    backtrace_symbols_fd(frames, count, report_fd);
    raise(signal); /* SA_RESETHAND: the default action comes now */
}

void crash_handler_install(int fd) {
    report_fd = fd;
    void *frame;
    backtrace(&frame, 1); /* loads libgcc now, not in the handler */
    stack_t stack = {.ss_size = HANDLER_STACK};
    stack.ss_sp = mmap(NULL, HANDLER_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL) != 0) return;
    struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
}
