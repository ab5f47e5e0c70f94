# SPDX-License-Identifier: Apache-2.0
# roost's build. `make` says what there is. MODE=release (default) or asan; each builds into build/$(MODE).
MODE ?= release
B := build/$(MODE)
PYTHON ?= .venv/bin/python
CCACHE := $(shell command -v ccache 2>/dev/null)
CC := $(CCACHE) gcc
PACKAGES := libuv libprotobuf-c msgpack libpcre2-8 zlib libzstd liblz4 snappy libxml-2.0 libcrypto icu-i18n icu-uc
# snappy ships no .pc file everywhere, bzip2 none; they are linked by name.
PKG := $(filter-out snappy,$(PACKAGES))
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wno-unused-parameter -Werror
CFLAGS_release := -O2
CFLAGS_asan := -O1 -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined \
	-fno-sanitize=nonnull-attribute -DARENA_DEBUG -Wno-stringop-overread # a false one, where the sanitizers split paths
LDFLAGS_asan := -fsanitize=address,undefined
CFLAGS ?= $(CFLAGS_$(MODE))
# memcpy() of nothing from NULL is what C2y allows; until then gcc must not conclude anything from it.
# Where the loops over values are: unrolled, vectorized, and one function inlined into another of its file.
KERNEL_CFLAGS_release := -O3 -fno-semantic-interposition -fno-math-errno -fno-trapping-math
KERNEL_CFLAGS := $(KERNEL_CFLAGS_$(MODE))
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -g -fPIC -fno-delete-null-pointer-checks $(WARN) $(CFLAGS) -Idaemon -Iproto -Iclient -I. -I$(B)/gen \
	$(shell pkg-config --cflags $(PKG) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKG) 2>/dev/null) -lsnappy -lbz2 -lm -lpthread

PROTOS := $(wildcard proto/*.proto)
ORC_PROTO := daemon/format/orc/orc.proto
GEN_C := $(PROTOS:proto/%.proto=$(B)/gen/%.pb-c.c) $(B)/gen/orc.pb-c.c
GEN_H := $(GEN_C:.c=.h)
GEN_OBJ := $(GEN_C:.c=.o)
DAEMON_C := $(filter-out daemon/main.c,$(wildcard daemon/*/*.c daemon/*/*/*.c))
PROTO_C := $(wildcard proto/*.c)
CLIENT_C := $(filter-out client/example.c,$(wildcard client/*.c))
SHELL_C := $(wildcard client/shell/*.c)
obj = $(patsubst %.c,$(B)/%.o,$(1))
DAEMON_OBJ := $(call obj,$(DAEMON_C)) $(call obj,$(PROTO_C)) $(GEN_OBJ)
CLIENT_OBJ := $(call obj,$(CLIENT_C))
CODEC_OBJ := $(B)/proto/batch_codec.o
SHELL_OBJ := $(call obj,$(SHELL_C))
UNIT_C := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT_C:tests/unit/%.c=$(B)/unit/%)

.DEFAULT_GOAL := help
.PHONY: help setup python demo test quick asan oom bench parity build library units unit fuzzers fuzz compdb fmt lint install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(if $(wildcard daemon/main.c),$(B)/bin/roostd) library $(if $(SHELL_C),$(B)/bin/roost) ## the daemon, the client library, the shell

# Every file anew when one changes: they import each other, and protoc-c is quick.
$(B)/gen/%.pb-c.c $(B)/gen/%.pb-c.h: proto/%.proto $(PROTOS)
	@mkdir -p $(B)/gen
	protoc-c -Iproto --c_out=$(B)/gen $<

$(B)/gen/orc.pb-c.c $(B)/gen/orc.pb-c.h: $(ORC_PROTO)
	@mkdir -p $(B)/gen
	protoc-c -I$(dir $<) --c_out=$(B)/gen $<

# Other flags are another build: objects depend on the file that tells them, which changes only when they do.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(ALL_CFLAGS) $(KERNEL_CFLAGS)' | cmp -s - $@ || echo '$(ALL_CFLAGS) $(KERNEL_CFLAGS)' > $@
FORCE:

# Generated code is compiled without our warnings.
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags | $(GEN_H)
	$(CC) -std=gnu17 -g -fPIC -w $(CFLAGS) -I$(B)/gen $(shell pkg-config --cflags libprotobuf-c) -c $< -o $@

$(B)/daemon/base/%.o $(B)/daemon/column/%.o $(B)/daemon/function/%.o: private ALL_CFLAGS += $(KERNEL_CFLAGS)
$(B)/%.o: %.c $(B)/flags | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(B)/lib/libdaemon.a: $(DAEMON_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	ar rcsT $@ $^

# libroost's inner names stay inside: its objects are joined and only roost_* left visible.
$(B)/client/libroost.o: $(CLIENT_OBJ)
	ld -r -o $@.all $^
	objcopy --wildcard --keep-global-symbol='roost_*' $@.all $@
	@rm $@.all

library: $(B)/lib/libroost.a $(B)/lib/libroost.so.0 $(B)/bin/roost-example

$(B)/lib/libroost.a: $(B)/client/libroost.o $(CODEC_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

$(B)/lib/libroost.so.0: $(CLIENT_OBJ) $(CODEC_OBJ) client/roost.map
	@mkdir -p $(@D)
	$(CC) -shared $(LDFLAGS_$(MODE)) -Wl,-soname,libroost.so.0 -Wl,--version-script=client/roost.map -o $@ \
		$(CLIENT_OBJ) $(CODEC_OBJ)
	ln -sf libroost.so.0 $(B)/lib/libroost.so

$(B)/bin/roost-example: $(B)/client/example.o $(B)/lib/libroost.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_$(MODE)) -o $@ $^

$(B)/bin/roost: $(SHELL_OBJ) $(B)/client/bytes.o $(B)/lib/libroost.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_$(MODE)) -o $@ $^ -ldl

$(B)/bin/roostd: $(B)/daemon/main.o $(B)/lib/libdaemon.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_$(MODE)) -Wl,--as-needed -o $@ $^ $(LIBS)

$(B)/unit/test_sql: $(B)/tests/unit/sql_text.o
$(B)/unit/test_client $(B)/unit/test_client_memory: $(B)/tests/unit/fake_engine.o $(GEN_OBJ)
comma := ,
$(B)/unit/test_client_memory: LDFLAGS_$(MODE) += \
	$(addprefix -Wl$(comma)--wrap=,malloc calloc realloc aligned_alloc strdup strndup)
$(B)/unit/test_split: $(B)/client/shell/split.o
$(B)/unit/test_client_daemon: $(B)/client/shell/daemon.o $(B)/client/bytes.o | $(B)/bin/roostd

# One program per tests/unit/test_*.c, linked against what it needs of the daemon and the client.
$(B)/unit/%: $(B)/tests/unit/%.o $(B)/lib/libdaemon.a $(B)/lib/libroost.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_$(MODE)) -o $@ $^ $(LIBS) $(shell pkg-config --libs check)

units: $(UNIT_BIN)

unit: $(UNIT_BIN) ## the C unit tests
	@for t in $(UNIT_BIN); do $$t || exit 1; done

# Fuzz targets, driven deterministically. FUZZ_RUNS=... FUZZ_SEED=...; with clang: see tests/fuzz/README.md.
FUZZ_C := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_C:tests/fuzz/%.c=$(B)/fuzz/%)
FUZZ_RUNS ?= 20000
FUZZ_SEED ?= 1
FUZZ_OBJ := $(addprefix $(B)/tests/fuzz/,driver.o mutate.o engine.o) $(B)/client/bytes.o
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(FUZZ_OBJ) $(B)/lib/libdaemon.a $(B)/lib/libroost.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_$(MODE)) -o $@ $^ $(LIBS)

fuzzers: $(FUZZ_BIN)

fuzz: ## the fuzz targets under sanitizers, FUZZ_RUNS runs each
	@$(MAKE) --no-print-directory MODE=asan fuzzers
	@for t in $(FUZZ_C:tests/fuzz/%.c=%); do \
		build/asan/fuzz/$$t --runs $(FUZZ_RUNS) --seed $(FUZZ_SEED) || exit 1; \
		for f in tests/fuzz/corpus/$$t/*; do test ! -e $$f || build/asan/fuzz/$$t $$f || exit 1; done; done

# ---- Python: the extension in place, the tests, the demo. scripts/setup.sh makes .venv.
EXTENSION := python/src/roost/.built
.venv/.requirements: scripts/setup.sh scripts/requirements.txt
	scripts/setup.sh

setup: ## Debian's packages and .venv, as far as they are missing
	scripts/setup.sh

$(EXTENSION): .venv/.requirements $(wildcard python/ext/*.c python/ext/*.h) $(B)/lib/libroost.a $(B)/bin/roostd $(B)/bin/roost
	.venv/bin/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

python: $(EXTENSION) ## the Python package, in place

demo: ## a PySpark test suite on real data, then the shell
	@scripts/setup.sh
	@$(MAKE) --no-print-directory python
	@demo/run.sh

test: ## everything that has to pass: C units, Python, lint
	@scripts/setup.sh
	@$(MAKE) --no-print-directory build python
	@$(MAKE) --no-print-directory unit lint
	.venv/bin/python -m pytest -n 2 -q

quick: python ## the tests that take no time
	@for t in base column type number wire operators plan_analyze session; do $(MAKE) -s $(B)/unit/test_$$t && $(B)/unit/test_$$t || exit 1; done
	.venv/bin/python -m pytest -q -x -m "not slow"

asan: ## the C units under ASan and UBSan
	@$(MAKE) --no-print-directory MODE=asan unit

# Each of these fails one allocation after the other and checks what is left and what is said.
OOM_UNITS := test_exec_memory test_client_memory
oom: $(OOM_UNITS:%=$(B)/unit/%) ## allocation failures, one after the other
	@for t in $^; do $$t || exit 1; done

# DuckDB and Polars are there to be measured against; without a network the functions are measured alone.
bench: python ## what small queries cost, and functions over a million rows beside DuckDB and Polars
	.venv/bin/python scripts/bench.py
	-.venv/bin/pip install -q --disable-pip-version-check duckdb polars
	.venv/bin/python scripts/bench_functions.py

parity: python ## docs/parity.md: PySpark's API and what roost has of it
	.venv/bin/python scripts/parity.py

compdb: ## compile_commands.json
	@$(MAKE) -s -B -n build units MODE=$(MODE) | python3 scripts/compdb.py > compile_commands.json

fmt: setup ## lay out the C sources
	.venv/bin/clang-format -i $$(git ls-files '*.c' '*.h')

lint: ## layering, headers that compile alone, formatting
	python3 scripts/lint.py

PREFIX ?= /usr/local
install: build ## into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/roost \
		$(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man8
	install $(wildcard $(B)/bin/roostd $(B)/bin/roost) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(B)/lib/libroost.a $(DESTDIR)$(PREFIX)/lib
	install $(B)/lib/libroost.so.0 $(DESTDIR)$(PREFIX)/lib
	ln -sf libroost.so.0 $(DESTDIR)$(PREFIX)/lib/libroost.so
	install -m 644 client/roost.h proto/batch_codec.h $(DESTDIR)$(PREFIX)/include/roost
	sed 's|@PREFIX@|$(PREFIX)|' client/roost.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/roost.pc
	install -m 644 $(wildcard docs/man/*.1) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(wildcard docs/man/*.8) $(DESTDIR)$(PREFIX)/share/man/man8

clean: ## remove build/
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
