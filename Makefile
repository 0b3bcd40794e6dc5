# banbientap: rooms in order; a room includes only itself and rooms above it (checked by `make lint`).
PURE_ROOMS = base house mail fields verify classify desk render
EDGE_ROOMS = sys reader source gather spool store send site
LAST_ROOMS = . web cmd
ROOMS      = $(PURE_ROOMS) $(EDGE_ROOMS) $(LAST_ROOMS)

PREFIX ?= /usr/local
BUILD  ?= build
ifeq ($(origin CC),default)
CC      = gcc
endif
PKGS    = talloc libutf8proc libsodium jansson libpcre2-8 gmime-3.0 libxml-2.0 libarchive uchardet libseccomp \
          gnutls sqlite3 libcurl
# pkg-config for libetpan would link non-PIE (LIBRARIES 0.2): plain -letpan.
LIBS    = $(shell pkg-config --libs $(PKGS)) -letpan -lcsv

WARN    = -std=c11 -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
HARDEN  = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARD  = -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
CFLAGS  = $(WARN) $(HARDEN)
LDFLAGS = $(LDHARD)
ifeq ($(SANITIZE),1)
BUILD   = build/asan
CFLAGS  = $(WARN) -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DBBT_SANITIZE=1 -fPIE
LDFLAGS = -pie -fsanitize=address,undefined
endif
CPPFLAGS = -D_GNU_SOURCE -Isrc -I$(BUILD) -isystem /usr/include/libxml2 $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(PKGS)))

SRC  = $(foreach r,$(ROOMS),$(sort $(wildcard src/$(r)/*.c)))
OBJ  = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(subst src/./,src/,$(SRC)))
BBT  = $(BUILD)/bbt

all: $(BBT)

$(BBT): $(OBJ)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJ) $(LIBS)

# Everything but main, for unit tests.
$(BUILD)/libbbt.a: $(filter-out $(BUILD)/obj/cmd/main.o,$(OBJ))
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# SQL lives in .sql files; the store embeds them as strings.
$(BUILD)/%_sql.h: src/store/%.sql tests/tools/embed.sh
	@mkdir -p $(@D)
	@sh tests/tools/embed.sh $< > $@
$(BUILD)/obj/store/db_sqlite.o: $(BUILD)/queries_sql.h $(BUILD)/schema_sql.h

-include $(OBJ:.o=.d)
-include tests/tests.mk

clean:
	rm -rf build

.PHONY: all clean
