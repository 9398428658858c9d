// swift-tools-version: 6.1
import PackageDescription

/// Steward's targets, from the bottom of the house to the top (docs/ARCHITECTURE.md).
/// A target imports only what stands above it in this list.
let package = Package(
    name: "steward",
    products: [.executable(name: "steward", targets: ["steward"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),

        // Pure values.
        .target(name: "Diagnostics"),
        .target(name: "Amounts", dependencies: ["Diagnostics"]),
        .target(name: "Calendars", dependencies: ["Diagnostics", "Amounts"]),
        .target(name: "Formulas", dependencies: ["Diagnostics", "Amounts", "Calendars"]),

        // The store, and the formats of the world outside.
        .target(
            name: "Store",
            dependencies: [
                "Diagnostics", "Amounts", "Calendars", "CPostgres",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Configuration",
            dependencies: ["Diagnostics", "Amounts", "Calendars", "Formulas", .product(name: "Yams", package: "Yams")]),
        .target(name: "Interchange", dependencies: ["Configuration", "Diagnostics", "Amounts", "Calendars"]),
        .target(name: "Mail", dependencies: ["Diagnostics", "Calendars", "CCurl"]),
        .target(name: "Spreadsheets", dependencies: ["Diagnostics", "Amounts", "Calendars", "CXLSXWriter"]),

        // What runs.
        .target(
            name: "Jobs",
            dependencies: [
                "Diagnostics", "Amounts", "Calendars", "Configuration", "Store", "Mail",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Domains.
        .target(
            name: "Ledger", dependencies: ["Jobs", "Store", "Configuration", "Amounts", "Calendars", "Diagnostics"]),
        .target(
            name: "People",
            dependencies: ["Jobs", "Store", "Configuration", "Interchange", "Amounts", "Calendars", "Diagnostics"]),
        .target(
            name: "Payroll",
            dependencies: [
                "Ledger", "People", "Jobs", "Store", "Configuration", "Interchange", "Formulas", "Amounts", "Calendars",
                "Diagnostics", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Reports",
            dependencies: [
                "Payroll", "Ledger", "People", "Jobs", "Spreadsheets", "Mail", "Store", "Configuration", "Amounts",
                "Calendars", "Diagnostics",
            ]),

        // The command line.
        .executableTarget(
            name: "steward",
            dependencies: [
                "Reports", "Payroll", "People", "Ledger", "Jobs", "Mail", "Interchange", "Configuration", "Store",
                "Formulas", "Calendars", "Amounts", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        .testTarget(name: "AmountsTests", dependencies: ["Amounts", "TestSupport"]),
        .testTarget(name: "CalendarsTests", dependencies: ["Calendars", "Configuration", "TestSupport"]),
        .testTarget(name: "FormulasTests", dependencies: ["Formulas", "TestSupport"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
        .testTarget(name: "InterchangeTests", dependencies: ["Interchange", "TestSupport"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "TestSupport", .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        .testTarget(name: "MailTests", dependencies: ["Mail", "TestSupport"]),
        .testTarget(name: "SpreadsheetsTests", dependencies: ["Spreadsheets", "TestSupport"]),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "TestSupport"]),
        .testTarget(name: "PeopleTests", dependencies: ["People", "TestSupport"]),
        .testTarget(name: "PayrollTests", dependencies: ["Payroll", "Configuration", "TestSupport"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "TestSupport"]),
        .testTarget(name: "TranscriptTests", dependencies: ["steward", "TestSupport"]),

        /// What several test targets share: temporary directories, tables of vectors, a throw-away PostgreSQL.
        .target(name: "TestSupport", dependencies: ["Diagnostics"], path: "Tests/TestSupport"),
    ],
    swiftLanguageModes: [.v6]
)
