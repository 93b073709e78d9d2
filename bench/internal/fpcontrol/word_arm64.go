package fpcontrol

const control = 1<<64 - 1

func word() uint64
