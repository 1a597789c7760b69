// The search for signatures' contents of two bytes, too short for windows.
#include "CKernels.h"
#include <string.h>

static const uint64_t ones = 0x0101010101010101u;

// Eight places at a time: where both bytes are the wanted ones, a byte of `differs` is zero. (Such a byte is found as
// in Warren, "Hacker's Delight", section 6-1.)
size_t pair_place_portable(const uint8_t *bytes, size_t from, size_t to, struct byte_pair pair) {
    size_t at = from;
    for (; at + 8 <= to; at += 8) {
        uint64_t left, right;
        memcpy(&left, bytes + at, 8);
        memcpy(&right, bytes + at + 1, 8);
        uint64_t differs = ((left | ones * pair.first_case) ^ ones * pair.first)
            | ((right | ones * pair.second_case) ^ ones * pair.second);
        if ((differs - ones) & ~differs & ones << 7) break;
    }
    for (; at < to; at++) {
        if ((bytes[at] | pair.first_case) == pair.first && (bytes[at + 1] | pair.second_case) == pair.second) break;
    }
    return at < to ? at : to;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2")))

WIDE static size_t pair_place_wide(const uint8_t *bytes, size_t from, size_t to, struct byte_pair pair) {
    const __m512i first = _mm512_set1_epi8((char)pair.first), first_case = _mm512_set1_epi8((char)pair.first_case);
    const __m512i second = _mm512_set1_epi8((char)pair.second), second_case = _mm512_set1_epi8((char)pair.second_case);
    for (size_t at = from; at < to; at += 64) {
        // A masked load touches no byte that the mask leaves out.
        __mmask64 valid = _bzhi_u64(~0ull, to - at < 64 ? (unsigned)(to - at) : 64);
        __m512i left = _mm512_or_si512(_mm512_maskz_loadu_epi8(valid, bytes + at), first_case);
        __m512i right = _mm512_or_si512(_mm512_maskz_loadu_epi8(valid, bytes + at + 1), second_case);
        __mmask64 found = _mm512_mask_cmpeq_epi8_mask(_mm512_mask_cmpeq_epi8_mask(valid, left, first), right, second);
        if (found) return at + _tzcnt_u64(found);
    }
    return to;
}

static int has_wide;

__attribute__((constructor)) static void choose(void) {
    __builtin_cpu_init();
    has_wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

size_t pair_place(const uint8_t *bytes, size_t from, size_t to, struct byte_pair pair) {
    return has_wide ? pair_place_wide(bytes, from, to, pair) : pair_place_portable(bytes, from, to, pair);
}
#else
size_t pair_place(const uint8_t *bytes, size_t from, size_t to, struct byte_pair pair) {
    return pair_place_portable(bytes, from, to, pair);
}
#endif
