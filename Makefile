# SpecWiki: `make demo` and `make test` do all their own set-up on a fresh Debian 12 machine with a Swift toolchain.

SWIFT ?= swift
PREFIX ?= /usr/local
PACKAGES = libxml2-dev libbz2-dev zlib1g-dev libzstd-dev libpcre2-dev libopenblas-dev libdnnl-dev libsqlite3-dev libssl-dev pkg-config bzip2
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BUILD = .build/release/specwiki-build
EVAL = .build/release/specwiki-eval

.PHONY: demo test setup setup-chromium release install lint sample picture bench bench-models fuzz kill-test sanitize check-exports clean

## Store, evaluation and report from the bundled sample and demo model; under 3 minutes once built.
demo: release
	rm -rf demo && mkdir demo
	$(BUILD) generate Dumps/sample.xml.bz2 --pageviews Dumps/sample-pageviews-201905-user.bz2 --output demo/demo.sqlite
	$(EVAL) run demo/demo.sqlite --model Benchmark/Demo/model --name demo \
		--localization-controls 20 --evaluation-controls 20 --null-concepts 192 --cross-fit \
		--studies pooling,noise,formats,effects,selectivity --study-concepts 60 > demo/table.txt
	@cat demo/table.txt
	$(EVAL) report demo/demo.sqlite --output demo/report.html
	@echo "Look at demo/report.html, or ask: $(BUILD) inspect demo/demo.sqlite \"Marie Curie\""

## All tests. With SPECWIKI_SHARED naming the folder of shared reference data, those that need it as well.
test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

## Installs the system libraries that are missing, and says which.
setup:
	@missing=""; for package in $(PACKAGES); do \
		dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then echo "setup: all system packages are installed"; \
	else echo "setup: installing$$missing (apt)"; \
		$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; fi

## The browser that one test opens the report in; without one that test is skipped. CI installs it.
setup-chromium:
	@command -v chromium > /dev/null || { echo "setup: installing chromium (apt)"; $(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null; }

## The programs, optimised, in .build/release. With Swift's libraries inside they are faster, and run where Swift is not installed.
release: setup
	$(SWIFT) build -c release --static-swift-stdlib --product specwiki-build
	$(SWIFT) build -c release --static-swift-stdlib --product specwiki-eval

## Both programs and the template packs: make install PREFIX=$$HOME/.local
install: release
	install -d "$(PREFIX)/bin" "$(PREFIX)/share/specwiki/Templates"
	install -s -m 755 $(BUILD) $(EVAL) "$(PREFIX)/bin"
	install -m 644 Templates/*.yaml "$(PREFIX)/share/specwiki/Templates"

## Formatting, as CI checks it.
lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

## The sample dump and its page views from their readable source.
sample:
	python3 Dumps/build_sample.py

## The demo's report as the picture in the README.
picture: demo setup-chromium
	python3 Benchmark/Demo/picture.py demo/report.html Benchmark/Demo/report.png

## A million mutated inputs for each reader: dump, bz2, wikitext, page views, safetensors, config.json, tokenizer.json
## (make fuzz FUZZ=20000 for fewer).
FUZZ ?= 1000000
fuzz: setup
	$(SWIFT) build --build-tests
	SPECWIKI_FUZZ=$(FUZZ) $(SWIFT) test --skip-build --filter FuzzTests

## kill -9 at fifty random moments of a run and of a build (`make test` tries three): runs end with the same rows, builds leave no half store.
kill-test: setup
	$(SWIFT) build --build-tests
	SPECWIKI_KILLS=50 $(SWIFT) test --skip-build --filter KillTests

## Speed against lbzip2, bzcat and wikiextractor, and memory: about half an hour; writes Benchmark/RESULTS.md.
bench: release
	python3 Benchmark/bench.py

## Speed of the decoder against transformers and llama.cpp, installed from PyPI into .build: about half an hour; writes the section
## Models of Benchmark/RESULTS.md. (BENCH_OPTIONS="--torch FILE.whl" names a CPU wheel.)
bench-models: release
	python3 Benchmark/bench_models.py $(BENCH_OPTIONS)

## Readers of checkpoints and tokenizers, and kernels, under AddressSanitizer: their tests, and 20,000 mutated inputs of each. What Foundation
## itself never frees is left out.
sanitize: setup
	ASAN_OPTIONS=detect_leaks=0 SPECWIKI_FUZZ=20000 $(SWIFT) test --sanitize=address --scratch-path .build/sanitize \
		--filter 'CheckpointTests|CheckpointFuzzTests|ConfigurationTests|JSONValueTests|Tokeniz.*Tests|KernelTests|WeightMatrixTests'

## Exports in the programs they are for: lm-evaluation-harness and Hugging Face datasets, installed from PyPI into .build.
## CHECK_OPTIONS="--torch FILE.whl" names a CPU wheel; torch from PyPI brings CUDA with it.
check-exports: release
	python3 Benchmark/check_lm_eval.py $(CHECK_OPTIONS)
	python3 Benchmark/check_huggingface.py

clean:
	rm -rf .build demo
