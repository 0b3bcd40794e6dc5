# The proof: what `make check`, `lint`, `bench`, `fuzz`, `stress` and `demo` do. Included by the Makefile.
# The runner (tests/run) decides what runs beside what and counts; this file only builds.

# Debian's python3, not one from PATH: python3-aiosmtpd belongs to it.
PYTHON     ?= /usr/bin/python3
UNIT        = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZERS     = $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 60

check:
	sh .ci/apt build run check
	BBT_MAKE="$(MAKE)" $(PYTHON) tests/run

lint: $(OBJ)
	$(PYTHON) tests/lint/lint.py
	$(PYTHON) tests/lint/selftest.py

# The second compiler reads everything with the same warnings; no objects.
syntax-clang: $(BUILD)/queries_sql.h $(BUILD)/schema_sql.h
	printf '%s\n' $(SRC) $(wildcard tests/unit/*.c) $(wildcard tests/fuzz/*.c) | \
	    xargs -n 8 -P 2 clang $(CPPFLAGS) $(WARN) -Itests/unit -fsyntax-only

# ---- unit tests: each tests/unit/test_*.c is one cmocka program, linked with everything but main
unit-tests: $(UNIT)

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libbbt.a
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libbbt.a $(LIBS) $(GATHER_LIBS) -lcmocka

-include $(UNIT:=.d)

# ---- programs that run one room on many texts: tests/tools/*.c
$(BUILD)/tools/%: tests/tools/%.c $(BUILD)/libbbt.a
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Itests/unit -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libbbt.a $(LIBS) $(GATHER_LIBS) -lcmocka

-include $(BUILD)/tools/fields_dump.d $(BUILD)/tools/gather_judge.d

# ---- fuzzing: the same harnesses are replayed over their corpus (replay.c) in `make check`
FUZZ_FLAGS = -std=c11 -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
             -DBBT_SANITIZE=1 -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION=1
FUZZ_SRC   = $(filter-out src/cmd/main.c,$(subst src/./,src/,$(SRC)))
FUZZ_OBJ   = $(patsubst src/%.c,build/fuzz/obj/%.o,$(FUZZ_SRC))

build/fuzz/obj/%.o: src/%.c
	@mkdir -p $(@D)
	clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
build/fuzz/obj/store/db_sqlite.o: $(BUILD)/queries_sql.h $(BUILD)/schema_sql.h
-include $(FUZZ_OBJ:.o=.d)

build/fuzz/libbbt.a: $(FUZZ_OBJ)
	rm -f $@ && ar rcs $@ $^

build/fuzz/%: tests/fuzz/fuzz_%.c build/fuzz/libbbt.a
	clang $(CPPFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< build/fuzz/libbbt.a $(LIBS) $(GATHER_LIBS)

build/asan/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c build/asan/libbbt.a
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c build/asan/libbbt.a $(LIBS) $(GATHER_LIBS)

fuzz-replay: $(FUZZERS:%=build/asan/fuzz/%)

fuzz:
	sh .ci/apt build run check
	$(MAKE) -j2 $(FUZZERS:%=build/fuzz/%)
	$(PYTHON) tests/fuzz/replay.py --fuzz $(FUZZ_SECONDS)

# ---- the long lanes: every kill point instead of a sample, the mutants over more points, the whole corpus under
# ASan, longer fuzzing
stress:
	sh .ci/apt build run check
	$(MAKE) -j2 all
	BBT=build/bbt $(PYTHON) tests/crash/kill.py --points 10000
	BBT=build/bbt $(PYTHON) tests/crash/kill.py --points 2000 --scenario digest --scenario digest-sealed
	BBT=build/bbt $(PYTHON) tests/tools/canaries.py 500
	BBT_MUTANT_POINTS=400 $(PYTHON) tests/crash/mutants.py
	$(MAKE) -j2 SANITIZE=1 all build/asan/unit/test_property
	BBT_PROPERTY=200000 build/asan/unit/test_property
	BBT=build/asan/bbt $(PYTHON) tests/tools/corpus.py ../shared
	$(MAKE) fuzz FUZZ_SECONDS=600

bench:
	sh .ci/apt build run bench
	$(MAKE) -j2 all
	$(PYTHON) tests/bench/bench.py

demo:
	sh .ci/apt build run
	$(MAKE) -j2 all
	sh tests/tools/demo.sh

.PHONY: check lint syntax-clang unit-tests fuzz-replay fuzz stress bench demo
