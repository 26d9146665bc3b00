import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Tokenization

/// Chat templates against jinja2, run as transformers runs it; Tests/Fixtures/Tokenization/make_chat_templates.py makes the
/// expectations. The templates are our own: that the published ones work is not shown here.
@Suite struct ChatTemplateTests {
    struct Fixture: Decodable {
        var tokens: [String: String]
        var cases: [Case]
    }

    struct Case: Decodable, CustomStringConvertible {
        var name: String
        var template: String
        var messages: [[String]]
        var addGenerationPrompt: Bool
        var expected: String?
        var refused: String?

        var description: String { "\(name): \(template.prefix(70))" }

        func rendered(tokens: [String: String], day: ChatTemplate.Day? = nil) throws -> String {
            try ChatTemplate(template, file: "template", tokens: tokens, day: day)
                .render(messages.map { ($0[0], $0[1]) }, addGenerationPrompt: addGenerationPrompt)
        }
    }

    static let fixture = Result {
        try JSONDecoder().decode(
            Fixture.self, from: Data(contentsOf: TestData.fixture("Tokenization/chat_templates.json")))
    }

    private func render(_ template: String, day: ChatTemplate.Day? = nil) throws -> String {
        try ChatTemplate(template, file: "template", tokens: ["bos_token": "<B>"], day: day).render([("user", "Hi")])
    }

    private func failure(_ template: String) -> Failure? {
        do {
            _ = try render(template)
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test func everyTemplateGivesWhatJinjaGives() throws {
        let fixture = try Self.fixture.get()
        var compared = 0
        for entry in fixture.cases {
            guard let expected = entry.expected else { continue }
            do {
                let text = try entry.rendered(tokens: fixture.tokens)
                #expect(Array(text.utf8) == Array(expected.utf8), "\(entry): \(text.debugDescription)")
            } catch {
                Issue.record("\(entry): \(error)")
            }
            compared += 1
        }
        #expect(compared > 120)
    }

    @Test func whatJinjaRefusesIsRefusedWithALine() throws {
        let fixture = try Self.fixture.get()
        var compared = 0
        for entry in fixture.cases where entry.refused != nil {
            let error = #expect(throws: Failure.self, "\(entry)") { try entry.rendered(tokens: fixture.tokens) }
            #expect(error?.kind == .badData)
            #expect(error?.file == "template")
            #expect(error?.place?.hasPrefix("line ") == true, "\(entry)")
            compared += 1
        }
        #expect(compared > 40)
    }

    @Test(arguments: [
        ("a\n\n{% include 'x' %}", 3, "“include”"), ("{{ 1.5 }}", 1, "decimal"), ("\n{{ 7 / 2 }}", 2, "“/”"),
        ("{{ messages }}", 1, "a list as text"), ("{{ 'a'|title }}", 1, "“title”"),
        ("{{ 'a'.find('b') }}", 1, "“find”"),
        ("{{ messages.append(1) }}", 1, "“append”"), ("{{ 2 ** 3 }}", 1, "“**”"),
        ("{{ strftime_now('%d') }}", 1, "undefined"),
        ("{% for x in [1] recursive %}{% endfor %}", 1, "recursive"), ("{{ caller() }}", 1, "“caller”"),
        ("{{ f(*messages) }}", 1, "“*”"), ("{{ ''.__class__ }}", 1, "“__class__”"), ("{{ eos_token }}", 1, "eos_token"),
        ("{{ 'Σ'|lower }}", 1, "Σ"), ("{{ cycler(1) }}", 1, "cycler"), ("{{ loop.index }}", 1, "“loop” is undefined"),
        ("{{ namespace(_x=1) }}", 1, "underscore"), ("{% raw %}{% endraw %}", 1, "“raw”"),
        ("{{ 9223372036854775807 + 1 }}", 1, "too large"),
        ("{% set s = messages|map(attribute='role') %}{{ s|join }}{{ s|join }}", 1, "twice"),
        (
            "{% set n = namespace(a=0) %}{% for x in [1, 2] if n.a == 0 %}{% set n.a = x %}{% endfor %}", 1,
            "filter of a loop"
        ),
    ])
    func whatIsBeyondTheSubsetIsAnErrorThatNamesTheLine(_ template: String, _ line: Int, _ part: String) throws {
        let error = #expect(throws: Failure.self) {
            _ = try ChatTemplate(template, file: "config.json", untoldTokens: ["eos_token"]).render([("user", "Hi")])
        }
        #expect(error?.kind == .badData)
        #expect(error?.file == "config.json")
        #expect(error?.place == "line \(line) of the chat template")
        #expect(error?.problem.contains(part) == true, "\(error?.problem ?? "")")
    }

    @Test func anUnusedBranchMayGoBeyondTheSubset() throws {
        #expect(try render("{% if tools %}{{ tools|sort }}{{ 3 / 2 }}{% else %}x{% endif %}") == "x")
    }

    @Test func hostileTemplatesEndWithAnError() throws {
        func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        let hostile = [
            "{{ " + repeated("(", 100_000), repeated("{{ ", 100_000), repeated("{% if 1 %}", 100_000),
            "{{ " + repeated("-", 100_000) + "1 }}", "{{ " + repeated("not ", 100_000) + "1 }}",
            "{{ " + repeated("[", 100_000) + repeated("]", 100_000) + " }}",
            "{{ " + repeated("1 if 1 else ", 100_000) + "1 }}", "{{ " + repeated("('a' ~ ", 10_000) + "1",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
            "{{ range(99999999999)|length }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
            "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = [n.s, n.s] %}{% endfor %}",
            "{% set n = namespace(s=[1]) %}{% for i in range(30) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s|tojson }}",
            "{% set n = namespace(s=[1]) %}{% for i in range(30) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s == n.s }}",
            "{% set n = namespace(s=[1]) %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
            "{% set n = namespace() %}{% set n.n = n %}",
            "{% set n = namespace(s='a') %}{% for i in range(20) %}{% set n.s = n.s.replace('a', 'aaaaaaaa') %}{% endfor %}",
            repeated("a", 1 << 20) + "b",
        ]
        for template in hostile {
            let error = try #require(failure(template), "\(template.prefix(80))")
            #expect(error.kind == .badData)
        }
        // Long chains are no deep nesting.
        #expect(try render("{{ 0" + repeated(" + 1", 10_000) + " }}") == "10000")
        #expect(try render("{{ 'a'" + repeated("|trim", 10_000) + " }}") == "a")
    }

    @Test func damagedTemplatesNeverCrash() throws {
        let templates = try Self.fixture.get().cases.map(\.template)
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet = Array("{}%#-+|()[].,:'\"\\ \nif0".unicodeScalars)
        var failures = 0
        for round in 0..<4000 {
            var scalars = Array(templates[round % templates.count].unicodeScalars)
            for _ in 0...random(3) where !scalars.isEmpty {
                let place = random(scalars.count)
                switch random(3) {
                case 0: scalars.remove(at: place)
                case 1: scalars.insert(alphabet[random(alphabet.count)], at: place)
                default: scalars[place] = alphabet[random(alphabet.count)]
                }
            }
            if failure(PythonText.string(scalars)) != nil { failures += 1 }
        }
        #expect(failures > 1000)
    }

    @Test func aDayThatIsGivenIsTold() throws {
        let day = try #require(ChatTemplate.Day("2024-02-29"))
        let template = "{{ strftime_now('%d %b %Y|%A %a %B %m %y %%') if strftime_now is defined else 'no day' }}"
        #expect(try render(template, day: day) == "29 Feb 2024|Thursday Thu February 02 24 %")
        #expect(try render(template) == "no day")
        #expect(day.description == "2024-02-29")
        #expect(throws: Failure.self) { try self.render("{{ strftime_now('%H') }}", day: day) }
        for text in ["2023-02-29", "2024-13-01", "2024-1-01", "24-01-01", "", "2024-00-10", "2024-01-0x", "2024-01--1"]
        {
            #expect(ChatTemplate.Day(text) == nil, "\(text)")
        }
    }
}
