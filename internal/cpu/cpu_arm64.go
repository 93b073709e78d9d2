package cpu

func available() []ISA { return []ISA{NEON, Generic} }
