/// What the products of activations and weights are computed in. All else is float32.
public enum Arithmetic: String, Sendable, CaseIterable {
    /// float32 throughout: the reference. 16-bit weights are widened, which is exact.
    case float32
    /// Both factors are rounded to bfloat16 (to nearest, ties to even); products and sums are float32.
    case bfloat16

    /// Whether the processor multiplies bfloat16 itself. Where it does not, the rounded factors are multiplied as float32:
    /// the same numbers up to the order of summation, and no faster than float32.
    public static var isBFloat16Native: Bool { OneDNN.multipliesBFloat16 }
}

/// Which of two ways a product is computed in; they sum in different orders.
public enum ProductKernel: Sendable {
    /// Blocks of weights are rearranged first: best for many rows. For prompts.
    case blocked
    /// Weights are read once, as they lie: best for few rows, which are bound by memory. For new tokens of a generation.
    case streamed
}
