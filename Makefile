# Seeing Convolutions. `make` alone lists the targets; the work is done by the small programs in tools/.

PYTHON := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
# not every shell opens a ~ behind an =
override COURSE := $(patsubst ~/%,$(HOME)/%,$(COURSE))

.PHONY: help setup read book pdf epub zip editions readers release lab test bench students collect grade feedback grades report notebooks format lock clean
.DEFAULT_GOAL := help

help:
	@echo "Seeing Convolutions"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-17s%s\n", $$1, $$2 }'

read: book  ## build the book and open it at http://127.0.0.1:8000
	@$(PYTHON) tools/serve.py

test: setup  ## check everything: style, book, operations, notebooks, every page and widget in a browser
	@$(PYTHON) tools/run_tests.py

book: setup  ## build the book into _build/html; a warning is an error
	@$(PYTHON) tools/build_book.py

pdf: book  ## print the built book as one PDF, for paper
	@$(PYTHON) tools/make_pdf.py

epub: book  ## make an EPUB of the built book, for e-readers
	@$(PYTHON) tools/make_epub.py

zip: book  ## pack the built book, to be read from a disk or put on a server
	@$(PYTHON) tools/make_zip.py

editions: pdf epub zip  ## make all of them; the pages then offer them

readers: setup  ## write the branch that readers get in Colab, Binder and Codespaces, into _build/readers
	@$(PYTHON) tools/notebooks_branch.py

release: setup  ## say whether TAG=v1.2.3 may be a release, and build its package into _build/dist
	@$(PYTHON) tools/release.py "$(TAG)"

lab: setup  ## work on the chapters in JupyterLab
	@$(PYTHON) -m jupyterlab notebooks

students: setup  ## make what a class gets, as a folder and a zip (CHAPTERS=, SEED=, NUMBERS=, COURSE=)
	@$(PYTHON) course/students.py $(CHAPTERS) $(if $(SEED),--seed "$(SEED)") $(if $(NUMBERS),--numbers "$(NUMBERS)") $(if $(COURSE),--course "$(COURSE)")

collect: setup  ## take in what a class has handed in: FROM=folder-or-zip (ROSTER=, DUE=, COURSE=)
	@$(PYTHON) course/collect.py "$(FROM)" $(if $(ROSTER),--roster "$(ROSTER)") $(if $(DUE),--due "$(DUE)") $(if $(COURSE),--course "$(COURSE)")

grade: setup  ## grade it in a sandbox (CHAPTERS=, WHERE=tcp://..., SEED=, SANDBOX=off, AGAIN=1, COURSE=)
	@$(PYTHON) course/grade.py $(CHAPTERS) $(if $(WHERE),--where "$(WHERE)") $(if $(SEED),--seed "$(SEED)") \
	  $(if $(filter off,$(SANDBOX)),--without-sandbox) $(if $(AGAIN),--again) $(if $(COURSE),--course "$(COURSE)")

feedback: setup  ## write a page for each student, and the zips to hand them back (CHAPTERS=, COURSE=)
	@$(PYTHON) course/feedback.py $(CHAPTERS) $(if $(COURSE),--course "$(COURSE)")

grades: setup  ## write the grades for Moodle and Canvas (CHAPTERS=, ROSTER=, COURSE=)
	@$(PYTHON) course/grades.py $(CHAPTERS) $(if $(ROSTER),--roster "$(ROSTER)") $(if $(COURSE),--course "$(COURSE)")

report: setup  ## write a page about the class: what to look at, and how it did in each exercise (CHAPTERS=, COURSE=)
	@$(PYTHON) course/report.py $(CHAPTERS) $(if $(COURSE),--course "$(COURSE)")

notebooks: setup  ## run every notebook and write its outputs down, ready to commit
	@$(PYTHON) tools/normalise_notebook.py notebooks/*.ipynb notebooks/exercises/*.ipynb

bench: setup book  ## measure the operations, the pages and the widgets against their peers
	@for program in benchmarks/*.py; do echo; echo "$$program"; $(PYTHON) "$$program" || exit 1; done

format: setup  ## put the code into the shape that `make test` asks for
	@left=0; for tool in "-m ruff check --fix ." "-m ruff format ." "tools/javascript.py format"; do \
	  $(PYTHON) $$tool || left=1; done; exit $$left

lock: setup  ## pin anew what the packages of requirements.txt bring along
	@$(PYTHON) tools/lock.py

setup:  ## make .venv and install the packages; every target above begins with it
	@python=$$(sh tools/find_python) && $$python tools/environment.py

clean:  ## remove the built book and the caches; .venv stays
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
