import COneDNN
import Dispatch

/// The speed of bare multiplication: what a forward pass is measured against.
public enum MultiplyPeak {
    /// The time of one product `[rows, inputs] · [inputs, outputs]` by oneDNN alone, with its own threads, on numbers that
    /// mean nothing: the shortest of `repetitions`.
    ///
    /// - Returns: seconds.
    public static func seconds(
        rows: Int, outputs: Int, inputs: Int, arithmetic: Arithmetic, threads: Int, repetitions: Int = 5
    ) -> Double {
        let type: Arithmetic = arithmetic == .bfloat16 && !Arithmetic.isBFloat16Native ? .float32 : arithmetic
        let (x, weights, result, scratch) = (FloatBuffer(), FloatBuffer(), FloatBuffer(), FloatBuffer())
        let size = type == .bfloat16 ? 2 : 4
        let left = x.bytes(rows * inputs * size)
        let right = weights.bytes(outputs * inputs * size)
        // Small numbers of either type; zeros could be faster than others.
        left.initializeMemory(as: UInt16.self, repeating: 0x3D3D, count: rows * inputs * size / 2)
        right.initializeMemory(as: UInt16.self, repeating: 0x3D3D, count: outputs * inputs * size / 2)
        let y = result.matrix(rows: rows, columns: outputs).start
        let product = OneDNN.Product(
            .init(rows: rows, outputs: outputs, inputs: inputs, arithmetic: type, isTransposed: true), threads: threads)
        var best = Double.infinity
        for _ in 0...repetitions {
            let start = DispatchTime.now().uptimeNanoseconds
            product.execute(left, right, into: y, scratch: scratch)
            best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
        }
        omp_set_num_threads(1)
        return best
    }
}
