# make demo      set up, build, scan Samples/, print the incidents
# make test      set up, build, run all tests
# make install   PREFIX=/usr/local DESTDIR= : the program, its rule pack, man pages, completions
# make build | lint | format | bench | clean
# make fuzz      TARGET=logs SECONDS=600 : one fuzz target (`nightjar-fuzz` without arguments lists them)

SWIFT   ?= swift
PREFIX  ?= /usr/local
DESTDIR ?=

# One configuration for demo and test: what one of them compiled, the other finds ready.
RELEASE := -c release
NIGHTJAR = .build/release/nightjar

# The samples are of one day of one province; see Samples/README.md.
SAMPLES    := Samples/attacks Samples/ordinary
SAMPLE_DAY := --now 2026-03-13T00:00:00+07:00 --tz Asia/Ho_Chi_Minh
DEMO       := .build/demo

SHARE   = $(DESTDIR)$(PREFIX)/share

.PHONY: demo test setup build install uninstall lint format bench fuzz clean

demo: build
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(NIGHTJAR) scan $(SAMPLES) --db $(DEMO)/nightjar.db $(SAMPLE_DAY)
	@echo
	$(NIGHTJAR) incidents --db $(DEMO)/nightjar.db $(SAMPLE_DAY)

test: setup
	$(SWIFT) build $(RELEASE) --build-tests
	$(SWIFT) test $(RELEASE) --skip-build --disable-xctest

setup:
	@.ci/setup

build: setup
	$(SWIFT) build $(RELEASE)

install: setup
	$(SWIFT) build $(RELEASE) --product nightjar
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/nightjar
	install -s -m 755 $(NIGHTJAR) $(DESTDIR)$(PREFIX)/bin/nightjar
	rm -rf $(SHARE)/nightjar/Signatures
	cp -R Signatures $(SHARE)/nightjar/Signatures
	chmod -R u=rwX,go=rX $(SHARE)/nightjar
	$(NIGHTJAR) manual $(SHARE)/man
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	$(NIGHTJAR) --generate-completion-script bash >$(SHARE)/bash-completion/completions/nightjar
	$(NIGHTJAR) --generate-completion-script zsh >$(SHARE)/zsh/site-functions/_nightjar
	$(NIGHTJAR) --generate-completion-script fish >$(SHARE)/fish/vendor_completions.d/nightjar.fish
	@echo "Where it runs it needs: libvectorscan5 libpcre2-8-0 libssl3 libzstd1 zlib1g libsqlite3-0 libmaxminddb0 tzdata"

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/nightjar $(SHARE)/nightjar $(SHARE)/bash-completion/completions/nightjar \
	    $(SHARE)/zsh/site-functions/_nightjar $(SHARE)/fish/vendor_completions.d/nightjar.fish \
	    $(SHARE)/man/man1/nightjar*.1 $(SHARE)/man/man7/nightjar-filter.7

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift $(wildcard Benchmarks)

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift $(wildcard Benchmarks)

# Every executable target in Benchmarks/ is one measure.
bench: build
	@for main in $(wildcard Benchmarks/*/main.swift); do \
	    $(SWIFT) run $(RELEASE) --skip-build $$(basename $$(dirname $$main)) || exit 1; \
	done

clean:
	rm -rf .build $(FUZZ)

# One target for SECONDS, from what it found before (`.build-fuzz/corpus`) and files of its kind; a finding is left in
# `.build-fuzz/`.
TARGET  ?= logs
SECONDS ?= 600
FUZZ    := .build-fuzz
SEEDS   := $(FUZZ)/corpus/$(TARGET) Tests/Fuzz/Regressions
ifneq (,$(filter logs% input compressed,$(TARGET)))
SEEDS   += Samples
else ifneq (,$(filter sigma pipeline signatures,$(TARGET)))
SEEDS   += Signatures
endif

fuzz: setup
	NIGHTJAR_FUZZ=1 $(SWIFT) build $(RELEASE) --scratch-path $(FUZZ) -Xswiftc -sanitize=fuzzer --product nightjar-fuzz
	@mkdir -p $(FUZZ)/corpus/$(TARGET)
	SWIFT_BACKTRACE=enable=no $(FUZZ)/release/nightjar-fuzz $(TARGET) -max_total_time=$(SECONDS) -timeout=10 \
	    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=$(FUZZ)/ $(SEEDS)
