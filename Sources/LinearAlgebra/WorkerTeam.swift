import Synchronization

/// What one worker keeps for itself between two pieces of work.
///
/// `@unchecked Sendable`: one thread at a time works as this worker.
public final class Worker: @unchecked Sendable {
    /// Position in the team.
    public let number: Int
    /// Tiles of weights in the type that is multiplied, of two matrices at most, and what they pass through as float32 on the way.
    let weightTiles = [FloatBuffer(), FloatBuffer()]
    let widenedWeights = FloatBuffer()
    /// Panels of weights, of two matrices at most.
    let panels = [FloatBuffer(), FloatBuffer()]
    /// The weights of one row that take part, as they are stored.
    let gatheredWeights = FloatBuffer()
    /// The left factor of a product, if it has to be copied for it.
    let leftFactor = FloatBuffer()
    /// A tile of a product.
    let product = FloatBuffer()
    /// What oneDNN needs meanwhile, and what it has prepared.
    let productScratch = FloatBuffer()
    let products = PreparedProducts()
    /// Room for the attention scores of one head.
    public let scores = FloatBuffer()
    /// The next item of its share of the team's piece of work.
    fileprivate let next = Atomic<Int>(0)

    init(number: Int) {
        self.number = number
    }
}

/// Up to `count` threads that share the items of a piece of work among them.
///
/// Which thread does which item is left to chance, so an item must write only what belongs to it, and must compute the
/// same whoever does it; then the result is the same bytes for every number of threads. One piece of work at a time:
/// the workers' scratch space is not shared between two callers of `run`.
public struct WorkerTeam: Sendable {
    private let workers: [Worker]
    private let helpers: HelperThreads?

    /// A team of `count` threads, the calling one included.
    public init(count: Int) {
        precondition(count > 0, "a team needs a worker")
        OpenBLAS.configure()
        workers = (0..<count).map { Worker(number: $0) }
        helpers = count > 1 ? HelperThreads(count: count - 1) : nil
    }

    private init(_ worker: Worker) {
        workers = [worker]
        helpers = nil
    }

    /// Number of threads.
    public var count: Int { workers.count }

    /// Where the team keeps the left factor of the product that it is working on.
    var leftFactor: FloatBuffer { workers[0].leftFactor }

    /// Room for products that the whole team writes.
    var product: FloatBuffer { workers[0].product }

    /// The team that consists of one of the workers: for work inside an item.
    public static func alone(_ worker: Worker) -> WorkerTeam {
        WorkerTeam(worker)
    }

    /// Does `items` items, each once, and returns when all are done.
    ///
    /// - Parameters:
    ///   - nanoseconds: roughly how long one thread needs for all items. What is not worth another thread is done by the
    ///     calling one.
    ///   - inStretches: whether each thread takes a stretch of neighbouring items, and then helps the others with theirs, instead
    ///     of the next one that nobody has taken: memory is read a sixth faster in long stretches than in turns.
    public func run(
        _ items: Int, nanoseconds: Int, inStretches: Bool = false, _ body: (_ item: Int, _ worker: Worker) -> Void
    ) {
        guard let helpers, items > 1, nanoseconds >= Self.nanosecondsWorthSharing else {
            for item in 0..<items { body(item, workers[0]) }
            return
        }
        let stretches = inStretches ? count : 1
        func start(_ stretch: Int) -> Int { items * stretch / stretches }
        for stretch in 0..<stretches { workers[stretch].next.store(start(stretch), ordering: .relaxed) }
        helpers.run { number in
            for distance in 0..<stretches {
                let stretch = (number + distance) % stretches
                while true {
                    let item = workers[stretch].next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard item < start(stretch + 1) else { break }
                    body(item, workers[number])
                }
            }
        }
    }

    /// Does something with each of the rows 0..<rows in slices of at most 32 rows.
    ///
    /// - Parameter nanosecondsPerRow: as `nanoseconds` of `run`, for one row.
    public func forEachSlice(ofRows rows: Int, nanosecondsPerRow: Int, _ body: (_ rows: Range<Int>) -> Void) {
        let size = 32
        run((rows + size - 1) / size, nanoseconds: rows * nanosecondsPerRow) { item, _ in
            body(item * size..<min(rows, (item + 1) * size))
        }
    }

    private static let nanosecondsWorthSharing = 10_000
}
