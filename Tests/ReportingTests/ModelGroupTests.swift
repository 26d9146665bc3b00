import Scores
import Testing

@testable import Reporting

@Suite struct ModelGroupTests {
    @Test(
        arguments: [
            ("step1000-tokens4B", "checkpoints", 1000, 4e9), ("checkpoint-2000", "checkpoints", 2000, nil),
            ("stage1-step5000", "stage1", 5000, nil), ("pythia-160m@step1000", "pythia-160m", 1000, nil),
            ("OLMo-2-1124-7B_stage1-step300-tokens2.5T", "OLMo-2-1124-7B_stage1", 300, 2.5e12),
            ("global_step12", "checkpoints", 12, nil), ("iter_0005000", "checkpoints", 5000, nil),
            ("amber/ckpt-step7", "amber/ckpt", 7, nil), ("footstep9", nil, nil, nil), ("gpt2", nil, nil, nil),
            ("step99999999999999999999", nil, nil, nil),
        ] as [(String, String?, Int?, Double?)])
    func stepsAreReadFromFolderNames(_ label: String, _ series: String?, _ step: Int?, _ tokens: Double?) {
        let read = ModelLabel(label)
        #expect(read.series == series)
        #expect(read.step == step)
        #expect(read.tokens == tokens)
    }

    @Test(
        arguments: [
            ("pythia-160m", "pythia", "160m", 160e6), ("Qwen2.5-0.5B-Instruct", "Qwen2.5-Instruct", "0.5B", 0.5e9),
            ("OLMoE-1B-7B-0924", "OLMoE-0924", "1B-7B", 1e9), ("gpt2", "gpt2", nil, nil),
            ("pythia-160m@step1000", "pythia", "160m", 160e6), ("7B", "7B", "7B", 7e9),
            ("Llama-3.2-1B", "Llama-3.2", "1B", 1e9),
        ] as [(String, String, String?, Double?)])
    func sizesAreReadFromNames(_ label: String, _ family: String, _ size: String?, _ parameters: Double?) {
        let read = ModelLabel(label)
        #expect(read.family == family)
        #expect(read.size == size)
        #expect(read.parameters == parameters)
    }

    @Test func whatWasGivenWinsOverTheLabel() {
        let read = ModelLabel("pythia-160m@step1000", series: "mine", step: 3)
        #expect(read.series == "mine" && read.step == 3)
    }

    @Test func runsMeasuredInAnotherWayStandApart() throws {
        let names = SampleRun.models + ["gpt2"]
        let groups = ModelGroup.groups(try names.map { try SampleRun.evaluated($0).results }, names: names)
        // The second reference has other ratios.
        #expect(groups.count == 1)
        let group = try #require(groups.first)
        #expect(group.members.map(\.name) == SampleRun.models)
        #expect(group.series.map(\.name) == ["other"])
        #expect(group.models.map(\.name) == ["tiny-1m", "tiny-4m", "tiny-1.5b", "other@step64000"])
        #expect(group.families.map(\.name) == ["tiny"])
        #expect(group.families[0].members.map(\.name) == ["tiny-1m", "tiny-4m", "tiny-1.5b"])
        #expect(group.members[3].shortName == "other @1k")
    }

    @Test func whatTheRunSaysOfItsCheckpointWinsOverItsLabel() throws {
        var runs = try ["tiny-1m", "tiny-4m", "tiny-1.5b"].map { try SampleRun.evaluated($0).results }
        for (index, facts) in [(2000, 30), (1000, 20), (3000, 10)].enumerated() {
            runs[index].settings.checkpoint = CheckpointFacts(series: "mine", step: facts.0, parameters: facts.1)
        }
        let group = try #require(ModelGroup.groups(runs, names: ["a", "b", "c"]).first)
        #expect(group.series.map(\.name) == ["mine"])
        #expect(group.series[0].members.map(\.name) == ["b", "a", "c"])
        #expect(group.members.map(\.shortName) == ["mine @2k", "mine @1k", "mine @3k"])
        #expect(group.members.map(\.label.parameters) == [30, 20, 10])
        let html = ModelTables(group).sizes()
        #expect(html.contains("<td class=\"num\">30</td>") && html.contains("<td class=\"num\">3,000</td>"))
        let sizes = try #require(ModelTables(group).numbers([]).first)
        let column = try #require(sizes.columns.firstIndex(of: "parameters"))
        #expect(sizes.rows.map { $0[column] } == ["10", "20", "30"])
    }

    @Test func oneCheckpointUnderTwoNamesIsOneModel() throws {
        var runs = try ["tiny-1m", "tiny-4m", "tiny-1.5b"].map { try SampleRun.evaluated($0).results }
        runs[2].settings.modelHash = runs[0].settings.modelHash
        let group = try #require(ModelGroup.groups(runs, names: ["a", "b", "c"]).first)
        #expect(group.models.map(\.name) == ["a", "b", "c"])
        #expect(group.distinctModels.map(\.name) == ["a", "b"])
        let scatter = try #require(ModelCharts(group).all.first { $0.numbers.file == "accuracy_against_pss" })
        #expect(scatter.numbers.rows.map { $0[0] } == ["a", "b"])
    }

    @Test func linesAreSpreadFromTheFirstToTheLast() {
        #expect(ModelCharts.spread([1, 2, 3], 6) == [1, 2, 3])
        #expect(ModelCharts.spread(Array(0...10), 6) == [0, 2, 4, 6, 8, 10])
        #expect(ModelCharts.spread(Array(0..<8), 6).count == 6)
    }

    @Test func namesThatHaveNoRoomAreLeftOut() {
        var svg = SVG()
        var placer = LabelPlacer(marks: [(x: 200, y: 150)])
        for index in 0..<20 { placer.place("a model \(index)", beside: (x: 200, y: 150), in: &svg) }
        let placed = svg.body.matches(of: /<text/).count
        #expect(placed >= 4 && placed <= 6)
    }
}
