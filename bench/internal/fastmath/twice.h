// Compiles LOOPS for the processor at hand and, on amd64, for AVX2. HELD chooses.
#define LOOP NATIVE
#include LOOPS
#undef LOOP
#ifdef __x86_64__
#pragma GCC push_options
#pragma GCC target("arch=haswell")
#define LOOP AVX2
#include LOOPS
#pragma GCC pop_options
#endif
