import Calendars
import Diagnostics
import Jobs
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Prints the lines of an attempt as they come.
struct AttemptLogOutput {
    private let run: RunID
    private let attempt: Int
    private let printer: Printer
    private let isFollowing: Bool
    private var lastSequence = 0
    private var kept: [AttemptLogLine] = []
    private var count = 0

    private static let lookMilliseconds: UInt32 = 250
    private static let maximumLinesAtOnce = 1_000

    init(run: RunID, attempt: Int, printer: Printer, isFollowing: Bool) {
        self.run = run
        self.attempt = attempt
        self.printer = printer
        self.isFollowing = isFollowing
    }

    /// - Returns: whether there may be more to read at once.
    mutating func readOn(in connection: Connection) throws -> Bool {
        let lines = try AttemptLogRecords.lines(
            of: run, attempt: attempt, after: lastSequence, maximumCount: Self.maximumLinesAtOnce, in: connection)
        lastSequence = lines.last?.sequence ?? lastSequence
        switch printer.format {
        case .text:
            if !lines.isEmpty { Terminal.print(lines.map(Self.text).joined(separator: "\n")) }
        case .json where isFollowing:
            for row in Self.table(of: lines, attempt: attempt).json.items { Terminal.print(row.lineText) }
        case .csv where isFollowing:
            let text = Self.table(of: lines, attempt: attempt).csv
            // The headings stand once.
            let rows = count == 0 ? text[...] : text.split(separator: "\n", maxSplits: 1).last ?? ""
            if !lines.isEmpty { Terminal.print(String(rows)) }
        case .json, .csv: kept += lines
        }
        count += lines.count
        return lines.count == Self.maximumLinesAtOnce
    }

    /// Prints what is printed as a whole.
    func finish(orSay sentence: String) {
        switch printer.format {
        case .text: if count == 0 { printer.say(sentence) }
        case .json, .csv: if !isFollowing { printer.print(Self.table(of: kept, attempt: attempt)) }
        }
    }

    static func table(of lines: [AttemptLogLine], attempt: Int) -> Table {
        var table = Table(columns: [
            .init("Attempt", .right), .init("Sequence", .right), .init("At"), .init("Stream"), .init("Text"),
        ])
        table.rows = lines.map {
            [.integer(attempt), .integer($0.sequence), .text($0.at), .text($0.stream.rawValue), .text($0.text)]
        }
        return table
    }

    /// `2026-04-28T06:00:00Z out  42 payslips`: what a worker wrote cannot steer the terminal.
    private static func text(of line: AttemptLogLine) -> String {
        let stream = line.stream.rawValue
        let pad = String(repeating: " ", count: max(0, 4 - stream.count))
        return "\(line.at) \(stream)\(pad) \(shown(line.text))"
    }

    /// Control characters but the tab, and the marks of direction, as escapes.
    static func shown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: result.unicodeScalars.append(scalar)
            case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Waits a little for more.
    static func pause() throws {
        usleep(lookMilliseconds * 1_000)
        do {
            try Interruption.check()
        } catch {
            throw Failure(error.exitCode, "Not followed any longer; the run goes on.")
        }
    }
}
