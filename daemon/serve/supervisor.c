/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor: sockets, signals and children, and nothing that a client sends.
 *
 * It waits in poll(2) for three things: signals (as a signalfd), the end of the lifeline, and the end of a pause
 * before the next engine. On the way out it removes whatever it made: the socket and the whole run directory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "serve/serve.h"
#include "session/version.h"

enum { BACKLOG = 1024, QUICK_DEATH = 50, QUICK_DEATHS = 5, LONGEST_PAUSE = 1000, STOP_GRACE = 500, KEPT_REPORTS = 8 };

struct supervisor {
    const struct serve_options *options;
    struct log log;
    char run[PATH_SIZE];         /* the run directory */
    char address[PATH_SIZE];     /* the socket's path */
    char report[PATH_SIZE + 32]; /* of the engine that runs, should it crash */
    char last_report[PATH_SIZE + 32];
    unsigned reports;
    bool own_socket; /* ours to remove */
    int listen_fd, signal_fd;
    pid_t engine;         /* 0: none at the moment */
    int64_t engine_began; /* milliseconds */
    int64_t start_at;     /* when the next is to start, if none runs */
    int quick_deaths;     /* one after the other */
    bool stopping;
    struct crash_notes *notes;
};

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the run directory ---- */

void remove_folder(const char *path, int depth) {
    DIR *folder = opendir(path);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char child[PATH_MAX];
        if (snprintf(child, sizeof child, "%s/%s", path, entry->d_name) >= (int)sizeof child) continue;
        if (unlink(child) != 0 && depth > 0) remove_folder(child, depth - 1);
    }
    closedir(folder);
    rmdir(path);
}

static bool try_run_directory(struct supervisor *s, const char *parent) {
    if (!parent || *parent != '/') return false;
    size_t room = sizeof((struct sockaddr_un *)0)->sun_path - sizeof "/socket";
    if (snprintf(s->run, sizeof s->run, "%s/roost-XXXXXXXX", parent) >= (int)room) return false;
    return mkdtemp(s->run); /* mode 0700 */
}

static bool make_run_directory(struct supervisor *s) {
    const char *const parents[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp", "/var/tmp"};
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++)
        if (try_run_directory(s, parents[i])) return true;
    fprintf(stderr, "roostd: no place for a run directory: %s\n", strerror(errno));
    return false;
}

/* ---- the socket ---- */

/* A path that nobody listens on any more may be taken over. */
static bool socket_is_dead(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool dead = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    if (fd >= 0) close(fd);
    return dead;
}

static bool listen_on(struct supervisor *s, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "roostd: the socket's path is longer than %zu bytes: %s\n", sizeof address.sun_path - 1, path);
        return false;
    }
    strcpy(address.sun_path, path);
    s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(s->options->allowed_count ? 0 : 0077); /* others are told apart by their user on accept */
    int status = bind(s->listen_fd, (struct sockaddr *)&address, sizeof address);
    if (status != 0 && errno == EADDRINUSE && socket_is_dead(&address)) {
        unlink(path);
        status = bind(s->listen_fd, (struct sockaddr *)&address, sizeof address);
    }
    umask(mask);
    if (status == 0) s->own_socket = true;
    if (status == 0 && listen(s->listen_fd, BACKLOG) == 0) return true;
    fprintf(stderr, "roostd: cannot listen on %s: %s\n", path, strerror(errno));
    return false;
}

/* Socket activation: the service manager made the socket, and hands it over as descriptor 3. */
static bool inherit_socket(struct supervisor *s) {
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (!pid || !count || atol(pid) != getpid() || atoi(count) < 1) return false;
    struct sockaddr_un address = {0};
    socklen_t size = sizeof address;
    if (getsockname(3, (struct sockaddr *)&address, &size) != 0 || address.sun_family != AF_UNIX) return false;
    s->listen_fd = 3;
    fcntl(3, F_SETFD, FD_CLOEXEC);
    fcntl(3, F_SETFL, O_NONBLOCK);
    snprintf(s->address, sizeof s->address, "%s", address.sun_path);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    return true;
}

static bool open_socket(struct supervisor *s) {
    if (inherit_socket(s)) return true;
    if (s->options->listen && *s->options->listen == '/')
        snprintf(s->address, sizeof s->address, "%s", s->options->listen);
    else if (s->options->listen) {
        char folder[PATH_SIZE / 2];
        if (!getcwd(folder, sizeof folder)) return false;
        snprintf(s->address, sizeof s->address, "%s/%.200s", folder, s->options->listen);
    } else
        snprintf(s->address, sizeof s->address, "%.*s/socket", (int)(sizeof s->address - sizeof "/socket"), s->run);
    return listen_on(s, s->address);
}

/* ---- the engine ---- */

static void close_in_engine(struct supervisor *s) {
    close(s->signal_fd);
    if (s->options->lifeline_fd >= 0) close(s->options->lifeline_fd);
}

static _Noreturn void be_engine(struct supervisor *s, pid_t parent, int crash_fd) {
    prctl(PR_SET_PDEATHSIG, SIGUSR2);        /* engine.c: cleans up in the supervisor's place, and ends */
    if (getppid() != parent) raise(SIGUSR2); /* it died before we asked to be told */
    prctl(PR_SET_NAME, "roostd-engine");
    close_in_engine(s);
    struct serve_options options = *s->options;
    options.socket = s->own_socket ? s->address : NULL;
    options.engine.run_directory = s->run;
    options.engine.runs_scripts = !options.allowed_count; /* others must not run commands as our user */
    options.engine.last_crash = *s->last_report ? s->last_report : NULL;
    exit(engine_run(&options, s->listen_fd, crash_fd, s->notes));
}

static void start_engine(struct supervisor *s) {
    snprintf(s->report, sizeof s->report, "%s/crash-%u.txt", s->run, s->reports + 1);
    int crash_fd = open(s->report, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    memset(s->notes, 0, sizeof *s->notes);
    pid_t parent = getpid(), child = fork();
    if (child == 0) be_engine(s, parent, crash_fd);
    if (crash_fd >= 0) close(crash_fd);
    s->engine_began = milliseconds();
    if (child > 0) {
        s->engine = child;
        return;
    }
    log_format(&s->log, LOG_ERROR, "cannot start an engine: %s", strerror(errno));
    s->start_at = s->engine_began + LONGEST_PAUSE;
}

/* Completes the report that the handler began (or, after SIGKILL, did not). */
static void finish_report(struct supervisor *s, int status) {
    char text[640];
    int size = snprintf(text, sizeof text, "engine %d %s %d after %lld ms; running: %.*s\n", (int)s->engine,
                        WIFSIGNALED(status) ? "was ended by signal" : "ended with status",
                        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                        (long long)(milliseconds() - s->engine_began), (int)sizeof s->notes->running,
                        *s->notes->running ? s->notes->running : "nothing");
    int fd = open(s->report, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t ignored = write(fd, text, (size_t)size);
        (void)ignored;
        close(fd);
    }
    text[size - 1] = '\0';
    log_format(&s->log, LOG_ERROR, "%s; report: %s", text, s->report);
    memcpy(s->last_report, s->report, sizeof s->report);
    if (s->reports++ >= KEPT_REPORTS) {
        char old[PATH_SIZE + 32];
        snprintf(old, sizeof old, "%s/crash-%u.txt", s->run, s->reports - KEPT_REPORTS);
        unlink(old);
    }
}

static void engine_ended(struct supervisor *s, int status) {
    bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (s->stopping || fine) {
        s->stopping = true;
        s->engine = 0;
        return;
    }
    finish_report(s, status);
    s->engine = 0;
    bool quick = milliseconds() - s->engine_began < QUICK_DEATH; /* it never came to serve anybody */
    s->quick_deaths = quick ? s->quick_deaths + 1 : 0;
    int pause = 0; /* the first deaths are no reason to make anybody wait */
    for (int i = QUICK_DEATHS; i < s->quick_deaths && pause < LONGEST_PAUSE; i++) pause = pause ? pause * 2 : 10;
    s->start_at = milliseconds() + (pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE);
}

static void reap(struct supervisor *s) {
    int status;
    for (pid_t child; (child = waitpid(-1, &status, WNOHANG)) > 0;)
        if (child == s->engine) engine_ended(s, status);
}

/* ---- life ---- */

static void read_signals(struct supervisor *s) {
    struct signalfd_siginfo info;
    while (read(s->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD) continue;
        log_format(&s->log, LOG_INFO, "ends on signal %u", info.ssi_signo);
        s->stopping = true;
    }
    reap(s);
}

static bool lifeline_is_cut(int fd) {
    char bytes[64];
    ssize_t count = read(fd, bytes, sizeof bytes);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

static void wait_for_something(struct supervisor *s) {
    struct pollfd fds[2] = {{.fd = s->signal_fd, .events = POLLIN}, {.fd = s->options->lifeline_fd, .events = POLLIN}};
    int64_t timeout = -1;
    if (!s->engine) {
        timeout = s->start_at - milliseconds();
        if (timeout < 0) timeout = 0;
    }
    if (poll(fds, 2, (int)timeout) < 0) return;
    if (fds[0].revents) read_signals(s);
    if (fds[1].revents && lifeline_is_cut(s->options->lifeline_fd)) {
        log_line(&s->log, LOG_INFO, "ends: its owner is gone");
        s->stopping = true;
    }
}

/* The engine gets a moment to finish what it writes; then it is killed. */
static void stop_engine(struct supervisor *s) {
    if (!s->engine) return;
    kill(s->engine, SIGTERM);
    int64_t until = milliseconds() + STOP_GRACE;
    while (s->engine && milliseconds() < until) {
        struct pollfd fd = {.fd = s->signal_fd, .events = POLLIN};
        poll(&fd, 1, (int)(until - milliseconds()));
        read_signals(s);
    }
    if (!s->engine) return;
    kill(s->engine, SIGKILL);
    waitpid(s->engine, NULL, 0);
}

static bool block_signals(struct supervisor *s) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGUSR2); /* the engine's; it unblocks them all when its handlers are there */
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signal_fd >= 0;
}

static void say_ready(struct supervisor *s) {
    char line[PATH_SIZE + 128];
    int fd = s->options->ready_fd >= 0 ? s->options->ready_fd : STDOUT_FILENO;
    int size = snprintf(line, sizeof line, "{\"pid\": %d, \"version\": \"%s\", \"address\": \"unix:%s\"}\n",
                        (int)getpid(), ROOST_VERSION, s->address);
    ssize_t ignored = write(fd, line, (size_t)size);
    (void)ignored;
    if (s->options->ready_fd > STDERR_FILENO) close(s->options->ready_fd);
}

static bool prepare(struct supervisor *s) {
    if (!log_open(&s->log, s->options->log, s->options->log_level)) {
        fprintf(stderr, "roostd: cannot write %s: %s\n", s->options->log, strerror(errno));
        return false;
    }
    s->notes = mmap(NULL, sizeof *s->notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return s->notes != MAP_FAILED && block_signals(s) && make_run_directory(s) && open_socket(s);
}

int supervisor_run(const struct serve_options *options) {
    struct supervisor s = {.options = options, .listen_fd = -1, .signal_fd = -1};
    if (!options->foreground) setsid();
    bool good = prepare(&s);
    if (good) {
        start_engine(&s);
        say_ready(&s);
        log_format(&s.log, LOG_INFO, "listens on %s", s.address);
    }
    while (good && !s.stopping) {
        wait_for_something(&s);
        if (!s.engine && !s.stopping && milliseconds() >= s.start_at) start_engine(&s);
    }
    stop_engine(&s);
    if (s.own_socket) unlink(s.address);
    if (*s.run) remove_folder(s.run, RUN_DEPTH);
    return good ? 0 : 1;
}
