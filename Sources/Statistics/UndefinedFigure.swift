/// Why a figure has no value. Thrown in place of NaN, which would travel through a report unnoticed.
///
/// `try? pearson(x, y)` gives the nil of a table's dash; a caller that prints the reason catches it.
public enum UndefinedFigure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sample is smaller than the figure needs.
    case tooFew(Int, needed: Int)
    /// What is named does not vary, up to rounding.
    case constant(String)
    /// An input is infinite or not a number.
    case notFinite
    /// The figure has no value on the sample itself.
    case undefinedOnSample
    /// The figure has no value on more than half of the resamples.
    case undefinedOnResamples

    /// The reason in words, as a report's note shows it.
    public var description: String {
        switch self {
        case .tooFew(let count, let needed): "\(count) \(count == 1 ? "value" : "values"), and \(needed) are needed"
        case .constant(let name): "\(name) does not vary"
        case .notFinite: "a value is not a finite number"
        case .undefinedOnSample: "the figure is undefined on the sample"
        case .undefinedOnResamples: "the figure is undefined on more than half of the resamples"
        }
    }
}

/// Throws unless there are `needed` values and all of them are finite.
func require(_ values: [Double], atLeast needed: Int) throws(UndefinedFigure) {
    guard values.count >= needed else { throw .tooFew(values.count, needed: needed) }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite }
}

/// Throws unless x and y are pairs, at least `needed`, all finite.
func require(_ x: [Double], _ y: [Double], atLeast needed: Int) throws(UndefinedFigure) {
    precondition(x.count == y.count, "paired variables have equal counts")
    try require(x, atLeast: needed)
    try require(y, atLeast: needed)
}
