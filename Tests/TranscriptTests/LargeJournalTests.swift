import Foundation
import TestSupport
import Testing

/// A journal is imported while it is read: memory does not grow with it.
@Suite struct LargeJournalTests {
    /// `STEWARD_JOURNAL_BYTES` says how large the journal is, e.g. 1000000000.
    private static let bytes =
        ProcessInfo.processInfo.environment["STEWARD_JOURNAL_BYTES"].flatMap { Int($0) } ?? 24_000_000
    /// The part that is imported first, to compare with.
    private static let share = 8

    /// Imports a journal of so many bytes; its entries, and the most memory that it took.
    private func importing(_ bytes: Int) throws -> (entries: Int, kilobytes: Int) {
        try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.imported)
            let result = try sandbox.run(
                """
                python3 - <<'END'
                import resource, subprocess
                text = 'Lieferung 納品 ' * 100
                with open('large.journal', 'w') as journal:
                    size, number = 0, 0
                    while size < \(bytes):
                        number += 1
                        entry = f'2026-04-{number % 28 + 1:02} Sale {number}  ; {text[:900]}\\n' \\
                            f'    1200  GBP {number % 9973 + 1}.07  ; {text}\\n    4000\\n\\n'
                        journal.write(entry)
                        size += len(entry.encode())
                command = ['steward', 'ledger', 'import', '--format', 'hledger', 'large.journal', '--csv']
                code = subprocess.call(command)
                print('exit', code, number, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                END
                """)
            let last = try #require(result.output.last).split(separator: " ")
            try #require(last.count == 4 && last[0] == "exit" && last[1] == "0", "\(result.errors.prefix(3))")
            let (entries, kilobytes) = (try #require(Int(last[2])), try #require(Int(last[3])))
            let known = try sandbox.run("steward ledger verify --csv")
            #expect(known.exitCode == 0 && known.output.contains { $0.contains("\(entries)") }, "\(known)")
            return (entries, kilobytes)
        }
    }

    @Test func `a journal that is eight times as long takes no more memory`() throws {
        let small = try importing(Self.bytes / Self.share)
        let large = try importing(Self.bytes)
        #expect(large.entries > 7 * small.entries)
        let grown = large.kilobytes - small.kilobytes
        // The caches of the store fill up, 20 MB, and each transaction takes 8 bytes. To keep the entries would take as much
        // again as the journal has.
        #expect(grown * 1_000 < 32_000_000 + 16 * large.entries, "\(small) \(large)")
        print("imported \(Self.bytes) bytes, \(large.entries) entries, in \(large.kilobytes / 1_000) MB")
    }
}
