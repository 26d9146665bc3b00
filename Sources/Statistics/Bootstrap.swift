/// Bootstrap intervals: what is resampled with replacement are usually concepts.
public enum Bootstrap {
    /// Number of resamples.
    public static let resamples = 2000

    /// Linear interpolation between order statistics (Hyndman and Fan's type 7, numpy's default).
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
