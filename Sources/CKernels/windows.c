// The first look of the search for signatures' contents: which places of a payload are worth a second one.
#include "CKernels.h"
#include <string.h>

static inline uint32_t mixed(uint32_t window, uint32_t shift) { return ((window << 8) * WINDOW_MULTIPLIER) >> shift; }

size_t window_places_portable(
    const uint8_t *bytes, size_t from, size_t to, const uint32_t *words, uint32_t shift, uint32_t *places) {
    size_t found = 0;
    for (size_t at = from; at < to; at += 2) {
        uint32_t window;
        memcpy(&window, bytes + at, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        window = __builtin_bswap32(window);
#endif
        window |= WINDOW_FOLD;
        // Written in any case, and kept where the bit is set: no branch that could be foretold wrongly.
        places[found] = (uint32_t)at;
        found += words[mixed(window, shift)] >> (window >> 24 & 31) & 1;
    }
    return found;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl")))

// Of sixteen places, two bytes apart, those whose window's bit is set. The windows' lower halves stand in `low`, their
// upper ones in `high`.
WIDE static inline __mmask16 set_bits(__m256i low, __m256i high, const uint32_t *words, __m128i shift) {
    __m512i window = _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
    window = _mm512_or_si512(window, _mm512_set1_epi32(WINDOW_FOLD));
    __m512i hash = _mm512_mullo_epi32(_mm512_slli_epi32(window, 8), _mm512_set1_epi32((int)WINDOW_MULTIPLIER));
    __m512i word = _mm512_i32gather_epi32(_mm512_srl_epi32(hash, shift), words, 4);
    __m512i place = _mm512_and_si512(_mm512_srli_epi32(window, 24), _mm512_set1_epi32(31));
    return _mm512_test_epi32_mask(word, _mm512_sllv_epi32(_mm512_set1_epi32(1), place));
}

WIDE static inline size_t put(__mmask16 set, size_t at, uint32_t *places) {
    __m512i steps = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    __m512i all = _mm512_add_epi32(_mm512_set1_epi32((int)at), steps);
    _mm512_storeu_si512(places, _mm512_maskz_compress_epi32(set, all));
    return (size_t)__builtin_popcount(set);
}

WIDE static size_t window_places_wide(
    const uint8_t *bytes, size_t from, size_t to, const uint32_t *words, uint32_t shift, uint32_t *places) {
    const __m128i count = _mm_cvtsi32_si128((int)shift);
    size_t found = 0;
    size_t at = from;
    for (; at + 30 < to; at += 32) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + at));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + at + 2));
        __mmask16 set = set_bits(low, high, words, count);
        if (set) found += put(set, at, places + found);
    }
    if (at < to) {
        // The last windows end within three bytes behind `to`; nothing further is read.
        size_t left = (to - at + 1) / 2;
        __mmask16 valid = (__mmask16)((1u << left) - 1);
        __m256i low = _mm256_maskz_loadu_epi16(valid, bytes + at);
        __m256i high = _mm256_maskz_loadu_epi16(valid, bytes + at + 2);
        __mmask16 set = set_bits(low, high, words, count) & valid;
        if (set) found += put(set, at, places + found);
    }
    return found;
}

static int has_wide;

// Processors that came with these instructions gather quickly; many older ones were slowed down in it, against Gather
// Data Sampling (INTEL-SA-00828).
__attribute__((constructor)) static void choose(void) {
    __builtin_cpu_init();
    has_wide = __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl");
}

size_t window_places(
    const uint8_t *bytes, size_t from, size_t to, const uint32_t *words, uint32_t shift, uint32_t *places) {
    return has_wide ? window_places_wide(bytes, from, to, words, shift, places)
                    : window_places_portable(bytes, from, to, words, shift, places);
}
#else
size_t window_places(
    const uint8_t *bytes, size_t from, size_t to, const uint32_t *words, uint32_t shift, uint32_t *places) {
    return window_places_portable(bytes, from, to, words, shift, places);
}
#endif
