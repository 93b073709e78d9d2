module github.com/seed842bec00/argmax/asm

go 1.26.0

require (
	github.com/mmcloughlin/avo v0.6.0
	golang.org/x/tools v0.36.0 // indirect
)
