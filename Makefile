# irmill: `make run` makes the corpus, `make test` checks the project; both set up what is missing first.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
IRMILL := .venv/bin/irmill
PROFILE ?= base
ARGS ?=
CORPUS ?=
CHAOS := tests/tasks/test_build_faults.py tests/tasks/store/test_lease.py tests/compiler/execute/test_wasmer_faults.py \
	tests/synth/test_warp_process.py tests/compiler/base/test_child.py tests/flows/test_server.py

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and .venv-wasmer, or complete them; does nothing twice
	@$(PYTHON) flows/bootstrap.py

run: setup ## run the whole DAG on the embedded model and end with an exported dataset
	@$(IRMILL) run --profile $(PROFILE) $(ARGS)

test: setup ## run every test, two files at a time
	@.venv/bin/python -m pytest -n 2 --dist loadfile $(ARGS)

chaos: setup ## only the tests that kill, corrupt and starve
	@.venv/bin/python -m pytest $(CHAOS) $(ARGS)

fuzz: setup ## a million random programs, as many broken texts, all that reads or runs them: make fuzz ARGS="--seed 7"
	@PYTHONPATH=tests .venv/bin/python -m fuzz.programs $(ARGS)

mutants: setup ## plant the listed bugs one by one, see the tests turn red: make mutants ARGS="compiler --only NAME"
	@.venv/bin/python tests/mutants/run.py $(ARGS)

smoke: setup ## a small run of the whole DAG, under two minutes
	@$(IRMILL) run --profile smoke $(ARGS)

ui: setup ## start the flow UI on loopback; runs use it while it is up
	@$(IRMILL) ui $(ARGS)

serve: setup ## serve the schedules
	@$(IRMILL) serve $(ARGS)

train: setup ## make the embedded models from nothing and install them: make train CORPUS="a.jsonl b.jsonl"
	@corpora=($(foreach file,$(CORPUS),--corpus $(file))); pids=(); trap 'kill "$${pids[@]}" 2>/dev/null' EXIT; \
	for kind in base direct; do $(IRMILL) train $$kind "$${corpora[@]}" --install $(ARGS) & pids+=($$!); done; \
	failed=0; for pid in "$${pids[@]}"; do wait $$pid || failed=1; done; exit $$failed

eval: setup ## measure word problems: make eval [DATASET=FILE.jsonl]
	@$(IRMILL) eval $(if $(DATASET),--dataset $(DATASET)) $(ARGS)

reproduce: setup ## the seeds' tables beside ours
	@$(IRMILL) reproduce $(ARGS)

bench: setup ## speed beside baselines of the same run: make bench ARGS="model --rounds 9"
	@$(IRMILL) bench $(ARGS)

lint: setup ## ruff, pyright strict, import contracts
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/pyright
	@.venv/bin/lint-imports --no-cache

demo: setup ## one sentence through every stage
	@$(IRMILL) compile "Janet has 50 apples. She gives away 15."

export: setup ## export the newest run again
	@$(IRMILL) export $(ARGS)

clean: ## remove caches and both environments; artifacts stay
	rm -rf .venv .venv-wasmer .pytest_cache .ruff_cache .hypothesis build *.egg-info .setup.lock

.PHONY: help setup run test chaos fuzz mutants smoke ui serve train eval reproduce bench lint demo export clean
