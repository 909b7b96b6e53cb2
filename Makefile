# Everything a person runs. Each command brings what it needs; only Rust, Node ≥ 20 and make must be there.

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz mutants package bench measure clean

help: ## Lists the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Builds the demo site and the collector, starts them and prints the address
	@node pkg-config/tools/demo.mjs

test: ## Runs every test, natively, in Node and in Chromium (only=tests/edge, only="Rust lints": suites with this in their names)
	@node pkg-config/tools/test.mjs "$(only)"

fuzz: ## Fuzzes each target of tests/fuzz/ for a minute (seconds=600 for longer, only=model for one of them)
	@node pkg-config/tools/fuzz.mjs "$(or $(seconds),60)" "$(only)"

mutants: ## Tries what tests notice if one thing of the conditions or the engine is changed (only=state/flow for a part, thorough=1 for more)
	@node pkg-config/tools/mutants.mjs "$(only)" "$(thorough)"

package: ## Builds target/npm/package/ and target/npm/warmlead.tgz
	@node pkg-config/build.mjs

bench: ## Compares speed and size with other ways to score, and writes docs/performance.md
	@node pkg-config/tools/bench.mjs --report

measure: ## Measures speed and size, and writes docs/measurements.md; and does what bench does
	@node pkg-config/tools/measure.mjs
	@node pkg-config/tools/bench.mjs --report

clean: ## Removes everything that was built or brought
	rm -rf target pkg-config/node_modules
