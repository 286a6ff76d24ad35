# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

.PHONY: demo test lint docs bench lab setup clean

demo: setup
	scripts/demo

test: setup
	scripts/test

lint: setup
	scripts/lint

docs: setup
	scripts/docs

bench: setup
	scripts/bench

lab: setup
	scripts/lab

setup:
	@scripts/setup

# Keeps .venv: the next run starts at once. Remove it by hand to begin anew.
clean:
	rm -rf build .ansible .hypothesis .pytest_cache tests/output
