import ArgumentParser
import Configuration
import Diagnostics
import Foundation
import Jobs
import Ledger

/// `steward init`: makes a company directory.
struct Initialize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a company directory with a commented working set.",
        discussion: """
            The directory must not be one yet; what lies in it is left alone. With --chart the chart of accounts is a
            complete one for a small company of that country, and the currency is that country's; the charts lie in
            config/charts to compare with.

            EXAMPLES
              steward init acme
              steward init acme --chart us
            """)

    enum Chart: String, CaseIterable, ExpressibleByArgument {
        case uk, us

        /// The currency that the books are kept in.
        var currency: String { self == .us ? "USD" : "GBP" }
        var file: String { "config/charts/\(rawValue).yaml" }
    }

    @Argument(help: "The directory; it is made where it does not exist.", completion: .directory)
    var directory: String = "."

    @Option(help: "The chart of accounts to begin with, in the place of the demo company's.")
    var chart: Chart?

    func run() throws {
        let target = URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL
        guard !SourceFile.exists(target.appending(path: Company.settingsFile).path) else {
            throw Failure(
                .refused, "\(directory) is a company directory already; nothing was changed.",
                advice: "Check it with `steward check --company \(directory)`.")
        }
        for folder in Self.copiedFolders where SourceFile.exists(target.appending(path: folder).path) {
            throw Failure(
                .refused, "\(directory) holds \(folder)/ already; nothing was changed.",
                advice: "Make the company in another directory, or move \(folder)/ away.")
        }
        let template = try ShareFolder.find()
        // Whatever fails, nothing half made is left behind.
        let made = [target] + (Self.copiedFolders + ["var"]).map { target.appending(path: $0) }
        let new = made.filter { !SourceFile.exists($0.path) }
        do {
            try make(target, from: template)
        } catch {
            for url in new.reversed() { try? FileManager.default.removeItem(at: url) }
            if let error = error as? any ReportableError { throw error }
            throw Failure(
                .failed, "The company directory \(directory) could not be made: \(fileErrorReason(error)).",
                advice: "Nothing was left there. Check who may write there and whether the disk is full.")
        }
        let next = directory == "." ? "" : "`cd \(directory)` and "
        Terminal.print(
            """
            Made the company directory \(target.path).
            Next: write your company's name into \(Company.settingsFile), then \(next)`steward check`.
            """)
    }

    /// What a company directory begins with.
    private static let copiedFolders = ["config", "jobs"]

    private func make(_ target: URL, from template: URL) throws {
        try FileManager.default.createDirectory(at: target.appending(path: "var"), withIntermediateDirectories: true)
        for folder in Self.copiedFolders {
            try FileManager.default.copyItem(
                at: template.appending(path: folder), to: target.appending(path: folder))
        }
        if let chart {
            let accounts = target.appending(path: ChartOfAccounts.file)
            try FileManager.default.removeItem(at: accounts)
            try FileManager.default.copyItem(at: target.appending(path: chart.file), to: accounts)
            try write(currency: chart.currency, into: target.appending(path: Company.settingsFile))
        }
        let company = try Company.load(from: target.path)
        let store = try company.openStore(migrations: Application.migrations, create: true)
        _ = try store.migrate()
        try store.close()
    }
}

extension Initialize {
    /// The line `currency:` of the settings; its comments stay.
    private func write(currency: String, into file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let changed = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard line.hasPrefix("currency: "), let old = line.dropFirst("currency: ".count).split(separator: " ").first
            else { return String(line) }
            return String(line).replacing("currency: \(old)", with: "currency: \(currency)")
        }
        try changed.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
}

/// Where the working set lies that `init` copies.
enum ShareFolder {
    /// `STEWARD_SHARE`; or `../share/steward` beside the program; or the checkout that the program was built in.
    static func find() throws -> URL {
        if let named = CommandContext.environment("STEWARD_SHARE") {
            let folder = URL(filePath: named)
            guard isWorkingSet(folder) else {
                throw Failure(
                    .failed, "STEWARD_SHARE is \(named), which holds no \(Company.settingsFile).",
                    advice:
                        "Set it to the folder that holds the config/ and jobs/ a new company begins with, or unset it.")
            }
            return folder
        }
        let program = URL(filePath: CommandLine.arguments.first ?? "steward")
        let executable =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .map { URL(filePath: $0) } ?? program
        var folder = executable.deletingLastPathComponent()
        let installed = folder.deletingLastPathComponent().appending(path: "share/steward")
        if isWorkingSet(installed) { return installed }
        while folder.path != "/" {
            if isWorkingSet(folder), SourceFile.exists(folder.appending(path: "Package.swift").path) { return folder }
            folder.deleteLastPathComponent()
        }
        throw Failure(
            .failed, "The working set that a new company begins with was not found beside the program.",
            advice: "Set STEWARD_SHARE to the folder that holds config/ and jobs/, or install with `make install`.")
    }

    private static func isWorkingSet(_ folder: URL) -> Bool {
        SourceFile.exists(folder.appending(path: Company.settingsFile).path)
    }
}
