/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roost: SQL from the command line. Statements come from -c, from -f, from standard input, or from a person.
 *
 * Exit status: 0; 1 a statement failed; 2 the command line makes no sense; 3 no engine, or it died; 130
 * Ctrl-C. Rows go to standard output and everything else to standard error.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "daemon.h"
#include "line.h"
#include "query.h"
#include "split.h"

enum { STATUS_GOOD = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_NO_ENGINE = 3, STATUS_INTERRUPTED = 130 };

struct shell {
    struct roost_client *client;
    struct roost_session *session;
    struct output output;
    bool keep_going, timing, interactive;
    uint32_t timeout_ms;
    int status; /* of the last statement that failed */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

static bool was_interrupted(void *context) {
    (void)context;
    return interrupted;
}

static const char help[] =
    "roost - Spark SQL without a JVM\n"
    "\n"
    "usage: roost [options]              statements from the terminal or standard input\n"
    "       roost [options] -c SQL ...   these statements\n"
    "       roost [options] -f FILE ...  the statements of a file\n"
    "\n"
    "  -c, --command SQL     run SQL; may be repeated\n"
    "  -f, --file FILE       run the statements in FILE; may be repeated\n"
    "  -o, --output FORMAT   table (default), csv, json (a document per line), markdown\n"
    "      --no-header       csv without the line of names\n"
    "      --conf KEY=VALUE  a setting of the session; may be repeated\n"
    "      --connect ADDRESS the socket of a running roostd; default: $ROOST_CONNECT, or a roostd of our "
    "own\n"
    "  -k, --keep-going      go on after a statement that failed\n"
    "  -t, --timing          say how long each statement took\n"
    "      --timeout SECONDS end a statement that takes longer\n"
    "      --version, --help\n"
    "\n"
    "Exit status: 0; 1 a statement failed; 2 wrong usage; 3 no engine; 130 interrupted.\n";

static const char dot_help[] =
    "  .mode table|csv|json|markdown   how rows look\n"
    "  .timing on|off                  how long statements take\n"
    "  .read FILE                      run the statements of a file\n"
    "  .tables                         SHOW TABLES\n"
    "  .quit                           or Ctrl-D\n"
    "Statements end with a semicolon.\n";

/* ---- statements ---- */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int status_of(const struct roost_error *error) {
    if (strcmp(error->kind, "Interrupted") == 0) return STATUS_INTERRUPTED;
    bool engine = strcmp(error->kind, "DaemonGone") == 0 || strcmp(error->kind, "DaemonCrashed") == 0;
    return engine ? STATUS_NO_ENGINE : STATUS_FAILED;
}

/* False: stop here. */
static bool run_statement(struct shell *shell, const char *text, size_t size) {
    while (size && strchr("; \t\r\n", text[size - 1])) size--;
    for (; size && isspace((unsigned char)*text); size--) text++; /* so that errors count from the statement */
    if (split_is_blank(text, size)) return true;
    char *sql = strndup(text, size);
    struct roost_error error = {0};
    struct roost_wait wait = {.timeout_ms = shell->timeout_ms, .interrupted = was_interrupted};
    double begin = seconds();
    interrupted = 0;
    bool good = sql && query_run(shell->session, sql, &shell->output, &wait, &error);
    free(sql);
    if (!good) {
        fflush(stdout);
        shell->status = error.kind ? status_of(&error) : STATUS_FAILED;
        fprintf(stderr, "%s\n", error.message ? error.message : "out of memory");
    }
    if (shell->timing) fprintf(stderr, "%.3f s\n", seconds() - begin);
    bool on = good || (shell->keep_going && shell->status == STATUS_FAILED);
    roost_error_reset(&error);
    return on;
}

/* Runs the complete statements of the text, and with `all` what is left, too. Returns the size of what was
 * run; *on: false when to stop. */
static size_t run_text(struct shell *shell, const char *text, size_t size, bool all, bool *on) {
    size_t done = 0, statement;
    *on = true;
    while (*on && (statement = split_statement(text + done, size - done))) {
        *on = run_statement(shell, text + done, statement);
        done += statement;
    }
    if (*on && all) {
        *on = run_statement(shell, text + done, size - done);
        done = size;
    }
    return done;
}

/* ---- where they come from ---- */

/* A file may be endless (a pipe), so what is complete is run before the rest is read. */
static bool run_stream(struct shell *shell, FILE *file) {
    struct bytes text = {0};
    bool on = true;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while (on && (size = getline(&line, &room, file)) >= 0) {
        bytes_append(&text, line, (size_t)size);
        if (text.failed || !memchr(line, ';', (size_t)size)) continue;
        size_t done = run_text(shell, (char *)text.data, text.size, false, &on);
        memmove(text.data, text.data + done, text.size - done);
        text.size -= done;
    }
    if (on && text.size) run_text(shell, (char *)text.data, text.size, true, &on);
    if (text.failed) fprintf(stderr, "roost: a statement is too large for the memory\n");
    on = on && !text.failed;
    bytes_release(&text);
    free(line);
    return on;
}

static bool run_file(struct shell *shell, const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file) {
        fprintf(stderr, "roost: %s: %s\n", path, strerror(errno));
        shell->status = STATUS_USAGE;
        return false;
    }
    bool on = run_stream(shell, file);
    if (file != stdin) fclose(file);
    return on;
}

static bool set_mode(struct shell *shell, const char *mode) {
    static const char *const modes[] = {"table", "csv", "json", "markdown"};
    for (int i = 0; i < 4; i++)
        if (strcmp(mode, modes[i]) == 0) {
            shell->output.mode = (enum output_mode)i;
            return true;
        }
    return false;
}

/* ".mode csv". False: quit. */
static bool run_dot(struct shell *shell, char *line) {
    char *word = strtok(line, " \t"), *argument = strtok(NULL, " \t");
    if (strcmp(word, ".quit") == 0 || strcmp(word, ".exit") == 0) return false;
    if (strcmp(word, ".mode") == 0 && argument && set_mode(shell, argument)) return true;
    if (strcmp(word, ".timing") == 0 && argument) {
        shell->timing = strcmp(argument, "on") == 0;
        return true;
    }
    if (strcmp(word, ".read") == 0 && argument) {
        run_file(shell, argument);
        return true;
    }
    if (strcmp(word, ".tables") == 0) {
        run_statement(shell, "SHOW TABLES", 11);
        return true;
    }
    fputs(dot_help, stderr);
    return true;
}

/* One line of a person's. False: quit. */
static bool take_line(struct shell *shell, struct bytes *text, char *line) {
    if (text->size == 0 && line[0] == '.') {
        line_remember(line);
        return run_dot(shell, line);
    }
    if (text->size) bytes_append(text, "\n", 1);
    bytes_append(text, line, strlen(line));
    if (text->failed) return false;
    bool on;
    size_t done = run_text(shell, (char *)text->data, text->size, false, &on);
    if (!done) return true;
    char *run = strndup((char *)text->data, done);
    if (run) line_remember(run);
    free(run);
    text->size = on ? text->size - done : 0;
    memmove(text->data, text->data + done, text->size);
    if (split_is_blank((char *)text->data, text->size)) text->size = 0;
    return true;
}

static void run_terminal(struct shell *shell) {
    struct bytes text = {0};
    fprintf(stderr, "roost %s. Statements end with a semicolon; .help says more.\n", ROOST_VERSION);
    for (;;) {
        interrupted = 0;
        char *line = line_read(text.size ? "   ...> " : "roost> ");
        if (!line && interrupted) { /* Ctrl-C drops what was typed */
            text.size = 0;
            clearerr(stdin);
            fputc('\n', stderr);
            continue;
        }
        bool on = line && take_line(shell, &text, line);
        free(line);
        if (!on) break;
    }
    line_finish();
    bytes_release(&text);
    shell->status = STATUS_GOOD;
}

/* ---- the command line ---- */

enum { OPTION_CONNECT = 256, OPTION_NO_HEADER, OPTION_CONF, OPTION_TIMEOUT, OPTION_VERSION, OPTION_HELP };
enum { MAX_INPUTS = 256 };

static const struct option long_options[] = {
    {"command", required_argument, NULL, 'c'},
    {"file", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"keep-going", no_argument, NULL, 'k'},
    {"timing", no_argument, NULL, 't'},
    {"connect", required_argument, NULL, OPTION_CONNECT},
    {"no-header", no_argument, NULL, OPTION_NO_HEADER},
    {"conf", required_argument, NULL, OPTION_CONF},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {0},
};

struct input {
    bool is_file;
    const char *text;
};

struct arguments {
    struct input inputs[MAX_INPUTS];
    size_t input_count;
    struct roost_parameter config[MAX_INPUTS];
    uint32_t config_count;
    const char *address;
};

static bool take_config(struct arguments *a, char *text) {
    char *equals = strchr(text, '=');
    if (!equals || equals == text || a->config_count == MAX_INPUTS) return false;
    *equals = 0;
    a->config[a->config_count++] = (struct roost_parameter){text, equals + 1};
    return true;
}

static bool take_seconds(struct shell *shell, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0.001) || value > 4e6) return false;
    shell->timeout_ms = (uint32_t)(value * 1000);
    return true;
}

static bool take_option(struct shell *shell, struct arguments *a, int option, char *value) {
    switch (option) {
        case 'c':
        case 'f':
            if (a->input_count == MAX_INPUTS) return false;
            a->inputs[a->input_count++] = (struct input){option == 'f', value};
            return true;
        case 'o': return set_mode(shell, value);
        case 'k': return shell->keep_going = true;
        case 't': return shell->timing = true;
        case OPTION_CONNECT: a->address = value; return true;
        case OPTION_NO_HEADER: shell->output.header = false; return true;
        case OPTION_CONF: return take_config(a, value);
        case OPTION_TIMEOUT: return take_seconds(shell, value);
        default: return false;
    }
}

/* -1: go on; else the exit status. */
static int parse(struct shell *shell, struct arguments *a, int argc, char **argv) {
    for (int option; (option = getopt_long(argc, argv, "c:f:o:kt", long_options, NULL)) != -1;) {
        if (option == OPTION_HELP || option == OPTION_VERSION) {
            fputs(option == OPTION_HELP ? help : "roost " ROOST_VERSION "\n", stdout);
            return STATUS_GOOD;
        }
        if (take_option(shell, a, option, optarg)) continue;
        if (option != '?') fprintf(stderr, "roost: %s makes no sense here\n", optarg);
        fputs("Try roost --help.\n", stderr);
        return STATUS_USAGE;
    }
    if (optind == argc) return -1;
    fprintf(stderr, "roost: what is %s? Statements go with -c. Try roost --help.\n", argv[optind]);
    return STATUS_USAGE;
}

static void run_inputs(struct shell *shell, const struct arguments *a) {
    bool on = true;
    for (size_t i = 0; i < a->input_count && on; i++) {
        const struct input *input = &a->inputs[i];
        if (input->is_file)
            on = run_file(shell, input->text);
        else
            run_text(shell, input->text, strlen(input->text), true, &on);
    }
    if (a->input_count) return;
    if (shell->interactive)
        run_terminal(shell);
    else
        run_stream(shell, stdin);
}

int main(int argc, char **argv) {
    static struct arguments arguments;
    struct shell shell = {.output = {.file = stdout, .header = true, .null = "NULL"}};
    struct private_daemon daemon = {.lifeline = -1};
    setlocale(LC_CTYPE, "");
    arguments.address = getenv("ROOST_CONNECT");
    int status = parse(&shell, &arguments, argc, argv);
    if (status >= 0) return status;
    shell.interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!arguments.address || !*arguments.address) {
        char message[256];
        if (!private_daemon_start(&daemon, message, sizeof message)) {
            fprintf(stderr, "roost: %s\n", message);
            return STATUS_NO_ENGINE;
        }
        arguments.address = daemon.address;
    }
    struct sigaction action = {.sa_handler = on_interrupt}; /* without SA_RESTART: reading a line ends */
    sigaction(SIGINT, &action, NULL);
    struct roost_client_options client_options = {.name = "roost-shell/" ROOST_VERSION};
    struct roost_session_options session_options = {
        .name = "shell", .config = arguments.config, .config_count = arguments.config_count};
    shell.client = roost_client_new(arguments.address, &client_options);
    shell.session = shell.client ? roost_session_new(shell.client, &session_options) : NULL;
    if (!shell.session) return STATUS_FAILED;
    run_inputs(&shell, &arguments);
    roost_session_close(shell.session, true);
    roost_session_unref(shell.session);
    roost_client_free(shell.client);
    if (daemon.lifeline >= 0) private_daemon_stop(&daemon);
    return shell.status;
}
