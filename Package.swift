// swift-tools-version: 6.1
import PackageDescription

// Settings shared by every target of ours.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // A file sees the members of a module only if it imports that module itself: the arrows between targets stay honest.
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Dependencies are pinned exactly: their commit ids differ between mirrors, so Package.resolved is not committed.
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = "Yams"
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let numerics: Target.Dependency = .product(name: "Numerics", package: "swift-numerics")

// Arithmetic and scanners are optimised in debug builds too: the tests run whole models and dumps through them.
let optimised: [SwiftSetting] = swiftSettings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], isHot: Bool = false) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: isHot ? optimised : swiftSettings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ subject: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(subject)Tests", dependencies: [.byName(name: subject), "TestSupport"] + dependencies,
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "specwiki",
    products: [
        .executable(name: "specwiki-build", targets: ["specwiki-build"]),
        .executable(name: "specwiki-eval", targets: ["specwiki-eval"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    ],
    targets: [
        // System libraries; `make setup` installs them.
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // Ours, in C: loops that need a processor's widest vectors. Optimised in debug builds too.
        .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),

        // What every part may use: failures, progress, interruption, output files; seeded randomness and statistics;
        // the questions both programs exchange.
        library("Diagnostics", [logging, "CCrypto"]),
        library("Statistics", [numerics], isHot: true),
        library("QuestionSet", ["Diagnostics"]),
        library("Scores", ["QuestionSet", "Statistics", "Diagnostics"], isHot: true),
        library("CommandLine", ["Diagnostics", logging, argumentParser]),

        // dump -> questions
        library(
            "MediaWiki", ["Diagnostics", "CLibXML2", "CBZip2", "CZlib", "CZstd", "CVectorKernels"], isHot: true),
        library("Knowledge", ["MediaWiki", "Diagnostics", "QuestionSet"], isHot: true),
        library(
            "Questions",
            [
                "Knowledge", "MediaWiki", "QuestionSet", "Statistics", "Diagnostics", yams, mustache, logging,
            ], isHot: true),

        // the store
        library("BenchmarkStore", ["Scores", "QuestionSet", "Diagnostics", grdb]),

        // questions -> scores
        library("LinearAlgebra", ["Diagnostics", "COpenBLAS", "COneDNN", "CVectorKernels"], isHot: true),
        library("Tokenization", ["Diagnostics", "CPCRE2", heap], isHot: true),
        library("Transformer", ["LinearAlgebra", "Tokenization", "Diagnostics"], isHot: true),
        library(
            "Specialization",
            ["Transformer", "Tokenization", "Scores", "QuestionSet", "Statistics", "Diagnostics", orderedCollections],
            isHot: true),
        library("Reporting", ["Scores", "QuestionSet", "Statistics", "Diagnostics"]),

        program(
            "specwiki-build",
            [
                "Questions", "Knowledge", "MediaWiki", "BenchmarkStore", "QuestionSet", "Diagnostics", "CommandLine",
                logging,
                argumentParser,
            ]),
        program(
            "specwiki-eval",
            [
                "Specialization", "Transformer", "Tokenization", "LinearAlgebra", "BenchmarkStore", "Reporting",
                "Scores",
                "QuestionSet", "Statistics", "Diagnostics", "CommandLine", logging, argumentParser,
            ]),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
        tests("Diagnostics"),
        tests("Statistics"),
        tests("QuestionSet", ["Diagnostics"]),
        tests("Scores", ["QuestionSet", "Statistics", "Diagnostics"]),
        tests("MediaWiki", ["Diagnostics", "Statistics", "CBZip2", "CZlib", "CZstd"]),
        tests("Knowledge", ["MediaWiki", "Diagnostics", "QuestionSet", "Statistics"]),
        tests("Questions", ["Knowledge", "MediaWiki", "QuestionSet", "Statistics", "Diagnostics", logging]),
        tests("BenchmarkStore", ["Scores", "QuestionSet", "Diagnostics", grdb]),
        tests("LinearAlgebra"),
        tests("Tokenization", ["Diagnostics"]),
        tests("Transformer", ["LinearAlgebra", "Tokenization", "Diagnostics"]),
        tests("Specialization", ["Transformer", "Tokenization", "Scores", "QuestionSet", "Statistics", "Diagnostics"]),
        tests("Reporting", ["Scores", "QuestionSet", "Statistics", "Diagnostics"]),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "TestSupport", "specwiki-build", "specwiki-eval", "BenchmarkStore", "Scores", "QuestionSet",
                "Diagnostics",
            ],
            swiftSettings: swiftSettings),
    ]
)
