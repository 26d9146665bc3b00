/// What is known of a run's checkpoint beside its hash: where it stands among others.
public struct CheckpointFacts: Codable, Hashable, Sendable {
    /// The training that it belongs to, as given; nil: the label may say.
    public var series: String?
    /// Training steps, as given; nil: the label may say.
    public var step: Int?
    /// Number of parameters, shared ones counted once.
    public var parameters: Int?

    /// Joins the parts.
    public init(series: String? = nil, step: Int? = nil, parameters: Int? = nil) {
        self.series = series
        self.step = step
        self.parameters = parameters
    }

    /// These facts, and from others what these do not say.
    public func completed(by other: CheckpointFacts?) -> CheckpointFacts {
        CheckpointFacts(
            series: series ?? other?.series, step: step ?? other?.step, parameters: parameters ?? other?.parameters)
    }
}

extension RunSettings {
    /// What the command line decides: the settings without what the checkpoint's files do.
    public var withoutCheckpoint: RunSettings {
        var settings = self
        settings.modelHash = ""
        settings.tokenizerHash = ""
        settings.endOfSequence = nil
        settings.checkpoint = nil
        settings.chatTemplate = chatTemplate.map { ChatTemplateSettings(hash: "", tokens: [:], day: $0.day) }
        return settings
    }

    /// Which of the checkpoint's files are not what they were, as a phrase: "another tokenizer.json".
    public func checkpointChange(since other: RunSettings) -> String {
        let changes = [
            modelHash == other.modelHash ? nil : "other weights or another config.json",
            tokenizerHash == other.tokenizerHash ? nil : "another tokenizer.json",
            endOfSequence == other.endOfSequence ? nil : "another generation_config.json",
            chatTemplate == other.chatTemplate ? nil : "another chat template",
        ]
        return changes.compactMap { $0 }.joined(separator: ", ")
    }
}
