# Steward's commands for those who build it. `make` alone lists them.
#
#   SWIFT   the compiler's driver       make demo SWIFT=/opt/swift/usr/bin/swift
#   PREFIX  where `make install` puts it; DESTDIR stands before it while a package is made

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
export SWIFT

# Swift's own library is linked in, so that the program runs where no Swift is installed.
RELEASE_FLAGS := -c release --static-swift-stdlib
PROGRAM := .build/release/steward
SHARE := $(DESTDIR)$(PREFIX)/share
# Where systemd looks for units and accounts, for PREFIX /usr and /usr/local.
UNITS := $(DESTDIR)$(PREFIX)/lib/systemd/system
ACCOUNTS := $(DESTDIR)$(PREFIX)/lib/sysusers.d

.DEFAULT_GOAL := help
.PHONY: help demo test release check format bench install uninstall clean packages test-packages bench-packages

help:
	@echo 'make demo      install what is needed, build, and pay a demo company in var/demo'
	@echo 'make test      install what is needed, and run every test'
	@echo 'make release   build $(PROGRAM)'
	@echo 'make check     fail on any warning and on what is not formatted; make format puts that right'
	@echo 'make bench     measure the store, workbooks, formulas, schedules, runs, the daemon, payroll, mail, journals and the books'
	@echo 'make install   put steward, its working set and its systemd unit under PREFIX=$(PREFIX); make uninstall removes them'
	@echo 'make clean     remove what was built and var/demo'

demo: packages
	@scripts/demo $(RELEASE_FLAGS)

test: test-packages
	$(SWIFT) build --build-tests
	@scripts/test

release: packages
	$(SWIFT) build $(RELEASE_FLAGS) --product steward

check: test-packages
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	STEWARD_WARNINGS=errors $(SWIFT) build --build-tests --scratch-path .build-check

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

bench: bench-packages
	@scripts/bench

# Built by whoever owns the checkout; `sudo make install` then only copies.
install:
	@test -x $(PROGRAM) || { echo 'make install: there is no $(PROGRAM) yet. Run `make release` first.' >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/steward
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/steward
	rm -rf $(SHARE)/steward/config $(SHARE)/steward/jobs $(SHARE)/steward/fixtures
	cp -R config jobs fixtures $(SHARE)/steward/
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions
	$(PROGRAM) --generate-completion-script bash > $(SHARE)/bash-completion/completions/steward
	$(PROGRAM) --generate-completion-script zsh > $(SHARE)/zsh/site-functions/_steward
	install -d $(SHARE)/man/man1
	install -m 644 docs/man/steward.1 $(SHARE)/man/man1/steward.1
	install -d $(UNITS) $(ACCOUNTS)
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/systemd/steward@.service > $(UNITS)/steward@.service
	install -m 644 packaging/systemd/steward.sysusers $(ACCOUNTS)/steward.conf

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/steward
	rm -rf $(SHARE)/steward
	rm -f $(SHARE)/bash-completion/completions/steward $(SHARE)/zsh/site-functions/_steward
	rm -f $(SHARE)/man/man1/steward.1
	rm -f $(UNITS)/steward@.service $(ACCOUNTS)/steward.conf

clean:
	rm -rf .build .build-* var/demo

packages:
	@scripts/require-swift
	@scripts/install-packages build

test-packages:
	@scripts/require-swift
	@scripts/install-packages build test

bench-packages:
	@scripts/require-swift
	@scripts/install-packages build test bench
