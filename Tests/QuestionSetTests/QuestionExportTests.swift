import Diagnostics
import Foundation
import QuestionSet
import TestSupport
import Testing

@Suite struct QuestionExportTests {
    /// Exports and hands over the files by name, "" for a single file.
    private func export(
        _ lines: [QuestionLine], _ format: QuestionExport.Format, metadata: [String: String] = SampleLines.metadata
    ) throws -> [String: String] {
        try TestData.withTemporaryFolder { folder in
            let output = folder.appendingPathComponent("output")
            try QuestionExport.write(lines, as: format, to: output.path, metadata: metadata)
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: output.path, isDirectory: &isFolder)
            guard isFolder.boolValue else { return ["": try String(contentsOf: output, encoding: .utf8)] }
            var files: [String: String] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: output.path) {
                let url = output.appendingPathComponent(name)
                guard !url.hasDirectoryPath, let data = FileManager.default.contents(atPath: url.path) else { continue }
                files[name] = String(decoding: data, as: UTF8.self)
            }
            return files
        }
    }

    @Test func jsonLinesHaveTheKeysOfTheContractAndNoOthers() throws {
        let text = try #require(try export(SampleLines.lines, .jsonl)[""])
        let expected = """
            {"answer_index":0,"answers":["Warsaw","Warszawa"],"bucket":"high","concept":"Marie Curie","concept_id":7,\
            "options":["Warsaw","Paris","Vienna","Rome"],"popularity":144788,"question":"Where was Marie Curie born?",\
            "question_id":7001,"relation":"birth place"}
            """
        #expect(text.split(separator: "\n").first.map(String.init) == expected)
        #expect(text == (try export(SampleLines.imported, .jsonl, metadata: [:])[""]))
    }

    @Test func tablesCarryArticleRevisionAndLicenceInTheLastColumns() throws {
        let text = try #require(try export(SampleLines.lines, .csv)[""])
        let rows = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            rows[0] == """
                question_id,concept_id,concept,bucket,popularity,relation,question,A,B,C,D,answer,answers,kind,value_type,\
                precision,source,source_detail,source_title,page_id,revision_id,source_url,licence
                """)
        #expect(
            rows[1] == """
                7001,7,Marie Curie,high,144788,birth place,Where was Marie Curie born?,Warsaw,Paris,Vienna,Rome,A,\
                Warsaw; Warszawa,people,place,,parameter,Infobox scientist: birth_place,Marie Curie,7,42,\
                https://en.wikipedia.org/w/index.php?oldid=42,CC BY-SA 3.0
                """)
        #expect(rows[2].contains("\"She, a \"\"chemist\"\", worked in Paris.\",Marie Curie,7,42"))
        #expect(rows[3].hasSuffix("A|B_[c],9,,https://en.wikipedia.org/?curid=9,CC BY-SA 3.0"))
        let imported = try #require(try export(SampleLines.imported, .csv, metadata: ["origin": "imported"])[""])
        #expect(imported.contains("Warsaw; Warszawa,,,,,,Marie Curie,,,,\r\n"))
    }

    @Test func theHarnessFolderHasTasksWithTheContractsPromptsAndScoring() throws {
        let files = try export(SampleLines.lines, .lmEval)
        #expect(
            files.keys.sorted() == [
                "ATTRIBUTION.md", "README.md", "questions.jsonl", "specwiki_generation.yaml", "specwiki_mcq.yaml",
                "utils.py",
            ])
        #expect(files["questions.jsonl"] == (try export(SampleLines.lines, .jsonl)[""]))
        let choice = try #require(files["specwiki_mcq.yaml"])
        #expect(
            choice.contains(
                #"doc_to_text: "Question: {{question}}\nA. {{options[0]}}\nB. {{options[1]}}\nC. {{options[2]}}\nD. {{options[3]}}\nAnswer:""#
            ))
        let open = try #require(files["specwiki_generation.yaml"])
        #expect(open.contains(#"doc_to_text: "Question: {{question}}\nAnswer:""#))
        for line in [
            #"  until: ["\n"]"#, "  max_gen_toks: 16", "  do_sample: false",
            "process_results: !function utils.score_open_answer",
        ] {
            #expect(open.contains("\(line)\n"), "\(line)")
        }
        let hash = ContentHash.of(try #require(files["questions.jsonl"]))
        for task in [choice, open] {
            #expect(task.contains("custom_dataset: !function utils.dataset\n"))
            #expect(task.contains("  questions_sha256: \(hash)\n"))
        }
        for function in ["def dataset(", "def score_open_answer("] {
            #expect(files["utils.py"]?.contains(function) == true)
        }
    }

    @Test func attributionNamesEveryArticleOnceWithItsRevision() throws {
        for format in [QuestionExport.Format.lmEval, .huggingface] {
            let text = try #require(try export(SampleLines.lines, format)["ATTRIBUTION.md"])
            #expect(text.contains("under [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/)"))
            #expect(text.contains("Wikipedia, enwiki"))
            #expect(text.contains("enwiki-20190101-pages-articles.xml.bz2"))
            let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map(String.init)
            #expect(
                rows == [
                    "| [Marie Curie](https://en.wikipedia.org/w/index.php?oldid=42) | 7 | 42 |",
                    #"| [A\|B\_\[c\]](https://en.wikipedia.org/?curid=9) | 9 | not recorded |"#,
                ])
        }
        let imported = try #require(
            try export(SampleLines.imported, .lmEval, metadata: ["origin": "imported"])["ATTRIBUTION.md"])
        #expect(imported.contains("| Marie Curie | not recorded | not recorded |"))
        #expect(imported.contains("does not say where its questions come from"))
    }

    @Test func theDataSetsRowsAreTheQuestionsWithTheirSources() throws {
        let files = try export(SampleLines.lines, .huggingface)
        #expect(files.keys.sorted() == ["ATTRIBUTION.md", "README.md", "data/test.jsonl"])
        let rows = try #require(files["data/test.jsonl"]).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(rows.count == 3)
        #expect(Set(rows.map { $0.keys.sorted() }).count == 1)
        #expect(rows[0].keys.count == 20)
        #expect(rows[0]["source_url"] as? String == "https://en.wikipedia.org/w/index.php?oldid=42")
        #expect(rows[0]["licence"] as? String == "CC BY-SA 3.0")
        #expect(rows[0]["source_detail"] as? String == "Infobox scientist: birth_place")
        #expect(rows[2]["revision_id"] is NSNull)
        let lines = SampleLines.lines
        for (row, line) in zip(rows, lines) {
            #expect(row["question"] as? String == line.question.text)
            #expect(row["options"] as? [String] == line.question.options)
            #expect((row["question_id"] as? NSNumber)?.int64Value == line.question.id.rawValue)
        }
    }

    @Test func theCardSaysLicenceStatisticsAndSources() throws {
        let card = try #require(try export(SampleLines.lines, .huggingface)["README.md"])
        #expect(card.hasPrefix("---\npretty_name: SpecWiki questions\nlicense: cc-by-sa-3.0\nlanguage:\n- en\n"))
        #expect(card.contains("    path: data/test.jsonl\n"))
        for row in [
            "| high | 1 | 2 | 144,788 to 144,788 |", "| low | 1 | 1 | 12 to 12 |", "| people | 2 |", "| cloze | 1 |",
            "| place | 2 |", "| birth place | 1 |", "| dump | enwiki-20190101-pages-articles.xml.bz2 |",
        ] {
            #expect(card.contains("\(row)\n"), "\(row)")
        }
        for section in [
            "Fields", "Prompts", "Statistics", "Where it comes from", "Licence and attribution", "Limitations",
        ] {
            #expect(card.contains("\n## \(section)\n"), "\(section)")
        }
        #expect(!card.contains("\n\n\n"))
        let hash = ContentHash.of(try #require(try export(SampleLines.lines, .jsonl)[""]))
        #expect(
            card.contains(
                """
                SpecWiki questions from enwiki-20190101-pages-articles.xml.bz2 (Wikipedia, enwiki), 3 questions, seed 2019, \
                SHA-256 of questions.jsonl \(hash).
                Texts by the authors of the articles, CC BY-SA 3.0.

                """))
    }

    @Test(arguments: [(nil, "license: unknown\n"), ("house rules", "license: other\nlicense_name: \"house rules\"\n")])
    func theCardOfAnImportedSetClaimsNoLicence(_ stated: String?, _ line: String) throws {
        var metadata = ["origin": "imported"]
        metadata["licence"] = stated
        let card = try #require(try export(SampleLines.imported, .huggingface, metadata: metadata)["README.md"])
        #expect(card.contains(line))
        #expect(!card.contains("language:\n"))
        #expect(card.contains("The set was imported"))
    }
}
