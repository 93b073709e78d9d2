package argmax

// Half a block of sums stays in eight variables, which the compiler keeps in
// registers, while the blocks of its accumulator pass by: the additions of a lane
// are in the order of the blocks all the same. Each function adds the whole blocks
// of x to the accumulators in acc, of which there are 1 or 4, in turn. (Sums that
// lie in memory wait for their own stores: three times the time.)

type half [lanes / 2]float32

func addAll(acc, x []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u := (*half)(x[j:])
			s0 += u[0]
			s1 += u[1]
			s2 += u[2]
			s3 += u[3]
			s4 += u[4]
			s5 += u[5]
			s6 += u[6]
			s7 += u[7]
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

func addMagnitudes(acc, x []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u := (*half)(x[j:])
			s0 += abs(u[0])
			s1 += abs(u[1])
			s2 += abs(u[2])
			s3 += abs(u[3])
			s4 += abs(u[4])
			s5 += abs(u[5])
			s6 += abs(u[6])
			s7 += abs(u[7])
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}

func addDistances(acc, x, y []float32) {
	for i := 0; i < len(acc); i += len(half{}) {
		s := (*half)(acc[i:])
		s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
		for j := i; j < len(x); j += len(acc) {
			u, v := (*half)(x[j:]), (*half)(y[j:])
			s0 += abs(u[0] - v[0])
			s1 += abs(u[1] - v[1])
			s2 += abs(u[2] - v[2])
			s3 += abs(u[3] - v[3])
			s4 += abs(u[4] - v[4])
			s5 += abs(u[5] - v[5])
			s6 += abs(u[6] - v[6])
			s7 += abs(u[7] - v[7])
		}
		*s = half{s0, s1, s2, s3, s4, s5, s6, s7}
	}
}
