import Calendars
import Diagnostics
import Foundation
import Jobs

/// The backups of one name in a folder: `NAME-PERIOD.db`, and `NAME-PERIOD-run7.db` where a period has several.
struct BackupFiles {
    let folder: String
    let name: String
    let fileExtension: String

    static let maximumNameBytes = 40

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= maximumNameBytes
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) || (48...57).contains($0) }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    func path(of file: String) -> String { "\(folder)/\(file)" }

    /// A time has no colons here: some programs take them for the name of a host.
    func fileName(for period: Period, run: RunID? = nil) -> String {
        let time = period.description.replacing(":", with: "")
        return "\(name)-\(time)\(run.map { "-run\($0)" } ?? "").\(fileExtension)"
    }

    /// The period and run of a file; nil for a file of another name.
    func parse(_ file: String) -> (period: Period, run: Int64)? {
        guard file.hasPrefix(name + "-"), file.hasSuffix("." + fileExtension) else { return nil }
        var text = file.dropFirst(name.utf8.count + 1).dropLast(fileExtension.utf8.count + 1)
        var run: Int64 = 0
        if let mark = text.range(of: "-run") {
            guard let number = Int64(text[mark.upperBound...]) else { return nil }
            run = number
            text = text[..<mark.lowerBound]
        }
        if let period = Period(text) { return (period, run) }
        // 2026-11-21T060000Z
        guard text.utf8.count == 18, let time = text.firstIndex(of: "T") else { return nil }
        let digits = Array(text[text.index(after: time)...].dropLast())
        guard digits.count == 6 else { return nil }
        let colons = [digits[0...1], digits[2...3], digits[4...5]].map { String($0) }.joined(separator: ":")
        return Period("\(text[...time])\(colons)Z").map { ($0, run) }
    }

    /// The files that need not be kept: neither among the `keepCount` newest nor of the last `keepDays` days before the
    /// newest. The newest itself, whose copy was just found good, always stays. Other files are not looked at.
    func outdated(keepCount: Int, keepDays: Int, newest: String) throws -> [String] {
        guard let current = parse(newest) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.compactMap { name in parse(name).map { (name: name, period: $0.period, run: $0.run) } }
            .filter { $0.name != newest }
            .sorted { ($0.period, $0.run) > ($1.period, $1.run) }
        let lastDay = max(current.period.lastDay, files.first?.period.lastDay ?? current.period.lastDay)
        let firstDayKept = lastDay.adding(days: -keepDays)
        return files.dropFirst(keepCount - 1).filter { $0.period.lastDay <= firstDayKept }.map(\.name)
    }

    func remove(_ file: String) throws {
        guard unlink(path(of: file)) == 0 || errno == ENOENT else {
            throw Failure(
                .failed, "The old backup \(file) cannot be removed: \(String(cString: strerror(errno))).",
                advice: "Check who may write to \(folder).")
        }
    }
}
