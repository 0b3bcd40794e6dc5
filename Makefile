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
PKGS    = talloc libutf8proc libsodium nettle jansson gmime-3.0 libxml-2.0 libarchive libgsf-1 uchardet libseccomp \
          gnutls sqlite3 libcurl
# pkg-config for libetpan would link non-PIE (LIBRARIES 0.2): plain -letpan.
LIBS    = $(shell pkg-config --libs $(PKGS)) -letpan -lcsv -lm

WARN    = -std=c11 -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
HARDEN  = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARD  = -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
CFLAGS  = $(WARN) $(HARDEN)
LDFLAGS = $(LDHARD)
ifeq ($(SANITIZE),1)
BUILD   = build/asan
# -g1: the lines that a report names. gold, where it is there, links a hundred test programs in half the time.
CFLAGS  = $(WARN) -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DBBT_SANITIZE=1 -fPIE
LDFLAGS = -pie -fsanitize=address,undefined $(shell command -v ld.gold >/dev/null && echo -fuse-ld=gold)
endif
CPPFLAGS = -D_GNU_SOURCE -iquote src -iquote $(BUILD) -isystem /usr/include/libxml2 $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I $(PKGS)))

# bbt-reader is a program of its own: reader/main.c and the four rooms it needs (see there).
# So is bbt-gather, which asks the DNS; of its room bbt itself holds gather.c alone, and none of its libraries.
SRC  = $(filter-out src/reader/main.c src/gather/main.c,$(foreach r,$(ROOMS),$(sort $(wildcard src/$(r)/*.c))))
OBJ  = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(subst src/./,src/,$(SRC)))
BBT  = $(BUILD)/bbt
READER      = $(BUILD)/bbt-reader
READER_PKGS = talloc libutf8proc libsodium nettle gmime-3.0 libxml-2.0 libarchive libgsf-1 uchardet libseccomp
# What that needs is linked in: a child per letter is forked from it, and each shared library is five more mappings
# to copy and to tear down (a letter costs a fifth less CPU so). Debian has no archive of libmount, which gio names
# with two more. Rebuild it after a security update of a library, or say READER_SHARED=1 for a plain link; that is
# also what sanitizer builds get, and what it falls back to where an archive is missing.
READER_IN   = gmime-3.0 gsf-1 gpgme assuan gpg-error idn2 unistring gio-2.0 gobject-2.0 gmodule-2.0 glib-2.0 pcre2-8 ffi \
              archive nettle lzma zstd bz2 xml2 icuuc icudata z uchardet stdc++ seccomp talloc utf8proc sodium
READER_LIBS = -Wl,-Bstatic -Wl,--start-group $(READER_IN:%=-l%) -Wl,--end-group -Wl,-Bdynamic \
              -lmount -lblkid -lselinux -lm -static-libgcc
READER_SHARED ?= $(SANITIZE)
READER_OBJ  = $(BUILD)/obj/reader/main.o $(filter $(foreach r,base mail sys reader,$(BUILD)/obj/$(r)/%),$(OBJ))

GATHER      = $(BUILD)/bbt-gather
# libunbound.pc wants libevent.pc, which its users do not need.
GATHER_LIBS = -lopendkim -lunbound -lpsl -lcrypto
GATHER_IN   = $(filter-out $(BUILD)/obj/gather/gather.o,$(filter $(BUILD)/obj/gather/%,$(OBJ)))
GATHER_OBJ  = $(BUILD)/obj/gather/main.o $(GATHER_IN)

all: $(BBT) $(READER) $(GATHER)

# Of the archive a program takes what it needs, and of the libraries those that this needs: bbt holds nothing that
# parses letters (READER does) and nothing that asks the DNS (GATHER does), and is started faster.
$(BBT): $(BUILD)/obj/cmd/main.o $(BUILD)/libbbt.a | $(READER) $(GATHER)
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $(BUILD)/obj/cmd/main.o $(BUILD)/libbbt.a $(LIBS)

$(GATHER): $(GATHER_OBJ) $(BUILD)/libbbt.a
	@echo "  link $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $(GATHER_OBJ) $(BUILD)/libbbt.a $(LIBS) $(GATHER_LIBS)

$(READER): $(READER_OBJ)
	@echo "  link $@"
	@test -z "$(READER_SHARED)" && $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(READER_OBJ) $(READER_LIBS) 2>$@.link || \
	    { echo "  (with shared libraries$(if $(READER_SHARED),,: $@.link says why))"; \
	      $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(READER_OBJ) $(shell pkg-config --libs $(READER_PKGS)); }

# Everything but main, for unit tests.
$(BUILD)/libbbt.a: $(filter-out $(BUILD)/obj/cmd/main.o,$(OBJ))
	@rm -f $@ && ar rcs $@ $^

# The rooms that look at every byte of a letter: 5 % fewer instructions of a whole ingest.
$(foreach r,base fields classify,$(BUILD)/obj/$(r)/%.o): HARDEN += -O3

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# SQL lives in .sql files; the store embeds them as strings, in this order.
SQL         = src/store/
QUERIES_SQL = $(SQL)queries.sql $(SQL)queries_house.sql $(SQL)queries_campaign.sql $(SQL)queries_sealed.sql
SCHEMA_SQL  = $(SQL)schema_old.sql $(SQL)schema.sql $(SQL)schema_next.sql $(SQL)schema_small.sql
$(BUILD)/queries_sql.h: $(QUERIES_SQL) tests/tools/embed.sh
$(BUILD)/schema_sql.h: $(SCHEMA_SQL) tests/tools/embed.sh
$(BUILD)/queries_sql.h $(BUILD)/schema_sql.h:
	@mkdir -p $(@D)
	@sh tests/tools/embed.sh $(basename $(@F)) $(filter %.sql,$^) > $@
$(BUILD)/obj/store/db_sqlite.o: $(BUILD)/queries_sql.h $(BUILD)/schema_sql.h

-include $(OBJ:.o=.d) $(BUILD)/obj/reader/main.d $(BUILD)/obj/gather/main.d
-include tests/tests.mk

DESTDIR ?=
SHARE    = $(DESTDIR)$(PREFIX)/share/banbientap

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec $(SHARE)
	install -m 755 $(BBT) $(DESTDIR)$(PREFIX)/bin/bbt
	install -m 755 $(READER) $(DESTDIR)$(PREFIX)/libexec/bbt-reader
	install -m 755 $(GATHER) $(DESTDIR)$(PREFIX)/libexec/bbt-gather
	cp -R rules conf $(SHARE)/
	for n in 1 5; do install -d $(DESTDIR)$(PREFIX)/share/man/man$$n && \
	    install -m 644 man/*.$$n $(DESTDIR)$(PREFIX)/share/man/man$$n/; done

clean:
	rm -rf build

.PHONY: all install clean
