import Knowledge
import MediaWiki

extension OptionWriter {
    /// What an article says besides the candidate: no wrong option may be any of it.
    final class Context: Sendable {
        /// Hashes of the keys of the subject's names.
        let names: [UInt64]
        /// All values as they stand.
        let values: Set<String>
        /// Hashes of the words of everything read from the article, each text with a 0 behind it.
        private let texts: [UInt64]
        /// One bit for each of these words, by the lowest bits of their hashes.
        private let wordBits: [UInt64]
        /// Hashes of the folded words of its categories.
        let categories: [Set<UInt64>]
        /// Hashes of the capitalised words and numbers of its categories and sentences, folded.
        let tellingWords: Set<UInt64>
        /// What it is about, by its links.
        let topic: LinkProfiles.Topic

        init(_ article: Article, topic: LinkProfiles.Topic) {
            self.topic = topic
            names = (article.names + [article.title]).map(TextRules.keyHash)
            values = Set(article.facts.flatMap { $0.values.map(\.text) })
            var seen: Set<String> = []
            let texts = article.facts.flatMap { fact in
                switch fact.source {
                case .definition(let sentence), .cloze(let sentence, _, _): fact.values.map(\.text) + [sentence]
                case .parameter, .category: fact.values.map(\.text)
                }
            }.filter { seen.insert($0).inserted }
            self.texts = texts.reduce(into: []) {
                $0 += TextRules.wordHashes($1)
                $0.append(0)
            }
            var bits = [UInt64](repeating: 0, count: 256)
            for hash in self.texts where hash != 0 { bits[Int(hash >> 6 & 0xFF)] |= 1 << (hash & 63) }
            wordBits = bits
            categories = article.categories.map { Set(TextRules.plainHashes($0)) }
            tellingWords = Set((article.categories + texts + [article.title]).flatMap { Self.tellingWords($0) })
        }

        /// Whether the article mentions a text anywhere, given as the hashes of its words.
        func mentions(_ hashes: [UInt64]) -> Bool {
            // Most texts have a word that occurs nowhere in the article.
            hashes.allSatisfy { wordBits[Int($0 >> 6 & 0xFF)] >> ($0 & 63) & 1 != 0 }
                && TextRules.contains(texts, hashes)
        }

        /// Names and numbers: what tells a specific phrase from a general one. The first word may be in upper case for another
        /// reason, and counts only when it is a number. Hashes of their folded words.
        static func tellingWords(_ text: String) -> [UInt64] {
            text.utf8.split(separator: UInt8(ascii: " ")).enumerated().filter { index, word in
                guard let byte = word.first else { return false }
                if byte < 0x80 { return (0x30...0x39).contains(byte) || (index > 0 && (0x41...0x5A).contains(byte)) }
                guard let first = Substring(word).first else { return false }
                return first.isNumber || (index > 0 && first.isUppercase)
            }.flatMap { TextRules.plainHashes(String(Substring($0.element))) }
        }
    }
}
