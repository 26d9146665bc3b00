/// Units as `{{convert}}` names them, and how they are shown.
public enum UnitSymbols {
    /// The symbol for a unit code of `{{convert}}`; nil if it is not known.
    public static func symbol(_ code: String) -> String? {
        symbols[code] ?? (selfSymbols.contains(code) ? code : nil)
    }

    /// The unit that may follow another one: feet and inches.
    static let smallerUnits = ["ft": "in", "lb": "oz", "st": "lb", "mi": "yd", "yd": "ft", "foot": "in"]

    /// Codes that are their own symbols.
    private static let selfSymbols: Set<String> = [
        "km", "m", "cm", "mm", "nm", "pm", "fm", "mi", "ft", "in", "yd", "ha", "acre", "acres", "g", "kg", "mg", "t",
        "lb", "oz", "st", "l", "L", "ml", "mL", "hl", "hL", "W", "kW", "MW", "GW", "TW", "hp", "PS", "bhp", "kWh",
        "MWh",
        "GWh", "TWh", "J", "kJ", "MJ", "GJ", "K", "Pa", "kPa", "MPa", "hPa", "bar", "mbar", "psi", "atm", "N", "kN",
        "MN",
        "lbf", "mph", "km/h", "m/s", "ft/s", "km/s", "mi/s", "h", "min", "s", "V", "kV", "A", "Hz", "kHz", "MHz", "GHz",
        "kcal", "cal", "AU", "ly", "pc", "kpc", "Mpc", "Gy", "cc", "cd", "dB", "mol", "kbit/s", "Mbit/s", "u", "eV",
        "keV",
        "MeV", "GeV", "kt", "Mt", "Gt", "mpg", "rpm",
    ]

    /// Codes with a symbol of their own.
    private static let symbols: [String: String] = [
        "km2": "km²", "m2": "m²", "cm2": "cm²", "mm2": "mm²", "sqkm": "km²", "sqm": "m²", "sqmi": "sq mi",
        "mi2": "sq mi", "sqft": "sq ft", "ft2": "sq ft", "sqin": "sq in", "in2": "sq in", "sqyd": "sq yd",
        "yd2": "sq yd",
        "hectare": "ha", "hectares": "ha", "km3": "km³", "m3": "m³", "cm3": "cm³", "cumi": "cu mi", "mi3": "cu mi",
        "cuft": "cu ft", "ft3": "cu ft", "cuin": "cu in", "in3": "cu in", "cuyd": "cu yd", "C": "°C", "F": "°F",
        "°C": "°C", "°F": "°F", "C-change": "°C", "F-change": "°F", "m3/s": "m³/s", "cuft/s": "cu ft/s",
        "ft3/s": "cu ft/s",
        "cuyd/s": "cu yd/s", "kph": "km/h", "kmph": "km/h", "mi/h": "mph", "kn": "kn", "knot": "kn", "knots": "kn",
        "nmi": "nmi", "fathom": "fathoms", "inch": "in", "inches": "in", "feet": "ft", "foot": "ft", "yard": "yd",
        "yards": "yd",
        "mile": "mi", "miles": "mi", "kilometre": "km", "kilometer": "km", "kilometres": "km", "kilometers": "km",
        "metre": "m", "meter": "m", "metres": "m", "meters": "m", "kilogram": "kg", "kilograms": "kg", "pound": "lb",
        "pounds": "lb", "lbs": "lb", "tonne": "t", "tonnes": "t", "MT": "t", "ST": "short tons", "LT": "long tons",
        "ton": "tons", "tons": "tons", "long ton": "long tons", "short ton": "short tons", "stone": "st", "gal": "gal",
        "USgal": "US gal", "impgal": "imp gal", "U.S.gal": "US gal", "USqt": "US qt", "imppt": "imp pt",
        "usgal": "US gal",
        "/km2": "/km²", "PD/km2": "/km²", "/sqkm": "/km²", "/sqmi": "/sq mi", "PD/sqmi": "/sq mi", "/mi2": "/sq mi",
        "/ha": "/ha", "/acre": "/acre", "Nm": "N⋅m", "N.m": "N⋅m", "N·m": "N⋅m", "lb.ft": "lb⋅ft", "lbft": "lb⋅ft",
        "lb·ft": "lb⋅ft", "ftlb": "ft⋅lb", "ftlbf": "ft⋅lbf", "lbf.ft": "lbf⋅ft", "lbft-f": "lb⋅ft",
        "um": "μm", "μm": "μm", "µm": "μm", "angstrom": "Å", "g/cm3": "g/cm³", "kg/m3": "kg/m³", "kg/m2": "kg/m²",
        "g/L": "g/L", "m/s2": "m/s²", "km/h/s": "km/h/s", "pk": "PS", "CV": "PS", "kilowatt": "kW", "megawatt": "MW",
        "shp": "shp", "ihp": "ihp", "e6acre": "million acres", "e6ha": "million ha", "e6km": "million km",
        "e6mi": "million mi", "e6km2": "million km²", "e6sqmi": "million sq mi", "e9km": "billion km",
        "e3km2": "thousand km²",
        "e6m3": "million m³", "e9m3": "billion m³", "e3t": "thousand t", "e6t": "million t", "e6l": "million L",
        "e6ST": "million short tons", "acre.ft": "acre⋅ft", "acre.foot": "acre⋅ft", "acreft": "acre⋅ft",
        "oilbbl": "bbl", "oilbbl/d": "bbl/d", "hand": "hands", "hands": "hands", "chain": "chains",
        "furlong": "furlongs",
        "mpgus": "mpg-US", "mpgimp": "mpg-imp", "L/100km": "L/100 km", "L/100 km": "L/100 km", "ozt": "ozt",
        "troyoz": "ozt",
        "psf": "psf", "inHg": "inHg", "mmHg": "mmHg", "ppm": "ppm", "%": "%", "°": "°", "deg": "°", "floz": "fl oz",
        "USfloz": "US fl oz", "impfloz": "imp fl oz", "W/m2": "W/m²", "kgf": "kgf", "BTU": "BTU", "parsec": "pc",
        "light-year": "ly", "lightyear": "ly", "au": "AU", "year": "years", "day": "days", "km2/s": "km²/s",
    ]
}
