#include "kernel_support.h"
#include "vector_kernels.h"

#include <string.h>

// Products of bfloat16 with weights that were rearranged before: a panel of PANEL outputs holds for each pair of inputs the
// weights of all outputs side by side, as the processor's own multiply wants them, and stays in the cache while all rows pass.

enum { PANEL = VK_PANEL, LANES = 16 };

size_t vk_panel_size(size_t inputs) { return (inputs + 1) / 2 * PANEL * sizeof(uint32_t); }

#if defined(__x86_64__)
bool vk_multiplies_panels(void) {
    __builtin_cpu_init();
    // Processors with tiles multiply faster by oneDNN.
    return vk_multiplies_bfloat16() && !__builtin_cpu_supports("amx-bf16");
}

INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// Ones for the first `count` of `width` lanes.
INLINE uint32_t first_lanes(size_t count, size_t width) { return count >= width ? ~0u >> (32 - width) : (1u << count) - 1; }

/// Sixteen outputs by sixteen pairs of inputs, which lie one below the other, side by side. `count` outputs exist.
WITH_BFLOAT16 INLINE void pack_outputs(const uint16_t *w, size_t stride, size_t count, size_t inputs, uint32_t *panel) {
    __m512i a[16], b[16];
    __mmask32 mask = first_lanes(inputs, 32);
    for (size_t i = 0; i < 16; i++)
        a[i] = i < count ? _mm512_maskz_loadu_epi16(mask, w + i * stride) : _mm512_setzero_si512();
    for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    for (int i = 0; i < 16; i += 4)
        for (int j = 0; j < 2; j++) {
            a[i + 2 * j] = _mm512_unpacklo_epi64(b[i + j], b[i + j + 2]);
            a[i + 2 * j + 1] = _mm512_unpackhi_epi64(b[i + j], b[i + j + 2]);
        }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 16; j += 8) {
            b[i + j] = _mm512_shuffle_i32x4(a[i + j], a[i + j + 4], 0x88);
            b[i + j + 4] = _mm512_shuffle_i32x4(a[i + j], a[i + j + 4], 0xDD);
        }
    for (int i = 0; i < 8; i++) {
        a[i] = _mm512_shuffle_i32x4(b[i], b[i + 8], 0x88);
        a[i + 8] = _mm512_shuffle_i32x4(b[i], b[i + 8], 0xDD);
    }
    for (size_t pair = 0; pair < least(16, (inputs + 1) / 2); pair++) _mm512_storeu_si512(panel + pair * PANEL, a[pair]);
}

WITH_BFLOAT16 void vk_pack_panel(
    const uint16_t *w, bool is_output_first, size_t stride, size_t inputs, size_t outputs, uint32_t *panel) {
    for (size_t o = 0; o < PANEL; o += LANES) {
        size_t count = o < outputs ? least(LANES, outputs - o) : 0;
        if (is_output_first) {
            for (size_t i = 0; i < inputs; i += 32)
                pack_outputs(w + o * stride + i, stride, count, inputs - i, panel + i / 2 * PANEL + o);
            continue;
        }
        __mmask16 mask = (__mmask16)first_lanes(count, LANES);
        for (size_t i = 0; i < inputs; i += 2) {
            __m512i low = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, w + i * stride + o));
            __m512i high = i + 1 < inputs
                ? _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, w + (i + 1) * stride + o)) : _mm512_setzero_si512();
            _mm512_storeu_si512(panel + i / 2 * PANEL + o, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
        }
    }
}

enum { WIDTH = PANEL / LANES, HEIGHT = 6 };

/// Adds the products of a pair of inputs, or of the last input alone, which is `size` bytes of each row.
WITH_BFLOAT16 INLINE void panel_step(
    const uint16_t *x, size_t x_stride, size_t size, const uint32_t *panel, __m512 total[HEIGHT][WIDTH], int height) {
    __m512bh weights[WIDTH];
    for (int o = 0; o < WIDTH; o++) weights[o] = (__m512bh)_mm512_loadu_si512(panel + o * LANES);
    for (int r = 0; r < height; r++) {
        uint32_t pair = 0;
        memcpy(&pair, x + r * x_stride, size);
        __m512bh both = (__m512bh)_mm512_set1_epi32((int)pair);
        for (int o = 0; o < WIDTH; o++) total[r][o] = _mm512_dpbf16_ps(total[r][o], both, weights[o]);
    }
}

/// `height` rows, known to the compiler: every sum stays in a register. `is_first` if y holds no sums yet.
WITH_BFLOAT16 INLINE void panel_block(
    const uint16_t *x, size_t x_stride, const uint32_t *panel, size_t inputs, float *y, size_t y_stride,
    const __mmask16 *masks, bool is_first, int height) {
    __m512 total[HEIGHT][WIDTH];
    for (int r = 0; r < height; r++)
        for (int o = 0; o < WIDTH; o++)
            total[r][o] = is_first
                ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(masks[o], y + r * y_stride + o * LANES);
    size_t i = 0;
    for (; i + 2 <= inputs; i += 2) panel_step(x + i, x_stride, 4, panel + i / 2 * PANEL, total, height);
    if (i < inputs) panel_step(x + i, x_stride, 2, panel + i / 2 * PANEL, total, height);
    for (int r = 0; r < height; r++)
        for (int o = 0; o < WIDTH; o++) _mm512_mask_storeu_ps(y + r * y_stride + o * LANES, masks[o], total[r][o]);
}

WITH_BFLOAT16 void vk_multiply_panel(
    const uint16_t *x, size_t x_stride, size_t rows, const uint32_t *panel, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    // The part of a panel that passes by all rows: 224 KB, and rows of 3.5 KB.
    const size_t depth = 1792;
    __mmask16 masks[WIDTH];
    for (size_t o = 0; o < WIDTH; o++)
        masks[o] = o * LANES < outputs ? (__mmask16)first_lanes(outputs - o * LANES, LANES) : 0;
    for (size_t i = 0; i == 0 || i < inputs; i += depth) {
        const uint32_t *part = panel + i / 2 * PANEL;
        for (size_t r = 0; r < rows; r += HEIGHT) {
#define BLOCK(height)                                                                                                    \
    panel_block(x + r * x_stride + i, x_stride, part, least(depth, inputs - i), y + r * y_stride, y_stride, masks, i == 0, height)
            switch (rows - r) {
            case 1: BLOCK(1); break;
            case 2: BLOCK(2); break;
            case 3: BLOCK(3); break;
            case 4: BLOCK(4); break;
            case 5: BLOCK(5); break;
            default: BLOCK(HEIGHT); break;
            }
        }
    }
}
#else
bool vk_multiplies_panels(void) { return false; }

void vk_pack_panel(
    const uint16_t *w, bool is_output_first, size_t stride, size_t inputs, size_t outputs, uint32_t *panel) {
    __builtin_trap();
}

void vk_multiply_panel(
    const uint16_t *x, size_t x_stride, size_t rows, const uint32_t *panel, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    __builtin_trap();
}
#endif
