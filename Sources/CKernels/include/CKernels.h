// Inner loops that want instructions beyond the baseline of the build, chosen when the program starts.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Ones-complement sum (RFC 1071) of `length` bytes in 32-bit steps, not folded. Reads exactly those bytes.
uint64_t ones_complement_sum(const uint8_t *_Nonnull bytes, size_t length);

// The same without special instructions: what runs where there are none, and what tests compare with.
uint64_t ones_complement_sum_portable(const uint8_t *_Nonnull bytes, size_t length);
