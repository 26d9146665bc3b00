/// Names of namespaces that MediaWiki knows in a language besides those that `<siteinfo>` lists: former names, names for
/// female users, abbreviations.
///
/// In lower case, by the language of the wiki. English ones are in ``Namespaces``; they count on every wiki.
enum NamespaceAliases {
    static let byLanguage: [String: [String: Int]] = [
        "ar": ["صورة": 6, "نقاش الصورة": 7],
        "bg": ["картинка": 6, "картинка беседа": 7],
        "ca": ["imatge": 6, "imatge discussió": 7, "usuària": 2, "usuària discussió": 3],
        "cs": ["uživatelka": 2, "diskuse s uživatelkou": 3],
        "da": ["billede": 6, "billeddiskussion": 7],
        "de": [
            "benutzerin": 2, "benutzerin diskussion": 3, "bd": 3, "wd": 5, "bild": 6, "bild diskussion": 7, "h": 12,
            "hd": 13, "p": 100, "pd": 101,
        ],
        "el": ["εικόνα": 6, "συζήτηση εικόνας": 7],
        "eo": ["uzulino": 2, "uzantino": 2],
        "es": ["usuaria": 2, "usuaria discusión": 3, "imagen": 6, "imagen discusión": 7],
        "et": ["pilt": 6, "pildi arutelu": 7],
        "fa": ["تصویر": 6, "بحث تصویر": 7],
        "fi": ["kuva": 6, "keskustelu kuvasta": 7],
        "fr": [
            "discuter": 1, "utilisatrice": 2, "discussion utilisatrice": 3, "discussion image": 7,
            "discussion fichier": 7,
        ],
        "gl": ["imaxe": 6, "conversa imaxe": 7],
        "he": ["משתמשת": 2, "תמונה": 6, "שיחת תמונה": 7],
        "hr": ["slika": 6, "razgovor o slici": 7],
        "hu": ["kép": 6, "képvita": 7],
        "id": ["gambar": 6, "pembicaraan gambar": 7],
        "it": ["immagine": 6, "discussioni immagine": 7],
        "ja": ["画像": 6, "画像‐ノート": 7],
        "ko": ["그림": 6, "그림토론": 7],
        "lt": ["vaizdas": 6, "vaizdo aptarimas": 7],
        "nl": ["afbeelding": 6, "overleg afbeelding": 7],
        "no": ["bilde": 6, "bildediskusjon": 7],
        "nn": ["bilde": 6, "bildediskusjon": 7],
        "pl": ["użytkowniczka": 2, "dyskusja użytkowniczki": 3, "grafika": 6, "dyskusja grafiki": 7],
        "pt": [
            "usuária": 2, "usuário": 2, "utilizadora": 2, "utilizador": 2, "arquivo": 6, "imagem": 6, "ficheiro": 6,
            "imagem discussão": 7,
        ],
        "ro": ["imagine": 6, "discuție imagine": 7],
        "ru": [
            "участница": 2, "у": 2, "обсуждение участницы": 3, "оу": 3, "изображение": 6,
            "обсуждение изображения": 7, "ш": 10, "к": 14,
        ],
        "sk": ["obrázok": 6, "diskusia k obrázku": 7],
        "sl": ["slika": 6, "pogovor o sliki": 7],
        "sr": ["слика": 6, "slika": 6, "разговор о слици": 7, "категорија": 14, "kategorija": 14],
        "sv": ["bild": 6, "bilddiskussion": 7],
        "th": ["ภาพ": 6, "คุยเรื่องภาพ": 7],
        "tr": ["resim": 6, "resim tartışma": 7],
        "uk": ["користувачка": 2, "обговорення користувачки": 3, "зображення": 6, "обговорення зображення": 7],
        "vi": ["hình": 6, "thảo luận hình": 7],
        "zh": ["图像": 6, "圖像": 6, "文件": 6, "檔案": 6, "模板": 10, "分类": 14, "分類": 14],
    ]
}
