module github.com/seed842bec00/argmax/bench

go 1.26.0

require github.com/seed842bec00/argmax v0.0.0
