#include "CKernels.h"
#include <string.h>

static uint64_t halves(uint64_t word) { return (word & 0xFFFFFFFFu) + (word >> 32); }

// What is left behind whole words of four bytes.
static uint64_t tail(const uint8_t *bytes, size_t length) {
    uint64_t sum = 0;
    if (length & 2) {
        uint16_t half;
        memcpy(&half, bytes, 2);
        sum += half;
        bytes += 2;
    }
    return length & 1 ? sum + *bytes : sum;
}

uint64_t ones_complement_sum_portable(const uint8_t *bytes, size_t length) {
    uint64_t sum = 0;
    for (; length >= 8; length -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        sum += halves(word);
    }
    if (length & 4) {
        uint32_t word;
        memcpy(&word, bytes, 4);
        sum += word;
        bytes += 4;
    }
    return sum + tail(bytes, length);
}

#if defined(__x86_64__)
#include <immintrin.h>

// Adds pairs of 16-bit words into lanes of 32 bits. The multiplication takes its words as signed ones, so each is
// moved down by 0x8000 first, which `biases` gives back.
__attribute__((target("avx2"), always_inline)) static inline __m256i add(__m256i sum, __m256i words) {
    __m256i moved = _mm256_xor_si256(words, _mm256_set1_epi16((short)0x8000));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(moved, _mm256_set1_epi16(1)));
}

// What was taken away from 16 words in each of `vectors`.
static inline uint64_t biases(uint64_t vectors) { return vectors * 16 * 0x8000; }

// The lanes' signed sums.
__attribute__((target("avx2"), always_inline)) static inline int64_t across(__m256i sum) {
    __m256i wide = _mm256_add_epi64(
        _mm256_cvtepi32_epi64(_mm256_castsi256_si128(sum)), _mm256_cvtepi32_epi64(_mm256_extracti128_si256(sum, 1)));
    __m128i two = _mm_add_epi64(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
    return _mm_cvtsi128_si64(two) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(two, two));
}

// Sixteen words of 32 bits from `16 - n` on are a mask that lets the first n through.
static const uint32_t first_words[32] = {
    ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u};

// A lane of 32 bits holds the sums of 2^15 vectors.
enum { block = 1 << 19 };

// Up to `block` bytes and no fewer than four. Lengths cannot be foretold, so what is left behind blocks of 64 is added
// without asking how much it is.
__attribute__((target("avx2"), always_inline)) static inline uint64_t sum_block(const uint8_t *bytes, size_t length) {
    __m256i even = _mm256_setzero_si256(), odd = even;
    const uint8_t *end = bytes + length;
    for (const uint8_t *last = bytes + (length & ~(size_t)63); bytes < last; bytes += 64) {
        even = add(even, _mm256_loadu_si256((const __m256i *)bytes));
        odd = add(odd, _mm256_loadu_si256((const __m256i *)(bytes + 32)));
    }
    // A masked load touches no byte that the mask leaves out.
    const uint32_t *mask = first_words + 16 - (length & 63) / 4;
    even = add(even, _mm256_maskload_epi32((const int *)bytes, _mm256_loadu_si256((const __m256i *)mask)));
    odd = add(odd, _mm256_maskload_epi32((const int *)(bytes + 32), _mm256_loadu_si256((const __m256i *)(mask + 8))));
    // The last one to three bytes are the upper ones of the last four.
    uint32_t word;
    memcpy(&word, end - 4, 4);
    uint64_t rest = (uint64_t)word >> (32 - 8 * (length & 3));
    return (uint64_t)across(_mm256_add_epi32(even, odd)) + biases(length / 64 * 2 + 2) + rest;
}

__attribute__((target("avx2"))) static uint64_t sum_avx2(const uint8_t *bytes, size_t length) {
    if (length < 4) return tail(bytes, length);
    uint64_t sum = 0;
    while (__builtin_expect(length >= block + 4, 0)) {
        sum += sum_block(bytes, block);
        bytes += block;
        length -= block;
    }
    return sum + sum_block(bytes, length);
}

typedef uint64_t (*sum_function)(const uint8_t *, size_t);

static sum_function choose_sum(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") ? sum_avx2 : ones_complement_sum_portable;
}

// The dynamic linker asks once.
uint64_t ones_complement_sum(const uint8_t *bytes, size_t length) __attribute__((ifunc("choose_sum")));
#else
uint64_t ones_complement_sum(const uint8_t *bytes, size_t length) { return ones_complement_sum_portable(bytes, length); }
#endif
