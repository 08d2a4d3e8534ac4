# `make quickstart`: install into .venv, then train the first example.
# `make check`: install into .venv, then what takes two minutes: format, lint,
# types, imports, and some tests of each module. `make test`: everything that
# continuous integration checks. `make test-all`: also what is marked as slow,
# further examples of what another test covers. `make format`: bring the code
# into the form that `make test` expects. `make docs`: the documentation site,
# into build/site.
# `make test-torch`: installs PyTorch, and runs the core tests on it.
# `make benchmark`: every command of the benchmarks' pages, which takes days;
# what has finished stays in $(BENCHMARKS), so that an interrupted one goes on.

PYTHON ?= python3
BIN := .venv/bin

# What needs no GPU is the smaller download, where it exists and none is missed.
ifeq ($(shell uname -sm)$(shell command -v nvidia-smi 2>/dev/null),Linux x86_64)
TENSORFLOW ?= tensorflow-cpu
TORCH_WHEELS ?= https://download.pytorch.org/whl/cpu
else
TENSORFLOW ?= tensorflow
endif

# What XLA has compiled is kept: a second run takes a third of the time.
JAX_CACHE = JAX_COMPILATION_CACHE_DIR=$(CURDIR)/.venv/jax-cache \
	JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 \
	JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=-1

# Tests run what they compile once or twice: that XLA optimizes it is not worth
# its time.
PYTEST = $(BIN)/python -m pytest -n 2
ON_TENSORFLOW = KERAS_BACKEND=tensorflow \
	XLA_FLAGS=--xla_backend_optimization_level=0 $(PYTEST)
ON_JAX = KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1 $(JAX_CACHE) \
	$(PYTEST)
ON_TORCH = KERAS_BACKEND=torch OMP_NUM_THREADS=1 $(PYTEST)
DOCTESTS = --doctest-modules --markdown-docs

# What keras_ssl sets itself where it is imported before Keras.
FAST = TF_CPP_MIN_LOG_LEVEL=3 TF_ENABLE_ONEDNN_OPTS=1

BENCHMARKS ?= build/benchmarks

.PHONY: quickstart lint check test test-all test-torch format docs benchmark
.DELETE_ON_ERROR:

quickstart: .venv/quickstart-installed
	$(FAST) $(BIN)/python examples/quickstart.py

lint: .venv/test-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy keras_ssl
	$(BIN)/lint-imports

check: lint
	$(ON_TENSORFLOW) -m "not slow" --first 2 --ignore=tests/examples tests

test: lint docs
	$(ON_TENSORFLOW) -m "not slow" $(DOCTESTS) tests keras_ssl README.md docs
	$(ON_JAX) -m "core and not slow" tests

test-all: lint docs
	$(ON_TENSORFLOW) $(DOCTESTS) tests keras_ssl README.md docs
	$(ON_JAX) -m core tests

test-torch: .venv/torch-installed
	$(ON_TORCH) -m "core and not slow" tests

format: .venv/test-installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/docs-installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

benchmark: .venv/test-installed
	$(FAST) $(BIN)/python -m benchmarks.everything \
		$(BENCHMARKS)

.venv/quickstart-installed: EXTRAS = $(TENSORFLOW),examples
.venv/docs-installed: EXTRAS = docs
.venv/test-installed: EXTRAS = $(TENSORFLOW),jax,kerascv,test
.venv/torch-installed: EXTRAS = $(TENSORFLOW),torch,test
.venv/torch-installed: export PIP_EXTRA_INDEX_URL = $(TORCH_WHEELS)

.venv/%-installed: pyproject.toml | $(BIN)/pip
	@echo "Installing .[$(EXTRAS)] into .venv: a few minutes, the first time."
	$(BIN)/pip install --quiet --disable-pip-version-check \
		--editable ".[$(EXTRAS)]"
	@touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) or \
		sys.exit("keras_ssl needs Python 3.11, 3.12 or 3.13, and $(PYTHON) " \
		"is %d.%d. Name another: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
