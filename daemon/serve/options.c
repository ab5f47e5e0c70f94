/* SPDX-License-Identifier: Apache-2.0 */
/* roostd's command line. Limits of the engine come from the environment (session/options.c). */
#include <ctype.h>
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"
#include "session/version.h"

enum {
    OPTION_LISTEN = 256,
    OPTION_READY_FD,
    OPTION_LIFELINE,
    OPTION_IDLE,
    OPTION_LOG,
    OPTION_LOG_LEVEL,
    OPTION_FOREGROUND,
    OPTION_ALLOW,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option table[] = {
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"ready-fd", required_argument, NULL, OPTION_READY_FD},
    {"lifeline", required_argument, NULL, OPTION_LIFELINE},
    {"idle-timeout", required_argument, NULL, OPTION_IDLE},
    {"log", required_argument, NULL, OPTION_LOG},
    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
    {"foreground", no_argument, NULL, OPTION_FOREGROUND},
    {"allow-uid", required_argument, NULL, OPTION_ALLOW},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {0},
};

static const char help[] =
    "roostd - answers Spark SQL and DataFrame queries on a Unix socket\n"
    "\n"
    "usage: roostd [options]\n"
    "\n"
    "  --listen PATH           the socket; default: a fresh one in a private folder\n"
    "  --ready-fd FD           write {\"address\": ..., \"pid\": ..., \"version\": ...} there; default: standard "
    "output\n"
    "  --lifeline FD           end when the other end of this pipe is closed\n"
    "  --idle-timeout SECONDS  end after so long without a connection\n"
    "  --allow-uid USER        who may connect besides the user that runs roostd; may be repeated;\n"
    "                          then no session runs commands (TRANSFORM ... USING)\n"
    "  --log FILE              default: standard error\n"
    "  --log-level LEVEL       error, warn (default), info, debug\n"
    "  --foreground            stay in the terminal's session: Ctrl-C ends roostd\n"
    "  --version, --help\n"
    "\n"
    "Limits are set in the environment: ROOST_MEMORY_LIMIT, ROOST_MAX_FRAME ...; see roostd(8).\n";

static bool parse_number(const char *text, long most, int *out) {
    char *end;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 0 || value > most) return false;
    *out = (int)value;
    return true;
}

static bool parse_user(struct serve_options *options, const char *text) {
    int number;
    if (options->allowed_count == MAX_ALLOWED_USERS) return false;
    const struct passwd *user = isdigit((unsigned char)*text) ? NULL : getpwnam(text);
    if (user)
        options->allowed[options->allowed_count++] = user->pw_uid;
    else if (parse_number(text, INT32_MAX, &number))
        options->allowed[options->allowed_count++] = (uid_t)number;
    else
        return false;
    return true;
}

static bool parse_level(const char *text, int *level) {
    static const char *const names[] = {"error", "warn", "info", "debug"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(text, names[i]) != 0) continue;
        *level = i;
        return true;
    }
    return false;
}

static bool set(struct serve_options *options, int which, const char *value) {
    switch (which) {
        case OPTION_LISTEN: options->listen = value; return *value;
        case OPTION_READY_FD: return parse_number(value, INT32_MAX, &options->ready_fd);
        case OPTION_LIFELINE: return parse_number(value, INT32_MAX, &options->lifeline_fd);
        case OPTION_IDLE: return parse_number(value, 10000000, &options->idle_timeout);
        case OPTION_LOG: options->log = value; return *value;
        case OPTION_LOG_LEVEL: return parse_level(value, &options->log_level);
        case OPTION_FOREGROUND: options->foreground = true; return true;
        default: return parse_user(options, value);
    }
}

int serve_options_parse(struct serve_options *options, int argc, char **argv) {
    *options = (struct serve_options){.ready_fd = -1, .lifeline_fd = -1, .log_level = LOG_WARN};
    char message[256];
    if (!engine_options_read(&options->engine, message, sizeof message)) {
        fprintf(stderr, "roostd: %s\n", message);
        return 2;
    }
    for (int which; (which = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (which == OPTION_HELP || which == OPTION_VERSION) {
            fputs(which == OPTION_HELP ? help : "roostd " ROOST_VERSION " (Spark " SPARK_VERSION ")\n", stdout);
            return 0;
        }
        if (which == '?') return 2;
        if (set(options, which, optarg)) continue;
        fprintf(stderr, "roostd: %s makes no sense here: %s\n", argv[optind - 1], optarg);
        return 2;
    }
    if (optind == argc) return -1;
    fprintf(stderr, "roostd: what is %s? Try roostd --help\n", argv[optind]);
    return 2;
}
