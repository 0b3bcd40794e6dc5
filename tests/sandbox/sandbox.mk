# The sandbox tests are linked with the plain objects (the shipped filters), never with sanitizers.
include Makefile

$(BUILD)/sandbox/%: tests/sandbox/%.c $(BUILD)/libbbt.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libbbt.a $(LIBS) -lcmocka
