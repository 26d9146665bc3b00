import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct DiagnosticsTests {
    @Test func aFailureIsOneLineWithFilePlaceProblemAndRemedy() {
        let failure = Failure(.badData, file: "a.xml", at: "line 3", "is no dump", remedy: "use another")
        #expect(failure.description == "a.xml: line 3: is no dump; use another")
        #expect(Failure(.badData, "odd\ntitle\u{7}").description == "odd\\ntitle\\u{7}")
    }

    @Test func exitStatusesAreThoseOfTheContract() {
        let statuses = Dictionary(uniqueKeysWithValues: Failure.Kind.allCases.map { ("\($0)", $0.rawValue) })
        #expect(
            statuses == [
                "usage": 64, "badData": 65, "inputUnavailable": 66, "internalError": 70, "outputUnavailable": 73,
                "inputOutput": 74, "interruptedResumable": 75, "interrupted": 130,
            ])
    }

    @Test func anOutputAppearsWholeOrNotAtAll() throws {
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("out").path
            try OutputFile.write(Data("one".utf8), to: path)
            struct Torn: Error {}
            #expect(throws: Torn.self) {
                try OutputFile.create(at: path) { temporary in
                    try Data("tw".utf8).write(to: URL(fileURLWithPath: temporary))
                    throw Torn()
                }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left == ["out"])
            #expect {
                try OutputFile.write(Data(), to: folder.path)
            } throws: { ($0 as? Failure)?.kind == .outputUnavailable }
            #expect {
                try OutputFile.createFolder(path)
            } throws: { ($0 as? Failure)?.kind == .outputUnavailable }
        }
    }

    /// FIPS 180-2's example.
    @Test func hashesAreSHA256() throws {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ContentHash.of("abc") == expected)
        try TestData.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("abc").path
            try OutputFile.write(Data("abc".utf8), to: path)
            #expect(try ContentHash.ofFile(path) == expected)
            #expect {
                try ContentHash.ofFile(path + "d")
            } throws: { ($0 as? Failure)?.kind == .inputUnavailable }
        }
    }

    @Test func `A background result is there whenever it is asked for, and so is its failure`() throws {
        let sum = BackgroundResult { _ in (1...1000).reduce(0, +) }
        #expect(try sum.get() == 500_500)
        #expect(try sum.get() == 500_500)
        let failing = BackgroundResult<Int> { _ in throw Failure(.badData, "damaged") }
        #expect(throws: Failure.self) { try failing.get() }
        let endless = BackgroundResult<Int> { isCancelled in
            var count = 0
            while !isCancelled() { count += 1 }
            return count
        }
        endless.cancel()
        #expect(try endless.get() >= 0)
        sum.cancel()
    }
}
