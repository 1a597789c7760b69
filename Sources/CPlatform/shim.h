// GNU extensions of libc, and of the compiler, that Swift's Glibc module does not show.
#pragma once
#include <stddef.h>

void *memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
void *memrchr(const void *bytes, int byte, size_t length);
int malloc_trim(size_t pad);

// Asks for the cache line at an address that will be read soon. Any address will do.
static inline void prefetch_line(const void *at) { __builtin_prefetch(at); }
