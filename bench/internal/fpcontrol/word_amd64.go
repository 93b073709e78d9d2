package fpcontrol

const control = 0xffff &^ 0x3f

func word() uint64
