import Statistics

/// How the loss on a concept's own questions grows with the size of the mask: whether few vectors hold the answers, or many
/// do in place of each other.
public struct RedundancyFigures: Codable, Hashable, Sendable {
    /// Mean accuracy on the concepts' own questions, from ratio 0 on.
    public var curve: [Point]
    /// Mean loss over the ratios, from 0 to the largest: the area between the curve and its first value, over its width.
    public var meanDrop: Double?
    /// The first ratio at which half of the largest loss has come, by linear interpolation.
    public var halfDropRatio: Double?
    /// The same on the evaluation controls.
    public var controlMeanDrop: Double?
    /// The same on the evaluation controls.
    public var controlHalfDropRatio: Double?
    /// Zero against noise on the same vectors; absent where noise was not measured, or is the run's ablation.
    public var zeroAgainstNoise: ZeroAgainstNoise?

    /// One ratio.
    public struct Point: Codable, Hashable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// Mean accuracy on the concepts' own questions.
        public var specific: Double
        /// Mean accuracy on their evaluation controls.
        public var general: Double
    }

    /// Zero and noise at the smallest mask, on the concepts studied. Drops are unmasked less masked accuracy.
    public struct ZeroAgainstNoise: Codable, Hashable, Sendable {
        /// The ratio.
        public var ratio: Double
        /// Draws of the noise.
        public var draws: Int
        /// Drop on own questions when coefficients are zero.
        public var zeroDrop: ComparedFigure?
        /// Drop on own questions when value vectors get noise.
        public var noiseDrop: ComparedFigure?
        /// The former less the latter, concept by concept.
        public var difference: ComparedFigure?
        /// Drop on controls when coefficients are zero.
        public var zeroControlDrop: ComparedFigure?
        /// Drop on controls when value vectors get noise.
        public var noiseControlDrop: ComparedFigure?

        private enum CodingKeys: String, CodingKey {
            case ratio, draws, difference
            case zeroDrop = "zero_drop"
            case noiseDrop = "noise_drop"
            case zeroControlDrop = "zero_control_drop"
            case noiseControlDrop = "noise_control_drop"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case curve
        case meanDrop = "mean_drop"
        case halfDropRatio = "half_drop_ratio"
        case controlMeanDrop = "control_mean_drop"
        case controlHalfDropRatio = "control_half_drop_ratio"
        case zeroAgainstNoise = "zero_against_noise"
    }
}

extension Outcomes {
    func redundancy() -> RedundancyFigures {
        let complete = members.filter { $0.specific.count == run.settings.ratios.count }
        var points: [RedundancyFigures.Point] = []
        if let specific = mean(complete.map(\.specific0)), let general = mean(complete.map(\.general0)) {
            points.append(.init(ratio: 0, specific: specific, general: general))
        }
        // A mask of nothing is the point that is there already.
        for (position, ratio) in run.settings.ratios.enumerated() where ratio > 0 {
            if let specific = mean(complete.map { $0.specific[position] }),
                let general = mean(complete.map { $0.general[position] })
            {
                points.append(.init(ratio: ratio, specific: specific, general: general))
            }
        }
        let own = RatioCurve(points.map { .init(ratio: $0.ratio, value: $0.specific) })
        let controls = RatioCurve(points.map { .init(ratio: $0.ratio, value: $0.general) })
        func meanDrop(_ curve: RatioCurve) -> Double? {
            curve.meanHeight.flatMap { height in curve.points.first.map { $0.value - height } }
        }
        return RedundancyFigures(
            curve: points, meanDrop: meanDrop(own), halfDropRatio: own.halfDropRatio,
            controlMeanDrop: meanDrop(controls), controlHalfDropRatio: controls.halfDropRatio,
            zeroAgainstNoise: zeroAgainstNoise())
    }

    private func zeroAgainstNoise() -> RedundancyFigures.ZeroAgainstNoise? {
        guard run.settings.ablation == .zero, let ratio = run.settings.ratios.first else { return nil }
        let rows = members.compactMap { member in
            member.result.meanOfNoise(ratio: ratio).map { (member, specific: $0.specific, general: $0.general) }
        }
        guard !rows.isEmpty else { return nil }
        let draws = rows[0].0.result.studies.count { $0.study == .noise && $0.ratio == ratio }
        return RedundancyFigures.ZeroAgainstNoise(
            ratio: ratio, draws: draws,
            zeroDrop: figure(rows.map { $0.0.specific0 - $0.0.specific[0] }, "zero drop"),
            noiseDrop: figure(rows.map { $0.0.specific0 - $0.specific }, "noise drop"),
            difference: figure(rows.map { $0.specific - $0.0.specific[0] }, "zero against noise"),
            zeroControlDrop: figure(rows.map { $0.0.general0 - $0.0.general[0] }, "zero control drop"),
            noiseControlDrop: figure(rows.map { $0.0.general0 - $0.general }, "noise control drop"))
    }
}
