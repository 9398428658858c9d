// swift-tools-version: 6.2
import PackageDescription

/// Steward's targets, from the bottom of the house to the top (docs/ARCHITECTURE.md).
/// A target imports only what stands above it in this list.
let package = Package(
    name: "steward",
    products: [.executable(name: "steward", targets: ["steward"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),

        .systemLibrary(name: "CLinux"),

        /// What SQLite offers to C alone; its headers come from Debian's libsqlite3-dev.
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        /// libpq, loaded on demand; its headers come from Debian's libpq-dev.
        .target(name: "CPostgres"),
        /// pango and cairo, loaded on demand; cairo's headers come from Debian's libcairo2-dev.
        .target(name: "CPango"),
        /// minizip and qpdf, loaded on demand.
        .target(name: "CMinizip"),
        .target(name: "CQPDF"),

        // Pure values.
        .target(name: "Diagnostics"),
        /// Work on several threads.
        .target(name: "Concurrency"),
        .target(name: "Amounts", dependencies: ["Diagnostics"]),
        .target(name: "Calendars", dependencies: ["Diagnostics", "Amounts"]),
        .target(name: "Formulas", dependencies: ["Diagnostics", "Amounts", "Calendars"]),

        /// Files that come into being whole, and zips of them.
        .target(name: "Files", dependencies: ["Diagnostics", "Calendars", "CMinizip"]),

        /// Programs of the machine.
        .target(name: "Processes", dependencies: ["Diagnostics", "CLinux"]),

        // The store, and the formats of the world outside.
        .target(
            name: "Store",
            dependencies: [
                "Diagnostics", "Concurrency", "Amounts", "Calendars", "Processes", "CPostgres", "CSQLite",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Configuration",
            dependencies: ["Diagnostics", "Amounts", "Calendars", "Formulas", .product(name: "Yams", package: "Yams")]),
        .target(name: "Interchange", dependencies: ["Configuration", "Diagnostics", "Amounts", "Calendars"]),
        .target(name: "Mail", dependencies: ["Diagnostics", "Calendars", "CCurl"]),
        .target(name: "Spreadsheets", dependencies: ["Files", "Diagnostics", "Amounts", "Calendars", "CXLSXWriter"]),

        .target(name: "Documents", dependencies: ["Files", "Diagnostics", "Calendars", "CPango", "CQPDF"]),

        // What runs.
        .target(
            name: "Jobs",
            dependencies: [
                "Diagnostics", "Concurrency", "Amounts", "Calendars", "Configuration", "Store", "Mail",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ], resources: [.embedInCode("Migrations/0001_jobs.sql")]),

        // Domains.
        .target(
            name: "Ledger",
            dependencies: [
                "Jobs", "Store", "Configuration", "Interchange", "Amounts", "Calendars", "Concurrency", "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [
                .embedInCode("Migrations/0003_ledger.sql"), .embedInCode("Migrations/0005_periods.sql"),
                .embedInCode("Migrations/0006_subledgers.sql"),
            ]),
        .target(
            name: "People",
            dependencies: ["Jobs", "Store", "Configuration", "Interchange", "Amounts", "Calendars", "Diagnostics"],
            resources: [.embedInCode("Migrations/0002_people.sql")]),
        .target(
            name: "Payroll",
            dependencies: [
                "Ledger", "People", "Jobs", "Store", "Configuration", "Interchange", "Formulas", "Amounts", "Calendars",
                "Concurrency", "Diagnostics", .product(name: "Crypto", package: "swift-crypto"),
            ], resources: [.embedInCode("Migrations/0004_payroll.sql")]),
        .target(
            name: "Reports",
            dependencies: [
                "Payroll", "Ledger", "People", "Jobs", "Documents", "Spreadsheets", "Mail", "Interchange", "Store",
                "Configuration", "Files", "Formulas", "Amounts", "Calendars", "Concurrency", "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Mustache", package: "swift-mustache"),
            ]),

        /// What looks after the store and its history.
        .target(
            name: "Operations",
            dependencies: [
                "Ledger", "Jobs", "Store", "Processes", "Configuration", "Calendars", "Diagnostics",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),

        // What runs by itself.
        .target(
            name: "Daemon",
            dependencies: [
                "Jobs", "Mail", "Store", "Processes", "Configuration", "Calendars", "Diagnostics", "CLinux",
                .product(name: "Logging", package: "swift-log"),
            ]),

        // The command line.
        .executableTarget(
            name: "steward",
            dependencies: [
                "Daemon", "Operations", "Processes", "Reports", "Payroll", "People", "Ledger", "Jobs", "Mail",
                "Interchange", "Configuration", "Files", "Store", "Formulas", "Calendars", "Amounts", "Diagnostics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Benchmarks: `make bench`.
        .executableTarget(
            name: "FormulaBenchmark", dependencies: ["Formulas", "Calendars", "Amounts", "Diagnostics"],
            path: "Benchmarks/FormulaBenchmark"),
        .executableTarget(
            name: "ScheduleBenchmark", dependencies: ["Calendars", "Diagnostics"], path: "Benchmarks/ScheduleBenchmark"),
        .executableTarget(
            name: "SchedulerBenchmark", dependencies: ["Jobs", "Store", "Calendars", "Diagnostics", "TestSupport"],
            path: "Benchmarks/SchedulerBenchmark"),
        .executableTarget(
            name: "SpreadsheetBenchmark",
            dependencies: [
                "Reports", "Payroll", "People", "Ledger", "Jobs", "Spreadsheets", "Store", "Calendars", "Amounts",
                "Diagnostics",
            ], path: "Benchmarks/SpreadsheetBenchmark"),
        .executableTarget(
            name: "DocumentBenchmark", dependencies: ["Documents", "Calendars"], path: "Benchmarks/DocumentBenchmark"),
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: ["Store", "Calendars", "Amounts", .product(name: "GRDBSQLite", package: "GRDB.swift")],
            path: "Benchmarks/StoreBenchmark"),
        .executableTarget(
            name: "JournalBenchmark", dependencies: ["Interchange", "Amounts", "Calendars", "Diagnostics"],
            path: "Benchmarks/JournalBenchmark"),
        .executableTarget(
            name: "LedgerBenchmark",
            dependencies: [
                "Payroll", "People", "Ledger", "Jobs", "Store", "Calendars", "Amounts", "Diagnostics", "TestSupport",
            ], path: "Benchmarks/LedgerBenchmark"),
        .executableTarget(
            name: "DeliveryBenchmark", dependencies: ["Jobs", "Mail", "Store", "Calendars", "Diagnostics"],
            path: "Benchmarks/DeliveryBenchmark"),
        .executableTarget(
            name: "DaemonBenchmark",
            dependencies: [
                .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Yams", package: "Yams"),
            ], path: "Benchmarks/DaemonBenchmark"),
        .executableTarget(
            name: "RunBenchmark",
            dependencies: [
                "Jobs", "Store", "Calendars", "Diagnostics", "CPostgres", "TestSupport",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], path: "Benchmarks/RunBenchmark"),
        .executableTarget(
            name: "PayrollBenchmark",
            dependencies: [
                "Operations", "Payroll", "People", "Ledger", "Jobs", "Store", "Calendars", "Concurrency", "Diagnostics",
                "TestSupport",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], path: "Benchmarks/PayrollBenchmark"),

        // Tests.
        .executableTarget(
            name: "DaemonTestProgram", dependencies: ["Daemon", "Calendars", "Diagnostics"],
            path: "Tests/DaemonTestProgram"),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "DaemonTestProgram", "Jobs", "CLinux", "Calendars", "Diagnostics", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["parse_metrics.py"]),
        .testTarget(name: "ConcurrencyTests", dependencies: ["Concurrency"]),
        .testTarget(name: "AmountsTests", dependencies: ["Amounts", "TestSupport"]),
        .testTarget(name: "CalendarsTests", dependencies: ["Calendars", "Configuration", "TestSupport"]),
        .testTarget(name: "FormulasTests", dependencies: ["Formulas", "TestSupport"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
        .testTarget(name: "InterchangeTests", dependencies: ["Interchange", "TestSupport"]),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Store", "Amounts", "Calendars", "Diagnostics", "TestSupport",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "MailTests", dependencies: ["Mail", "TestSupport"],
            exclude: ["parse_messages.py", "recording_sink.py", "smtp_sink.py"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "Calendars", "Diagnostics", "TestSupport"]),
        .testTarget(name: "SpreadsheetsTests", dependencies: ["Spreadsheets", "TestSupport"]),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents", "Calendars", "Diagnostics", "TestSupport"]),
        .testTarget(
            name: "JobsTests",
            dependencies: [
                "Jobs", "Mail", "Store", "Configuration", "Calendars", "Concurrency", "Amounts", "Diagnostics",
                "CompanyFixtures",
                "TestSupport",
            ]),
        .testTarget(
            name: "PeopleTests",
            dependencies: [
                "People", "Payroll", "Store", "Calendars", "Amounts", "Diagnostics", "CompanyFixtures", "TestSupport",
            ]),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Ledger", "Interchange", "Jobs", "Store", "Calendars", "Amounts", "Diagnostics", "CompanyFixtures",
                "TestSupport",
            ]),
        .testTarget(
            name: "PayrollTests",
            dependencies: [
                "Payroll", "People", "Ledger", "Jobs", "Store", "Configuration", "Calendars", "Amounts", "Diagnostics",
                "CompanyFixtures", "TestSupport",
            ]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Documents", "Files", "Reports", "Payroll", "Ledger", "Jobs", "Mail", "Store", "Calendars", "Amounts",
                "Diagnostics", "CompanyFixtures", "TestSupport",
            ]),
        /// Kills the built program at every place that it names, and compares what the store holds at the end.
        .testTarget(
            name: "DurabilityTests",
            dependencies: [
                "steward", "Jobs", "Ledger", "Mail", "Store", "Calendars", "Diagnostics", "CompanyFixtures",
                "TestSupport",
            ]),
        .testTarget(name: "ProcessesTests", dependencies: ["Processes", "Diagnostics", "TestSupport"]),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Operations", "Payroll", "Ledger", "Jobs", "Store", "Calendars", "Amounts", "Diagnostics",
                "CompanyFixtures", "TestSupport", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .testTarget(name: "TranscriptTests", dependencies: ["steward", "TestSupport"]),

        /// What several test targets share: temporary directories, tables of vectors, a throw-away PostgreSQL.
        .target(name: "TestSupport", dependencies: ["Diagnostics"], path: "Tests/TestSupport"),
        /// A company of one's own for a test, on either database.
        .target(
            name: "CompanyFixtures",
            dependencies: [
                "Operations", "Reports", "Payroll", "People", "Ledger", "Jobs", "Store", "Calendars", "Diagnostics",
                "TestSupport",
            ],
            path: "Tests/CompanyFixtures"),
    ],
    swiftLanguageModes: [.v6]
)

// `make check` builds with every warning an error; with any later compiler the plain build must go on.
if Context.environment["STEWARD_WARNINGS"] == "errors" {
    for target in package.targets where target.type != .system {
        target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    }
}
