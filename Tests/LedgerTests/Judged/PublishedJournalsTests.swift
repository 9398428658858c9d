import Amounts
import Calendars
import CompanyFixtures
import Foundation
import Interchange
import Store
import TestSupport
import Testing

@testable import Ledger

/// Journals that others have published, imported into books of ours.
@Suite struct PublishedJournalsTests {
    /// Ledger's own test journal: 1 000 transactions with virtual postings, lots and prices.
    @Test(.enabled(if: BookJudge.isInstalled(.ledger), "ledger is not installed"))
    func `ledger's standard journal has the balances at cost that Ledger gives it`() throws {
        guard let packed = Vectors.folder?.appending(path: "ledgers/ledger_standard.dat.gz"),
            FileManager.default.fileExists(atPath: packed.path)
        else {
            print("skipped: there is no ledgers/ledger_standard.dat.gz")
            return
        }
        let text = try BookJudge.run("/bin/zcat", [packed.path])
        try ImportDesk.with(
            firstPeriod: "2002-P01",
            edit: ["config/company.yaml": { $0.replacing("currency: GBP", with: "currency: USD") }]
        ) {
            desk in
            let file = desk.demo.directory.appending(path: "j")
            try text.write(to: file, atomically: true, encoding: .utf8)
            // What cannot be read as it stands is named by its line, all of it.
            let refused = try desk.problems(text, .text(.ledger)) { settings in
                settings.base = .usd
                settings.createsAccounts = true
                settings.unknownType = .expense
            }
            let bracketed = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .filter { $0.element.hasPrefix("    (") }.map { "j:\($0.offset + 1):1: a posting in round brackets" }
            #expect(refused.map { $0.prefix { $0 != "," } } == bracketed.map { $0[...] })
            let result = try desk.read(contentsOf: file, .text(.ledger)) { settings in
                settings.base = .usd
                settings.createsAccounts = true
                settings.unknownType = .expense
                settings.counterAccount = AccountCode("3000")
            }
            #expect(result.entries > 900)
            #expect(try desk.verify() == [])
            // Accounts are created with what the journal calls them.
            var names: [String: String] = [:]
            for account in try desk.chart().accounts {
                for name in try desk.chart().details(of: account.code).importNames {
                    names[account.code.rawValue] = name
                }
            }
            var own: [String: Int64] = [:]
            for posting in try desk.entries().flatMap(\.postings) {
                guard let name = names[posting.account.rawValue] else { continue }
                own[name, default: 0] += posting.base.minorUnits
            }
            let output = try BookJudge.run(
                "/usr/bin/ledger",
                [
                    "-f", file.path, "bal", "--flat", "--no-total", "--no-pager", "-B", "--format",
                    "%(account)|%(quantity(scrub(display_total)))\n",
                ])
            // Ledger multiplies a price out; in books each posting is rounded to the cent.
            let priced = text.split(separator: "\n").filter { $0.contains("@") }.map { line in
                line.split(separator: " ")[0].trimmingCharacters(in: CharacterSet(charactersIn: "()[]"))
            }
            let halfCent = try #require(Decimal(string: "0.005"))
            var judged: Set<String> = []
            for line in output.split(separator: "\n") {
                let parts = line.split(separator: "|").map(String.init)
                let figure = try #require(Decimal(string: parts[1]))
                let ours = Decimal(own[parts[0]] ?? 0) / 100
                let allowed = Decimal(priced.count { $0 == parts[0] }) * halfCent
                #expect(abs(ours - figure) <= allowed, "\(parts[0]): \(ours), and Ledger has \(figure)")
                judged.insert(parts[0])
            }
            #expect(judged.count > 70)
            #expect(own.filter { $0.value != 0 && !judged.contains($0.key) } == [:])
        }
    }
}
