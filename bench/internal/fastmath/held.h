// Loops are compiled twice: for this processor, and for AVX2 and FMA alone.

#define NATIVE(name) name##_native
#define AVX2(name) name##_avx2

// fastmath_held says which of the two is called; 0 at first, for this processor.
extern int fastmath_held;

#ifdef __x86_64__
#define HELD(name) (fastmath_held ? AVX2(name) : NATIVE(name))
#else
#define HELD(name) NATIVE(name)
#endif
