// Kernels that need instructions which Swift cannot ask for: chosen at run time for the processor at hand.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How the weights of a product are stored.
enum vk_type { vk_float32, vk_float16, vk_bfloat16 };

/// Whether the processor multiplies bfloat16 (AVX512-BF16) itself.
bool vk_multiplies_bfloat16(void);

/// y[r][o] = sum over i of x[r][i] * w[o][i], for rows 0..<rows and outputs 0..<outputs, in float32.
///
/// x and y are row-major with `x_stride` and `y_stride` floats from row to row, w has `inputs` values of `type` for each
/// output, `w_stride` from one to the next, at any address. Every result is summed in an order that depends on `inputs` alone.
void vk_dot(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, enum vk_type type, size_t inputs,
    size_t outputs, float *y, size_t y_stride);

/// y[r][c] = sum over i of weights[r][i] * values[i][c], for few rows and `count` values: what attention mixes.
///
/// All are row-major with the strides given. A result is summed in the order of the values.
void vk_mix(
    const float *weights, size_t weights_stride, size_t rows, const float *values, size_t values_stride, size_t count,
    size_t columns, float *y, size_t y_stride);

/// As `vk_dot` for x and w in bfloat16, w without gaps, with the processor's own multiply; only if `vk_multiplies_bfloat16`.
void vk_dot_bfloat16(
    const uint16_t *x, size_t x_stride, size_t rows, const uint16_t *w, size_t inputs, size_t outputs, float *y,
    size_t y_stride);

/// The outputs of a panel: weights rearranged for products of many rows.
enum { VK_PANEL = 64 };

/// Whether `vk_multiply_panel` can be used here, and is the fastest way.
bool vk_multiplies_panels(void);

/// The bytes of a panel.
size_t vk_panel_size(size_t inputs);

/// Makes a panel of the weights of `outputs` outputs, at most `VK_PANEL`; only if `vk_multiplies_panels`.
///
/// w has `stride` values from output to output if outputs come first, else from input to input, at any address.
void vk_pack_panel(const uint16_t *w, bool is_output_first, size_t stride, size_t inputs, size_t outputs, uint32_t *panel);

/// y[r][o] = sum over i of x[r][i] * w[o][i], as `vk_dot_bfloat16`, for the outputs of a panel.
///
/// A result is summed pair of inputs by pair, in their order: it depends on nothing but its row and its weights.
void vk_multiply_panel(
    const uint16_t *x, size_t x_stride, size_t rows, const uint32_t *panel, size_t inputs, size_t outputs, float *y,
    size_t y_stride);

/// Rounds to bfloat16, to nearest, ties to even; not-a-number stays so.
void vk_round_to_bfloat16(const float *x, uint16_t *y, size_t count);

/// y[i] = x[indices[i]], of values of `size` (2 or 4) bytes. x may lie at any address.
void vk_gather(const void *x, size_t size, const int32_t *indices, size_t count, void *y);

/// y = x * sigmoid(x) * factor, or x * sigmoid(x) where `factor` is NULL. y may be x.
void vk_silu(const float *x, const float *factor, float *y, size_t count);

/// The same with GELU in its tanh approximation.
void vk_gelu_tanh(const float *x, const float *factor, float *y, size_t count);

/// y[i] = e^(x[i] - shift), relative error 1.2e-7, 0 below e^-87. y may be x.
void vk_exponential(const float *x, float shift, float *y, size_t count);

/// Whether `vk_move_to_front` can be used here: it needs the permutations of bytes of AVX512-VBMI.
bool vk_moves_to_front(void);

/// Undoes the “move to front” of a block of bzip2; only if `vk_moves_to_front`.
///
/// The lowest bits of a symbol, given by `mask`, are a digit of a run's length (0 and 1, worth 1 and 2, to the base 2) or, above 1
/// and at most 256, one more than the place in a list, at first `bytes`, of the byte that moves to its front.
/// Writes `length << 8 | byte` for each run, at most one more than there are symbols; some have length 0. Returns the number of
/// runs, at least 1, or 0 if one is as long as 2^23.
size_t vk_move_to_front(const uint16_t *symbols, size_t count, uint16_t mask, const uint8_t bytes[256], uint32_t *runs);

/// Tells the processor that this thread waits in a loop.
static inline void vk_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
