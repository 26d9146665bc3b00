import CVectorKernels

/// The non-linearity of an MLP.
public enum Activation: String, Sendable, CaseIterable {
    /// x · sigmoid(x), also called swish.
    case silu
    /// x · Φ(x), with the exact error function.
    case gelu
    /// GELU with the tanh approximation: `gelu_new`, `gelu_pytorch_tanh`, `gelu_fast`.
    case geluTanh
    /// max(0, x).
    case relu
}

extension Kernel {
    /// e^x to a relative error of 1.2e-7 for -87.3 ... 88.3, and the value at the nearer end outside.
    ///
    /// Cody and Waite's reduction with a polynomial of degree five (Cephes `expf`); adding 1.5 · 2^23 rounds to an integer.
    @inline(__always)
    static func exponential(_ value: Float) -> Float {
        let x = max(min(value, 88.3), -87.3)
        let t = x * 1.442_695_04 + 12_582_912
        let n = t - 12_582_912
        let r = (x - n * 0.693_359_375) + n * 2.121_944_40e-4
        var y: Float = 1.987_569_15e-4
        y = y * r + 1.398_199_950_7e-3
        y = y * r + 8.333_451_907_3e-3
        y = y * r + 4.166_579_589_4e-2
        y = y * r + 1.666_666_545_9e-1
        y = y * r + 5.000_000_120_1e-1
        y = (y * r) * r + r + 1
        return y * Float(bitPattern: (t.bitPattern &+ 127) &<< 23)
    }

    /// x · Φ(x), with the error function of Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7).
    @inline(__always)
    static func gelu(_ x: Float) -> Float {
        let z = abs(x) * 0.707_106_781
        let t = 1 / (1 + 0.327_591_1 * z)
        var p: Float = 1.061_405_429
        p = p * t - 1.453_152_027
        p = p * t + 1.421_413_741
        p = p * t - 0.284_496_736
        p = p * t + 0.254_829_592
        let tail = p * t * exponential(-z * z)
        // Φ(x) = 1 - tail/2 for x > 0, tail/2 for x < 0.
        return 0.5 * (x + abs(x) * (1 - tail))
    }

    /// `coefficients = activation(gate) * up`, or `activation(gate)` without `up`; all of one shape.
    public static func activate(
        _ activation: Activation, _ gate: MatrixView, times up: MatrixView?, into coefficients: MatrixView
    ) {
        precondition(
            gate.rows == coefficients.rows && gate.columns == coefficients.columns, "an activation keeps the shape")
        precondition(
            up.map { $0.rows == gate.rows && $0.columns == gate.columns } ?? true, "gate and up have one shape")
        for r in 0..<gate.rows {
            let source = UnsafePointer(gate.start + r * gate.stride)
            let target = coefficients.start + r * coefficients.stride
            let factor = up.map { UnsafePointer($0.start + r * $0.stride) }
            switch activation {
            case .silu: vk_silu(source, factor, target, gate.columns)
            case .gelu: apply(gelu, source, factor, target, gate.columns)
            case .geluTanh: vk_gelu_tanh(source, factor, target, gate.columns)
            case .relu: apply({ max(0, $0) }, source, factor, target, gate.columns)
            }
        }
    }

    @inline(__always)
    private static func apply(
        _ function: (Float) -> Float, _ source: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?,
        _ target: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        if let factor {
            for i in 0..<count { target[i] = function(source[i]) * factor[i] }
        } else {
            for i in 0..<count { target[i] = function(source[i]) }
        }
    }
}
