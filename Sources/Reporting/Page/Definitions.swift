/// What the words of a report mean, for readers who meet them for the first time.
enum Definitions {
    /// Terms with two or three sentences each, in the order in which the page needs them.
    static let terms: [(term: String, meaning: String)] = [
        (
            "Accuracy",
            """
            The share of questions that the unmodified model answers right. In multiple choice the answer is the \
            letter with the largest logit among A to D, so guessing gives 25 %. In open generation the model \
            writes up to 16 tokens, and they must contain an accepted answer as whole words.
            """
        ),
        (
            "Coefficient",
            """
            A layer’s MLP adds a sum of value vectors to the residual stream; the number that multiplies each of \
            them is its coefficient. Setting a coefficient to zero removes what its value vector would have \
            said.
            """
        ),
        (
            "Localisation and mask",
            """
            For each concept and layer, coefficients are ranked by how much larger they are on the concept’s own \
            questions than on control questions about other concepts. The mask at ratio k takes that share of \
            each layer’s coefficients from the top, and the model is asked again without them.
            """
        ),
        (
            "Specific and General",
            """
            Specific is the masked model’s accuracy on the concept’s own questions. General is its accuracy on \
            evaluation controls: other questions about other concepts. Both are given at k = 0, the unmasked \
            model, as well.
            """
        ),
        (
            "PSS",
            """
            The Parameter Specialization Score at ratio k is |mean General − mean Specific| / Original, where \
            Original is the unmasked accuracy over all questions. It is large when the masks take the concept’s \
            knowledge and leave the rest. A gap can also be there without any mask or with a random one, so PSS \
            is to be read against k = 0 and the null, and with its sign: a negative signed value means that the \
            controls suffered more.
            """
        ),
        (
            "Selective drop",
            """
            ((Specific(0) − Specific(k)) − (General(0) − General(k))) / Original. What the mask took from the \
            concept’s own questions beyond what it took from the controls; differences in difficulty that exist \
            without a mask cancel. This is the figure for single concepts and tiers.
            """
        ),
        (
            "Null",
            """
            Masks of the same size that know nothing of the concept: drawn at random within each layer, and where they \
            were measured those of another concept or those located from shuffled labels, on some concepts spread over \
            the tiers. What a null does the located masks do without specialization; the excess is the difference, on the \
            same concepts. The percentile is where a concept’s located mask stands among its null masks, ties in the \
            middle, as a mean over the concepts: 50 % says that they are alike.
            """
        ),
        (
            "Interval, r, p",
            """
            Intervals are 95 % BCa bootstrap intervals (bias-corrected and accelerated) over concepts, 2,000 resamples; \
            results.json names the few that are percentile intervals because BCa’s corrections do not exist for them. \
            That of PSS is made from the signed value’s: the absolute value has a kink at 0. r is Pearson’s \
            correlation with log10(1 + views); p-values are two-sided, from 10,000 permutations or, up to nine pairs, \
            from all. They say how the figures would vary with other concepts of the same kind, not with other models or \
            wordings. Where many are tested, p adjusted after Benjamini and Hochberg stands beside: of those below 0.05 \
            at most 5 % are expected to be false.
            """
        ),
        (
            "Detectable",
            """
            The smallest true difference that a test over as many concepts, varying as they do, would find in four of \
            five cases (two-sided at 5 %). A figure below it that is not significant says little.
            """
        ),
        (
            "Popularity and tier",
            """
            Page views of the concept’s article, or inbound links where no view file was given. Tiers are equal- \
            count ranks of the eligible articles by popularity.
            """
        ),
    ]
}
