import COneDNN
import CVectorKernels

/// The one place where oneDNN is called: products of activations with weights, but not those of bfloat16 where
/// `vk_multiply_panel` is faster.
///
/// oneDNN always runs on the calling thread alone, as OpenBLAS does and for the same reason (see `OpenBLAS`); then OpenMP
/// starts no threads either. Left factor, right factor and result lie without gaps: only then does oneDNN 2.6 take its
/// blocked kernels, which sum a row of the result in the same order however many rows there are.
enum OneDNN {
    /// Whether products of bfloat16 run in the processor's own bfloat16 arithmetic.
    static let multipliesBFloat16: Bool = vk_multiplies_bfloat16() && isAvailable(.bfloat16)

    // @unchecked in effect: an engine is only read after its creation.
    nonisolated(unsafe) fileprivate static let engine: dnnl_engine_t = {
        var engine: dnnl_engine_t?
        check(dnnl_engine_create(&engine, dnnl_cpu, 0))
        guard let engine else { preconditionFailure("oneDNN has no engine for the processor") }
        return engine
    }()

    private static func isAvailable(_ arithmetic: Arithmetic) -> Bool {
        Product.describe(.init(rows: 1, outputs: 16, inputs: 16, arithmetic: arithmetic, isTransposed: true)) != nil
    }

    /// Every failure here is one of ours: a shape that does not exist, or memory that ran out.
    fileprivate static func check(_ status: dnnl_status_t) {
        precondition(status == dnnl_success, "oneDNN failed with status \(status.rawValue)")
    }

    /// What distinguishes one prepared product from another.
    struct Shape: Hashable {
        var rows: Int
        var outputs: Int
        var inputs: Int
        /// The type of both factors; the result is float32.
        var arithmetic: Arithmetic
        /// Whether the right factor lies as [outputs, inputs].
        var isTransposed: Bool
    }

    /// A product prepared for one shape. Used by one thread at a time.
    final class Product {
        private let primitive: dnnl_primitive_t
        private let stream: dnnl_stream_t
        private let memories: [dnnl_memory_t]
        private let scratchSize: Int
        private let threads: Int32

        /// Prepares the product for the calling thread and any that uses it later.
        ///
        /// - Parameter threads: threads of oneDNN's own; other than 1 only to measure it.
        init(_ shape: Shape, threads: Int = 1) {
            self.threads = Int32(threads)
            omp_set_num_threads(self.threads)
            guard let description = Self.describe(shape) else {
                preconditionFailure("oneDNN has no product of this shape: \(shape)")
            }
            defer { OneDNN.check(dnnl_primitive_desc_destroy(description)) }
            var primitive: dnnl_primitive_t?
            OneDNN.check(dnnl_primitive_create(&primitive, description))
            var stream: dnnl_stream_t?
            OneDNN.check(dnnl_stream_create(&stream, OneDNN.engine, dnnl_stream_default_flags.rawValue))
            guard let primitive, let stream else { preconditionFailure("oneDNN gave no product") }
            self.primitive = primitive
            self.stream = stream
            let scratch = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0)
            scratchSize = dnnl_memory_desc_get_size(scratch)
            let kinds = [dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md, dnnl_query_scratchpad_md]
            memories = kinds.map { kind in
                var memory: dnnl_memory_t?
                // DNNL_MEMORY_NONE: the addresses follow at each execution.
                let description = dnnl_primitive_desc_query_md(description, kind, 0)
                OneDNN.check(dnnl_memory_create(&memory, description, OneDNN.engine, nil))
                guard let memory else { preconditionFailure("oneDNN gave no memory") }
                return memory
            }
        }

        deinit {
            for memory in memories { OneDNN.check(dnnl_memory_destroy(memory)) }
            OneDNN.check(dnnl_primitive_destroy(primitive))
            OneDNN.check(dnnl_stream_destroy(stream))
        }

        /// `result = x · W`, all without gaps; `scratch` is this thread's.
        func execute(
            _ x: UnsafeRawPointer, _ weights: UnsafeRawPointer, into result: UnsafeMutablePointer<Float>,
            scratch: FloatBuffer
        ) {
            omp_set_num_threads(threads)
            let room = scratch.bytes(scratchSize)
            let addresses = [
                UnsafeMutableRawPointer(mutating: x), UnsafeMutableRawPointer(mutating: weights),
                UnsafeMutableRawPointer(result), room,
            ]
            for (memory, address) in zip(memories, addresses) {
                OneDNN.check(dnnl_memory_set_data_handle(memory, address))
            }
            let arguments = [
                dnnl_exec_arg_t(arg: DNNL_ARG_SRC, memory: memories[0]),
                dnnl_exec_arg_t(arg: DNNL_ARG_WEIGHTS, memory: memories[1]),
                dnnl_exec_arg_t(arg: DNNL_ARG_DST, memory: memories[2]),
                dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: memories[3]),
            ]
            OneDNN.check(dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments))
            OneDNN.check(dnnl_stream_wait(stream))
        }

        /// oneDNN's choice of a kernel; nil when it has none for this processor.
        static func describe(_ shape: Shape) -> dnnl_primitive_desc_t? {
            let type = shape.arithmetic == .bfloat16 ? dnnl_bf16 : dnnl_f32
            var x = matrix(shape.rows, shape.inputs, type)
            var weights = matrix(shape.inputs, shape.outputs, type, isTransposed: shape.isTransposed)
            var result = matrix(shape.rows, shape.outputs, dnnl_f32)
            var product = dnnl_matmul_desc_t()
            OneDNN.check(dnnl_matmul_desc_init(&product, &x, &weights, nil, &result))
            var attributes: dnnl_primitive_attr_t?
            OneDNN.check(dnnl_primitive_attr_create(&attributes))
            defer { OneDNN.check(dnnl_primitive_attr_destroy(attributes)) }
            // The library's own scratch memory belongs to the thread that prepared the product, not to the one that runs it.
            OneDNN.check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user))
            var description: dnnl_primitive_desc_t?
            let status = dnnl_primitive_desc_create(&description, &product, attributes, OneDNN.engine, nil)
            return status == dnnl_success ? description : nil
        }

        private static func matrix(
            _ rows: Int, _ columns: Int, _ type: dnnl_data_type_t, isTransposed: Bool = false
        ) -> dnnl_memory_desc_t {
            // Room for DNNL_MAX_NDIMS dimensions; two are read.
            let sizes = [Int64(rows), Int64(columns)]
            let strides = isTransposed ? [1, Int64(rows)] : [Int64(columns), 1]
            var description = dnnl_memory_desc_t()
            OneDNN.check(dnnl_memory_desc_init_by_strides(&description, 2, sizes, type, strides))
            return description
        }
    }
}

/// The products that a thread has prepared; the oldest are forgotten all at once when they become many.
final class PreparedProducts {
    private var products: [OneDNN.Shape: OneDNN.Product] = [:]

    /// The product of this shape, prepared now if it was not.
    func product(_ shape: OneDNN.Shape) -> OneDNN.Product {
        if let known = products[shape] { return known }
        if products.count >= 256 { products.removeAll() }
        let product = OneDNN.Product(shape)
        products[shape] = product
        return product
    }
}
