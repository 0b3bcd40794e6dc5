# The sandbox test is linked with the plain objects (the shipped filter), never with sanitizers.
include Makefile

$(BUILD)/sandbox/test_sandbox: tests/sandbox/test_sandbox.c $(BUILD)/libbbt.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libbbt.a $(LIBS) -lcmocka
