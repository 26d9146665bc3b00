import Diagnostics
import QuestionSet
import Scores
import Statistics

/// What is measured beside the score.
extension SpecializationRun {
    typealias StudyReader = (MaskedQuestions.Answers) throws -> [StudyResult]

    /// The mask at which concepts are compared with each other: the middle one, the larger of two.
    var comparedMask: Int? { settings.comparedMask }

    // MARK: - Cross-fitting

    /// Locates masks on each half of the concept's questions and asks the other half, and all evaluation controls.
    ///
    /// Results, variant "halves": every own question once, under the mask that did not see it; the mean of both masks on the
    /// controls; how much the two masks share. The first half's questions stand with it.
    func crossFit(_ subject: Subject, _ work: inout MaskedQuestions) throws -> (MaskedQuestions.Answers) ->
        [StudyResult]
    {
        guard settings.crossFit == true, subject.relatedCount >= 2 else { return { _ in [] } }
        let vectors = try pooled(subject.entry.related)
        let controls = try pooled(subject.entry.localizationControls)
        let first = half(of: subject.entry.related)
        let folds = [first, Array(Set(subject.entry.related.indices).subtracting(first)).sorted()]
        let masks = folds.map { fold in
            self.masks(Localisation.scores(related: fold.map { vectors[$0] }, controls: controls))
        }
        let evaluation = Array(subject.asked.dropFirst(subject.relatedCount))
        var tickets: [[MaskedQuestions.Ticket]] = []
        for position in settings.ratios.indices {
            tickets.append(
                folds.indices.map { fold in
                    work.ask(
                        folds[1 - fold].map { subject.asked[$0] } + evaluation,
                        subject.methods[0].surgery(masks[fold][position]))
                })
        }
        let related = subject.entry.related
        return { [settings] answers in
            settings.ratios.indices.map { position in
                let (one, other) = (masks[0][position], masks[1][position])
                let shares = folds.indices.map { fold in
                    (answers.accuracy(tickets[position][fold], first: folds[1 - fold].count) ?? 0)
                        * Double(folds[1 - fold].count)
                }
                let general = folds.indices.compactMap { fold in
                    answers.accuracy(tickets[position][fold], droppingFirst: folds[1 - fold].count)
                }
                return StudyResult(
                    .crossFit, ratio: settings.ratios[position], variant: "halves",
                    specific: (shares[0] + shares[1]) / Double(related.count), general: mean(general),
                    jaccard: MaskOverlap.jaccard(one, other),
                    layerJaccards: MaskOverlap.layerJaccards(one, other), questions: first.map { related[$0] })
            }
        }
    }

    /// Places of one half of a concept's questions, ascending: relations are dealt out to both halves alternately.
    func half(of related: [QuestionID]) -> [Int] {
        var generator = SeededGenerator(
            seed: settings.seed, "cross-fit", related.first.map { questions[$0]?.conceptID.rawValue ?? 0 } ?? 0)
        let shuffled = generator.shuffled(related.indices)
        let groups = Dictionary(grouping: shuffled) { questions[related[$0]]?.relation ?? "" }
        let dealt = groups.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            .flatMap { groups[$0] ?? [] }
        return dealt.indices.filter { $0.isMultiple(of: 2) }.map { dealt[$0] }.sorted()
    }

    // MARK: - Studies

    /// Asks what the studies of a concept need.
    ///
    /// - Returns: the results, once there are answers.
    func studies(_ subject: Subject, _ work: inout MaskedQuestions) throws -> StudyReader {
        guard studyConcepts.contains(subject.id) else { return { _ in [] } }
        var readers: [StudyReader] = []
        for study in Study.allCases where (settings.studies ?? Study.standard).contains(study) {
            switch study {
            case .pooling: readers.append(try poolings(subject))
            case .noise: readers.append(noise(subject, &work))
            case .formats: readers.append(try formats(subject, &work))
            case .effects: readers.append(effects(subject, &work))
            case .selectivity: readers.append(selectivity(subject, &work))
            }
        }
        return { [readers] answers in try readers.flatMap { try $0(answers) } }
    }

    /// How much masks share with those of other ways of pooling. Variants: "without special tokens", "with special
    /// tokens", "without first token", "mean", "last"; those that would pool the same tokens are left out.
    private func poolings(_ subject: Subject) throws -> StudyReader {
        let own = Self.pooling(of: settings)
        let related = subject.asked.prefix(subject.relatedCount)
        let controls = subject.entry.localizationControls.compactMap { questions[$0] }
        var ways: [(name: String, pooling: TokenPooling)] = []
        func add(_ name: String, _ change: (inout TokenPooling) -> Void) {
            var other = own
            change(&other)
            ways.append((name, other))
        }
        if own.special == .include {
            add("without special tokens") { $0.special = .exclude }
        } else {
            add("with special tokens") { $0.special = .include }
        }
        add("without first token") { $0.skipsFirst = true }
        add(own.pooling == .mean ? "last" : "mean") { $0.pooling = own.pooling == .mean ? .last : .mean }
        ways = try ways.filter { way in
            try (related + controls).contains { question in
                let special = scorer.specialTokens(try scorer.encode(question).context)
                return way.pooling.positions(in: special) != own.positions(in: special)
            }
        }
        guard !ways.isEmpty else { return { _ in [] } }
        let scores = try scorer.scores(
            related: Array(related), controls: controls, format: .multipleChoice, poolings: ways.map(\.pooling))
        let results = zip(ways, scores).flatMap { way, scores in
            zip(settings.ratios, zip(subject.masks, masks(scores))).map { ratio, pair in
                StudyResult(
                    .pooling, ratio: ratio, variant: way.name, jaccard: MaskOverlap.jaccard(pair.0, pair.1),
                    layerJaccards: MaskOverlap.layerJaccards(pair.0, pair.1))
            }
        }
        return { _ in results }
    }

    /// Noise on the value vectors of the smallest mask. Variant "noise".
    private func noise(_ subject: Subject, _ work: inout MaskedQuestions) -> StudyReader {
        // With that ablation it is measured at every ratio.
        guard settings.ablation != .noise, let mask = subject.masks.first, let ratio = settings.ratios.first else {
            return { _ in [] }
        }
        let draws = (settings.noise ?? .standard).draws
        let tickets = (0..<draws).map { draw in
            work.ask(subject.asked, AblationMethod.noise(noise(draw: draw)).surgery(mask))
        }
        return { [related = subject.relatedCount] answers in
            tickets.enumerated().map { draw, ticket in
                StudyResult(
                    .noise, ratio: ratio, variant: "noise", draw: draw,
                    specific: answers.accuracy(ticket, first: related),
                    general: answers.accuracy(ticket, droppingFirst: related))
            }
        }
    }

    /// Masks located by the contexts of open questions, and answers in both formats under both masks. Variants name the
    /// format that located the mask, then that of the questions: "mcq on mcq", "generation on mcq" (with the overlap of the
    /// two masks), "mcq on generation", "generation on generation".
    private func formats(_ subject: Subject, _ work: inout MaskedQuestions) throws -> StudyReader {
        guard settings.formats.contains(.generation), let position = comparedMask else { return { _ in [] } }
        let ratio = settings.ratios[position]
        let related = subject.relatedCount
        let scores = try scorer.scores(
            related: Array(subject.asked.prefix(related)),
            controls: subject.entry.localizationControls.compactMap { questions[$0] }, format: .generation,
            poolings: [Self.pooling(of: settings)])
        let closed = subject.masks[position]
        let open = masks(scores[0])[position]
        let tickets = [closed, open].map { work.ask(subject.asked, subject.methods[0].surgery($0)) }
        return { [scorer] answers in
            var results: [StudyResult] = []
            for (index, name) in ["mcq", "generation"].enumerated() {
                results.append(
                    StudyResult(
                        .formats, ratio: ratio, variant: "\(name) on mcq",
                        specific: answers.accuracy(tickets[index], first: related),
                        general: answers.accuracy(tickets[index], droppingFirst: related),
                        jaccard: index == 0 ? nil : MaskOverlap.jaccard(closed, open),
                        layerJaccards: index == 0 ? nil : MaskOverlap.layerJaccards(closed, open)))
                let texts = try scorer.generate(
                    subject.asked, surgery: subject.methods[0].surgery(index == 0 ? closed : open))
                let isRight = zip(texts, subject.asked).map {
                    AnswerMatching.isCorrect($0.text, answers: $1.answers) ? 1.0 : 0
                }
                results.append(
                    StudyResult(
                        .formats, ratio: ratio, variant: "\(name) on generation",
                        specific: mean(Array(isRight.prefix(related))),
                        general: mean(Array(isRight.dropFirst(related)))))
            }
            return results
        }
    }

    /// The concept's mask on the questions of the other concepts studied. Variant "mask on other's questions".
    private func effects(_ subject: Subject, _ work: inout MaskedQuestions) -> StudyReader {
        guard let position = comparedMask else { return { _ in [] } }
        let surgery = subject.methods[0].surgery(subject.masks[position])
        let entries = Dictionary(plan.map { ($0.conceptID, $0) }, uniquingKeysWith: { first, _ in first })
        let tickets = studyConcepts.sorted().filter { $0 != subject.id }.compactMap { other in
            entries[other].map { entry in
                (other: other, ticket: work.ask(entry.related.compactMap { questions[$0] }, surgery))
            }
        }
        return { [ratio = settings.ratios[position]] answers in
            tickets.map { other, ticket in
                StudyResult(
                    .effects, ratio: ratio, variant: "mask on other's questions", otherConceptID: other,
                    specific: answers.accuracy(ticket))
            }
        }
    }

    /// The concept's mask on questions of other concepts near to it and far from it, of both as many as evaluation controls are
    /// asked for. Variants are the raw values of `Nearness`, all of them, if without questions.
    private func selectivity(_ subject: Subject, _ work: inout MaskedQuestions) -> StudyReader {
        guard let position = comparedMask else { return { _ in [] } }
        let surgery = subject.methods[0].surgery(subject.masks[position])
        let drawn = controlDrawing.neighbours(of: subject.entry, count: settings.evaluationControls)
        let tickets = Nearness.allCases.map { nearness in
            let ids = drawn[nearness] ?? []
            return (nearness: nearness, ids: ids, ticket: work.ask(ids.compactMap { questions[$0] }, surgery))
        }
        return { [ratio = settings.ratios[position]] answers in
            tickets.map { nearness, ids, ticket in
                StudyResult(
                    .selectivity, ratio: ratio, variant: nearness.rawValue, specific: answers.accuracy(ticket),
                    questions: ids)
            }
        }
    }
}
