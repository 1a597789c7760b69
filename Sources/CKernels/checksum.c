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

typedef struct { __m256i lower, upper; } lanes;

// Each lane of 64 bits adds up both of its halves apart, so that nothing is carried away.
__attribute__((target("avx2"), always_inline)) static inline lanes add(lanes sum, __m256i words) {
    sum.lower = _mm256_add_epi64(sum.lower, _mm256_and_si256(words, _mm256_set1_epi64x(0xFFFFFFFF)));
    sum.upper = _mm256_add_epi64(sum.upper, _mm256_srli_epi64(words, 32));
    return sum;
}

// Eight words from `8 - n` on are a mask that lets the first n through.
static const uint32_t first_words[16] = {~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u};

__attribute__((target("avx2"))) static uint64_t sum_avx2(const uint8_t *bytes, size_t length) {
    lanes even = {_mm256_setzero_si256(), _mm256_setzero_si256()}, odd = even;
    for (; length >= 64; length -= 64, bytes += 64) {
        even = add(even, _mm256_loadu_si256((const __m256i *)bytes));
        odd = add(odd, _mm256_loadu_si256((const __m256i *)(bytes + 32)));
    }
    if (length >= 32) {
        even = add(even, _mm256_loadu_si256((const __m256i *)bytes));
        length -= 32;
        bytes += 32;
    }
    // A masked load touches no byte that the mask leaves out.
    size_t words = length / 4;
    __m256i mask = _mm256_loadu_si256((const __m256i *)(first_words + 8 - words));
    odd = add(odd, _mm256_maskload_epi32((const int *)bytes, mask));
    __m256i all = _mm256_add_epi64(
        _mm256_add_epi64(even.lower, even.upper), _mm256_add_epi64(odd.lower, odd.upper));
    __m128i two = _mm_add_epi64(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    uint64_t sum = (uint64_t)_mm_cvtsi128_si64(two) + (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(two, two));
    return sum + tail(bytes + words * 4, length);
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
