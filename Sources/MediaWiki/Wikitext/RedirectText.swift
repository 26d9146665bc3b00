/// What makes a text a redirect: `#REDIRECT [[target]]`, for dumps whose `<redirect>` does not name the target.
enum RedirectText {
    /// By which words a redirect is known.
    enum Words {
        /// The English one, which works on every wiki.
        case english
        /// Those of all languages, for dumps that do not mark redirects at all (export schemas before 0.4).
        case allLanguages
        /// Any, for pages that are marked.
        case any
    }

    /// As MediaWiki knows them, besides English, in lower case.
    private static let words = [
        // Germanic
        "#weiterleitung", "#doorverwijzing", "#aanstuur", "#omdirigering", "#omdiriger", "#viderekobling", "#tilvísun",
        // Romance
        "#redirection", "#redirección", "#redireccion", "#redirecció", "#redirecionamento", "#redireciona", "#rinvia",
        "#rinvio", "#rimando", "#redirecteaza", "#redirectează",
        // Slavonic and Baltic
        "#patrz", "#przekieruj", "#tam", "#přesměruj", "#presmeruj", "#preusmjeri", "#preusmeri", "#preusmeritev",
        "#преусмери", "#пренасочување", "#пренасочване", "#види", "#виж", "#перенаправление", "#перенапр",
        "#перенаправлення", "#перанакіраванне", "#перанакіраваньне", "#peradresavimas", "#pāradresācija",
        // Finno-Ugric, Basque, Turkic
        "#ohjaus", "#uudelleenohjaus", "#suuna", "#átirányítás", "#birzuzendu", "#yönlendirme", "#yönlendir",
        "#i\u{307}sti\u{307}qamətləndi\u{307}rmə", "#istiqamətləndirmə", "#айдау", "#юнәлтү", "#yoʻnaltirish",
        "#yonaltirish",
        // Celtic, Albanian, Greek, Armenian, Georgian, Esperanto
        "#ail-cyfeirio", "#ridrejto", "#ανακατευθυνση", "#ανακατεύθυνση", "#վերահղում", "#გადამისამართება",
        "#alidirektu", "#alidirekti",
        // Semitic, Iranian, Indian
        "#הפניה", "#ווייטערפירן", "#تحويل", "#تغییر_مسیر", "#تغییرمسیر", "#رجوع_مکرر", "#अनुप्रेषित",
        "#पुनर्निर्देशन", "#पुनर्प्रेषण", "#পুনর্নির্দেশ", "#পুননির্দেশ", "#வழிமாற்று", "#దారిమార్పు", "#തിരിച്ചുവിടുക",
        "#തിരിച്ചുവിടൽ",
        // East and South-East Asia
        "#転送", "#リダイレクト", "＃転送", "＃リダイレクト", "#重定向", "#넘겨주기", "#เปลี่ยนทาง", "#đổi", "#alih", "#lencong",
    ]

    private static let english = Array("#redirect".utf8)
    private static let wordBytes = words.map { Array($0.utf8) }
    /// Longer than any word in either case.
    private static let longestWord = 96

    /// What stands in the first link after the word, up to a pipe and with comments left out.
    static func target(in text: [UInt8], words: Words) -> ArraySlice<UInt8>? {
        guard let start = text.firstIndex(where: { !$0.isWikitextBlank }), isRedirect(text[start...], words) else {
            return nil
        }
        // Lower case may have another length in bytes, so the opening brackets are looked for from the start.
        guard let bracket = text[start...].firstIndex(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\n") }),
            bracket + 1 < text.count, text[bracket] == UInt8(ascii: "["), text[bracket + 1] == UInt8(ascii: "[")
        else { return nil }
        let first = bracket + 2
        guard let end = text[first...].firstIndex(where: { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "|") }),
            end > first
        else { return nil }
        let target = text[first..<end]
        guard target.contains(UInt8(ascii: "<")) else { return target }
        let document = WikitextDocument(Array(target))
        return document.withoutComments(0..<document.bytes.count)
    }

    private static func isRedirect(_ text: ArraySlice<UInt8>, _ words: Words) -> Bool {
        // A number sign, of half or full width.
        guard text.first == UInt8(ascii: "#") || text.starts(with: "＃".utf8) else { return false }
        guard !text.prefix(english.count).elementsEqual(english, by: { $0.lowercasedASCII == $1 }) else { return true }
        switch words {
        case .english: return false
        case .any: return true
        case .allLanguages:
            let head = Array(String(decoding: text.prefix(longestWord), as: UTF8.self).lowercased().utf8)
            return wordBytes.contains { head.starts(with: $0) }
        }
    }
}
