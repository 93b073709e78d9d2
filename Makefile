.PHONY: generate lecture check tidy test test-isa test-avx512 emulate fuzz soak bench bench-compare report

generate: # the kernels and their tables; outside the workspace, with the versions of asm/go.mod
	cd asm && GOWORK=off go run .

lecture: # the code, the tables and the pictures on the pages of doc/lecture
	go test ./doc/lecture -update
	cd cmd/argmax && go test -count=1 -run TestLecturePictures . -update

check: # formatting, vet, static analysis, module files, generated files
	.ci/check

tidy:
	go run ./internal/tidy

test:
	go test work

test-isa: # on every instruction set that this processor has
	.ci/isa

test-avx512: # on an emulated processor, for those that have none; needs Debian
	.ci/avx512 full

emulate: # on emulated processors; needs qemu-user-static
	.ci/emulate

fuzz:
	.ci/fuzz 1000000x

soak: # everything at once under the race detector: make soak FOR=10m
	go test -race -count=1 -timeout 0 -v ./internal/soak -soak $(or $(FOR),1m)

bench: # argmax alone
	go test -run '^$$' -bench . ./...

bench-compare: # fails if this checkout is slower than another commit: make bench-compare BASE=main
	cd bench && go run ./compare -base "$(BASE)" $(ARGS)

report: # argmax and its rivals in turns; those in C, which bench/rivals.sh installs, need gcc
	cd bench && go run $(if $(shell command -v gcc),-tags cblas) ./report
