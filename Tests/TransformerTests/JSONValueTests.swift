import Testing

@testable import Transformer

@Suite struct JSONValueTests {
    private func parse(_ text: String) -> Result<JSONValue, JSONError> {
        Array(text.utf8).withUnsafeBytes { bytes in Result { () throws(JSONError) in try JSONValue.parse(bytes) } }
    }

    @Test func `Values of every kind are read`() {
        let text =
            #" {"a": [1, -2.5e3, true, false, null, NaN, Infinity, -Infinity], "ü\n\u00e9\ud83d\ude00": "x\/\"", "": {}} "#
        let expected = JSONValue.object([
            .init(
                name: "a",
                value: .list([
                    .number("1"), .number("-2.5e3"), .flag(true), .flag(false), .null, .number("nan"), .number("inf"),
                    .number("-inf"),
                ])), .init(name: "ü\né😀", value: .text("x/\"")), .init(name: "", value: .object([])),
        ])
        #expect(parse(text) == .success(expected))
    }

    @Test func `Numbers are whole if they are, however they are written`() {
        #expect(JSONValue.number("4096.0").integer == 4096)
        #expect(JSONValue.number("4e3").integer == 4000)
        #expect(JSONValue.number("1.5").integer == nil)
        #expect(JSONValue.number("1e300").integer == nil)
        #expect(JSONValue.number("inf").integer == nil)
        #expect(JSONValue.flag(true).integer == nil)
    }

    @Test(arguments: [
        ("", 0), ("{", 1), ("[1,]", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), (#"{"a":1,"a":2}"#, 7),
        ("nul", 0),
        ("1 1", 2), ("--1", 0), ("+1", 0), (".5", 0), (#""a"#, 2), (#""\x""#, 3), (#""\ud800""#, 7), (#""\u12"#, 3),
        ("\"\u{1}\"", 2),
        ("{1:2}", 1), ("]", 0),
    ])
    func `Damage is found at its byte`(_ text: String, _ offset: Int) {
        guard case .failure(let error) = parse(text) else {
            Issue.record("“\(text)” was accepted")
            return
        }
        #expect(error.offset == offset, "\(error.problem)")
    }

    @Test func `Text that is not UTF-8 and endless nesting are refused`() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        #expect(throws: JSONError.self) { try bytes.withUnsafeBytes { bytes throws in _ = try JSONValue.parse(bytes) } }
        for bracket in ["[", "{\"a\":"] {
            guard case .failure(let error) = parse(String(repeating: bracket, count: 100_000)) else {
                Issue.record("endless nesting was accepted")
                continue
            }
            #expect(error.problem.contains("deep"))
        }
    }
}
