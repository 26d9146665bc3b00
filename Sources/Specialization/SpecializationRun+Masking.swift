import Diagnostics
import QuestionSet
import Scores
import Statistics
import Transformer

/// Masks, and answers under them.
extension SpecializationRun {
    /// A concept at work: its questions and located masks.
    struct Subject {
        var entry: ConceptPlan
        /// Its own questions, then its evaluation controls.
        var asked: [Question]
        /// The located masks: [mask][layer].
        var masks: [[[Int32]]]
        /// What a mask does to its coefficients, in each draw: one unless there is noise.
        var methods: [AblationMethod]

        var id: ConceptID { entry.conceptID }
        /// Number of the concept's own questions among those asked.
        var relatedCount: Int { entry.related.count }
    }

    static func pooling(of settings: RunSettings) -> TokenPooling {
        TokenPooling(pooling: settings.pooling, special: settings.poolSpecial ?? .include)
    }

    /// All that a run computes for a concept with masks.
    func mask(_ entry: ConceptPlan) throws -> ConceptResult {
        let located = Localisation.masks(try localisation(entry), sizes: maskSizes)
        let subject = Subject(
            entry: entry, asked: (entry.related + entry.evaluationControls).compactMap { questions[$0] },
            masks: located.map { $0.map(\.indices) }, methods: try ablationMethods(for: entry))
        var work = MaskedQuestions()
        let tickets = subject.masks.map { mask in
            subject.methods.map { work.ask(subject.asked, $0.surgery(mask)) }
        }
        let nulls = try nullMasks(subject, &work)
        let halves = try crossFit(subject, &work)
        let studies = try studies(subject, &work)
        let answers = try work.answers(scorer)

        var result = ConceptResult(conceptID: entry.conceptID, ratios: [], nulls: nulls(answers))
        for (position, ratio) in settings.ratios.enumerated() {
            // With several draws of noise the first one's letters are kept, and the accuracies of all.
            let letters = answers[tickets[position][0]]
            let predictions = letters.map(LetterScores.prediction)
            result.ratios.append(
                RatioResult(
                    ratio: ratio, top: settings.top(at: position),
                    relatedPredictions: Array(predictions.prefix(subject.relatedCount)),
                    controlPredictions: Array(predictions.dropFirst(subject.relatedCount)),
                    minimumMargin: letters.map(LetterScores.margin).min() ?? 0, mask: subject.masks[position],
                    boundaryMargins: located[position].map(\.boundaryMargin)))
            guard settings.ablation == .noise else { continue }
            for (draw, ticket) in tickets[position].enumerated() {
                result.studies.append(
                    StudyResult(
                        .noise, ratio: ratio, variant: "noise", draw: draw,
                        specific: answers.accuracy(ticket, first: subject.relatedCount),
                        general: answers.accuracy(ticket, droppingFirst: subject.relatedCount)))
            }
        }
        result.studies += halves(answers)
        result.studies += try studies(answers)
        return result
    }

    /// S of a concept.
    func localisation(_ entry: ConceptPlan) throws -> LayerVectors {
        Localisation.scores(related: try pooled(entry.related), controls: try pooled(entry.localizationControls))
    }

    private func ablationMethods(for entry: ConceptPlan) throws -> [AblationMethod] {
        switch settings.ablation {
        case .zero:
            return [.zero]
        case .noise:
            let noise = settings.noise ?? .standard
            return (0..<noise.draws).map { .noise(self.noise(draw: $0)) }
        case .mean, .resample:
            let controls = entry.localizationControls.compactMap { questions[$0] }
            var generator = SeededGenerator(seed: settings.seed, "ablation", entry.conceptID.rawValue)
            let question = generator.below(max(1, controls.count))
            let moments = try scorer.moments(controls, sampleQuestion: question, samplePosition: generator.unit())
            return [settings.ablation == .mean ? .mean(moments) : .resample(moments)]
        }
    }

    /// The noise of a draw, the same for all concepts.
    func noise(draw: Int) -> ValueNoise {
        if let known = noises[draw] { return known }
        let made = ValueNoise(
            decoder.configuration, seed: settings.seed, draw: draw,
            scale: Float((settings.noise ?? .standard).scale))
        noises[draw] = made
        return made
    }

    /// Tokens that `mask` will send through the decoder for a concept, of whose questions these are the lengths. Open
    /// answers are not counted, nor what is sent again because it was not kept.
    func tokensToMask(_ entry: ConceptPlan, related: Int, controls: Int) throws -> Int {
        var passes = settings.ratios.count * (settings.ablation == .noise ? (settings.noise ?? .standard).draws : 1)
        if nullConcepts.contains(entry.conceptID) {
            passes += settings.ratios.count * settings.nulls * (settings.nullKinds ?? NullKind.allCases).count
        }
        var tokens = passes * (related + controls)
        if settings.crossFit == true { tokens += settings.ratios.count * (related + 2 * controls) }
        guard studyConcepts.contains(entry.conceptID) else { return tokens }
        for study in settings.studies ?? Study.standard {
            switch study {
            case .pooling: tokens += related + controls
            case .noise: tokens += (settings.noise ?? .standard).draws * (related + controls)
            case .formats: tokens += 4 * (related + controls)
            case .effects: tokens += (studyConcepts.count - 1) * related
            case .selectivity: tokens += 2 * controls
            }
        }
        return tokens
    }
}
