/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without libFuzzer.
 *
 *     fuzz_NAME [--runs N] [--seed S] [FILE ...]
 *
 * With files it runs those and nothing else: a find, or the corpus. Otherwise the target's own inputs, then N
 * mutations of them; the i-th is a function of seed and i alone. The input that is being run is in
 * ./fuzz-current-NAME, mapped, so that it is there after a crash of whatever kind.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum { ROOM = 1 << 16, MOST_SEEDS = 256 };

static struct {
    uint8_t *data;
    size_t size;
} seeds[MOST_SEEDS];
static unsigned seed_count;
static uint8_t *current;
static char current_path[PATH_MAX];

static void run(const uint8_t *data, size_t size) {
    if (current) {
        memcpy(current + sizeof size, data, size);
        memcpy(current, &size, sizeof size);
    }
    /* A block of its own size, so that a look beyond it is seen. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) abort();
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int run_file(const char *path) {
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    const char *name = strrchr(path, '/');
    if (strncmp(name ? name + 1 : path, "fuzz-current-", 13) == 0) { /* ours: the size first */
        size_t said = 0;
        if (size < sizeof said) return 1;
        memcpy(&said, data, sizeof said);
        size = said < size - sizeof said ? said : size - sizeof said;
        memmove(data, data + sizeof said, size);
    }
    run(data, size);
    return 0;
}

static void open_current(const char *program) {
    const char *name = strrchr(program, '/');
    char here[PATH_MAX / 2];
    if (!getcwd(here, sizeof here)) return; /* a target may go elsewhere */
    snprintf(current_path, sizeof current_path, "%s/fuzz-current-%s", here, name ? name + 1 : program);
    int fd = open(current_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, ROOM + (off_t)sizeof(size_t)) != 0) return;
    void *mapped = mmap(NULL, ROOM + sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped != MAP_FAILED) current = mapped;
}

static void read_seeds(void) {
    static uint8_t out[ROOM];
    size_t size;
    while (fuzz_seed && seed_count < MOST_SEEDS && (size = fuzz_seed(seed_count, out, sizeof out))) {
        seeds[seed_count].data = memcpy(malloc(size), out, size);
        seeds[seed_count++].size = size;
        run(out, size);
    }
}

static void run_mutation(uint64_t seed, unsigned long i) {
    static uint8_t data[ROOM];
    struct fuzz_random random = {seed * UINT64_C(1000003) + i};
    size_t size = 0;
    if (seed_count) {
        unsigned n = (unsigned)fuzz_below(&random, seed_count);
        size = seeds[n].size;
        memcpy(data, seeds[n].data, size);
    }
    for (size_t n = fuzz_below(&random, 5) + 1; n; n--)
        size = LLVMFuzzerCustomMutator ? LLVMFuzzerCustomMutator(data, size, ROOM, (unsigned)fuzz_bits(&random))
                                       : fuzz_mutate_bytes(&random, data, size, ROOM);
    run(data, size);
}

int main(int argc, char **argv) {
    unsigned long runs = 20000;
    uint64_t seed = 1;
    int at = 1, status = 0;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--runs") == 0) runs = strtoul(argv[at + 1], NULL, 10);
        if (strcmp(argv[at], "--seed") == 0) seed = strtoull(argv[at + 1], NULL, 10);
    }
    if (at < argc) {
        for (; at < argc; at++) status |= run_file(argv[at]);
        return status;
    }
    open_current(argv[0]);
    read_seeds();
    for (unsigned long i = 0; i < runs; i++) run_mutation(seed, i);
    printf("%s: %lu runs\n", argv[0], runs);
    if (current) unlink(current_path);
    return 0;
}
