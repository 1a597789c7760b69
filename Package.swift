// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where the change is judged (CI sets `CI=true`), and only warnings elsewhere, so that a newer
/// compiler does not stop somebody from building an older nightjar.
let strictWarnings: [SwiftSetting] = Context.environment["CI"] == "true" ? [.treatAllWarnings(as: .error)] : []

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strictWarnings

/// Benchmarks are scripts around the rooms: their imports need no access levels.
let benchmarkSettings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    + strictWarnings

/// A room of the house: one module, its imports as `Sources/README.md` has them.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: readme(name), swiftSettings: settings)
}

func readme(_ name: String) -> [String] { ["Storage", "Query"].contains(name) ? ["README.md"] : [] }

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func system(_ name: String, _ pkgConfig: String, _ debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

/// Swift's libraries inside the program: it runs where no Swift is installed, starts faster, and a call into them is a
/// plain one (4 % of a scan). What Foundation's archives need of each other is named here, as only modules compiled for
/// it name that by themselves. `NIGHTJAR_SHARED=1` leaves them outside, for toolchains without archives.
let standalone: [LinkerSetting] =
    Context.environment["NIGHTJAR_SHARED"] != nil
    ? []
    : [
        .unsafeFlags(
            ["-static-stdlib", "-Xlinker", "--start-group"]
                + [
                    "Foundation", "CoreFoundation", "FoundationInternationalization", "FoundationEssentials",
                    "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "swiftSynchronization",
                    "swift_RegexParser",
                ].map { "-l" + $0 } + ["-Xlinker", "--end-group"])
    ]

/// The fuzzer's own program, built only when asked (`make fuzz`): everything it calls is compiled for it once more.
let fuzzer: [Target] =
    Context.environment["NIGHTJAR_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "nightjar-fuzz", dependencies: ["FuzzTargets", "Primitives"], path: "Tests/Fuzz/Driver",
            swiftSettings: benchmarkSettings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
    ]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "nightjar",
    products: [.executable(name: "nightjar", targets: ["nightjar"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        system("CVectorscan", "libhs", "libvectorscan-dev"),
        system("CPCRE2", "libpcre2-8", "libpcre2-dev"),
        system("CZlib", "zlib", "zlib1g-dev"),
        system("CZstd", "libzstd", "libzstd-dev"),
        system("COpenSSL", "libcrypto", "libssl-dev"),
        system("CMaxMind", "libmaxminddb", "libmaxminddb-dev"),

        .systemLibrary(name: "CPlatform"),
        .target(name: "CKernels"),
        room("Primitives", ["COpenSSL", "CPlatform", "CMaxMind"]),
        room("Events", ["Primitives"]),
        room("Acquisition", ["Events", "Primitives", "CZlib", "CZstd"]),
        room("Logs", ["Events", "Primitives"]),
        room("Network", ["Events", "Primitives", "CZlib", "COpenSSL", "CPlatform", "CKernels"]),
        room("Rules", ["Events", "Primitives", yams]),
        room("Matching", ["Rules", "Events", "Primitives", "CVectorscan", "CPCRE2", "CZlib", "CKernels"]),
        room("Anomalies", ["Rules", "Events", "Primitives", "CPlatform"]),
        room("Correlation", ["Rules", "Events", "Primitives"]),
        room("Storage", ["Events", "Primitives", grdb]),
        room("Output", ["Events", "Primitives"]),
        room("Query", ["Storage", "Output", "Events", "Primitives"]),
        room(
            "Engine",
            [
                "Acquisition", "Logs", "Network", "Rules", "Matching", "Anomalies", "Correlation", "Storage", "Output",
                "Events", "Primitives", "CPlatform",
            ]),
        .executableTarget(
            name: "nightjar", dependencies: ["Engine", "Query", "Rules", "Events", "Primitives", arguments],
            swiftSettings: settings, linkerSettings: standalone),

        .target(name: "CReference", path: "Benchmarks/CReference"),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CReference", "Acquisition", "Logs", "Network", "Rules", "Matching", "Anomalies", "Correlation",
                "Storage",
                "Query", "Events", "Primitives", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Benchmarks/Bench", swiftSettings: benchmarkSettings, linkerSettings: standalone),

        tests("PrimitivesTests", ["Primitives"]),
        tests("EventsTests", ["Events", "Primitives"]),
        tests("AcquisitionTests", ["Acquisition", "Events", "Primitives"]),
        tests("LogsTests", ["Logs", "Events", "Primitives"]),
        tests("NetworkTests", ["Network", "Events", "Primitives", "CKernels"]),
        tests("RulesTests", ["Rules", "Events", "Primitives"]),
        tests("MatchingTests", ["Matching", "Rules", "Events", "Primitives", "CKernels"]),
        tests("AnomaliesTests", ["Anomalies", "Rules", "Events", "Primitives"]),
        tests("CorrelationTests", ["Correlation", "Rules", "Events", "Primitives"]),
        tests("StorageTests", ["Storage", "Events", "Primitives"]),
        tests("OutputTests", ["Output", "Events", "Primitives"]),
        tests("QueryTests", ["Query", "Storage", "Output", "Events", "Primitives"]),
        tests(
            "EngineTests",
            ["Engine", "Correlation", "Storage", "Query", "Output", "Rules", "Events", "Primitives"]),
        tests("ArchitectureTests", []),

        .target(
            name: "FuzzTargets",
            dependencies: [
                "Acquisition", "Logs", "Network", "Rules", "Matching", "Query", "Output", "Events", "Primitives",
            ],
            path: "Tests/Fuzz/Targets", swiftSettings: settings),
        tests("FuzzTests", ["FuzzTargets", "Primitives"]),
    ] + fuzzer
)
