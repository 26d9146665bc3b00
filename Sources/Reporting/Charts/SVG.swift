/// Elements of an inline SVG picture. Colours come from classes: the style sheet decides them for light and dark.
struct SVG {
    /// Where a text's anchor stands.
    enum Anchor: String { case start, middle, end }

    private(set) var body = ""

    /// A straight line.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        body += "<path class=\"\(style)\" d=\"M\(Self.point(x1, y1))L\(Self.point(x2, y2))\"/>"
    }

    /// A line through points.
    mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
        guard points.count > 1 else { return }
        body += "<path class=\"\(style)\" d=\"M\(points.map { Self.point($0.x, $0.y) }.joined(separator: "L"))\"/>"
    }

    /// The area between two lines that share their x coordinates.
    mutating func band(_ points: [(x: Double, low: Double, high: Double)], _ style: String) {
        guard points.count > 1 else { return }
        let outline = points.map { Self.point($0.x, $0.high) } + points.reversed().map { Self.point($0.x, $0.low) }
        body += "<path class=\"\(style)\" d=\"M\(outline.joined(separator: "L"))Z\"/>"
    }

    /// A rectangle.
    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, _ style: String, tooltip: String? = nil
    ) {
        let sides = [("x", x), ("y", y), ("width", max(0, width)), ("height", max(0, height))]
        let attributes = sides.map { "\($0)=\"\(Self.number($1))\"" }
        let start = "<rect class=\"\(style)\" \(attributes.joined(separator: " "))"
        body += tooltip.map { "\(start)><title>\(HTMLText.plain($0))</title></rect>" } ?? "\(start)/>"
    }

    /// An interval's whisker with short ends.
    mutating func whisker(vertical x: Double, _ low: Double, _ high: Double, _ style: String) {
        let ends = [low, high].map { "M\(Self.point(x - 2.5, $0))h5" }
        body += "<path class=\"\(style)\" d=\"\(ends.joined())M\(Self.point(x, low))L\(Self.point(x, high))\"/>"
    }

    /// The same lying.
    mutating func whisker(horizontal y: Double, _ low: Double, _ high: Double, _ style: String) {
        let ends = [low, high].map { "M\(Self.point($0, y - 3))v6" }
        body += "<path class=\"\(style)\" d=\"\(ends.joined())M\(Self.point(low, y))L\(Self.point(high, y))\"/>"
    }

    /// A text; `content` is escaped here.
    mutating func text(_ x: Double, _ y: Double, _ content: String, _ anchor: Anchor = .start, _ style: String? = nil) {
        let classes = style.map { " class=\"\($0)\"" } ?? ""
        let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        body +=
            "<text\(classes) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(side)>\(HTMLText.plain(content))</text>"
    }

    /// A mark of a series at a point, with a tooltip if there is one; `tooltip` is escaped here.
    mutating func mark(
        _ shape: MarkShape, _ x: Double, _ y: Double, radius: Double, _ style: String, tooltip: String? = nil
    ) {
        let title = tooltip.map { "<title>\(HTMLText.plain($0))</title>" } ?? ""
        body += "<path class=\"\(style)\" d=\"\(shape.outline(x, y, radius))\">\(title)</path>"
    }

    /// The picture. Title and description say in words what it shows, for those who do not see it; both are escaped here.
    func element(width: Double, height: Double, title: String, description: String) -> String {
        let box = "0 0 \(Self.number(width)) \(Self.number(height))"
        return "<svg viewBox=\"\(box)\" role=\"img\"><title>\(HTMLText.plain(title))</title>"
            + "<desc>\(HTMLText.plain(description))</desc>\(body)</svg>"
    }

    /// A coordinate with one decimal.
    static func number(_ value: Double) -> String {
        precondition(value.isFinite, "charts are made of finite values only")
        let tenths = (value * 10).rounded()
        return NumberFormat.ratio(tenths == 0 ? 0 : tenths / 10)
    }

    fileprivate static func point(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }
}

/// Shapes that tell series apart without colour.
enum MarkShape: CaseIterable {
    case circle, square, triangle, diamond, cross, nabla

    /// Path data, all of about the same area.
    func outline(_ x: Double, _ y: Double, _ r: Double) -> String {
        let n = SVG.number
        switch self {
        case .circle:
            return "M\(n(x - r)) \(n(y))a\(n(r)) \(n(r)) 0 1 0 \(n(2 * r)) 0a\(n(r)) \(n(r)) 0 1 0 \(n(-2 * r)) 0z"
        case .square:
            let s = 0.9 * r
            return "M\(n(x - s)) \(n(y - s))h\(n(2 * s))v\(n(2 * s))h\(n(-2 * s))z"
        case .triangle: return "M\(n(x)) \(n(y - 1.25 * r))l\(n(1.15 * r)) \(n(2 * r))h\(n(-2.3 * r))z"
        case .nabla: return "M\(n(x)) \(n(y + 1.25 * r))l\(n(1.15 * r)) \(n(-2 * r))h\(n(-2.3 * r))z"
        case .diamond:
            let s = 1.25 * r
            return "M\(n(x)) \(n(y - s))l\(n(s)) \(n(s))l\(n(-s)) \(n(s))l\(n(-s)) \(n(-s))z"
        case .cross:
            let s = r
            return "M\(n(x - s)) \(n(y - s))l\(n(2 * s)) \(n(2 * s))M\(n(x - s)) \(n(y + s))l\(n(2 * s)) \(n(-2 * s))"
        }
    }
}
