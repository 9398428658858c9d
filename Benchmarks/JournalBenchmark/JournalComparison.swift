import Glibc

/// Runs the three programs in turn on the same journal, each in its own process, and prints what they took.
struct JournalComparison {
    let transactions: Int
    let runs: Int

    struct ChildFailed: Error, CustomStringConvertible {
        let description: String
    }

    private struct Measurement {
        var seconds: [Double] = []
        /// Of the processor, in the program and for it in the system: what stays the same on a busy machine.
        var processorSeconds: [Double] = []
        var peakMegabytes = 0.0

        var median: Double { Self.median(seconds) }
        var processorMedian: Double { Self.median(processorSeconds) }

        private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    }

    func run() throws {
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(temporary)/steward-benchmark-XXXXXX".utf8CString)
        guard let created = mkdtemp(&template) else { throw ChildFailed(description: "no temporary directory") }
        let directory = String(cString: created)
        let journal = "\(directory)/journal.ledger"
        defer {
            unlink(journal)
            rmdir(directory)
        }
        try GeneratedJournal.write(to: journal, transactions: transactions)
        let own = try ownPath()
        var candidates: [(name: String, command: [String], result: Measurement)] = [
            ("steward, as ledger ", [own, "balances", "ledger", journal], Measurement()),
            ("steward, as hledger", [own, "balances", "hledger", journal], Measurement()),
        ]
        for program in ["ledger", "hledger"] where access("/usr/bin/\(program)", X_OK) == 0 {
            let name = program + String(repeating: " ", count: 19 - program.utf8.count)
            candidates.append((name, ["/usr/bin/\(program)", "-f", journal, "bal"], Measurement()))
        }
        for _ in 0..<max(1, runs) {
            for index in candidates.indices { try measure(candidates[index].command, into: &candidates[index].result) }
        }
        print(
            "journal: \(transactions) transactions, \(2 * transactions) postings, read and added up; runs=\(max(1, runs))"
        )
        let base = candidates[0].result
        for (name, _, result) in candidates {
            print(
                "  \(name)  median \(text(result.median)) s, processor \(text(result.processorMedian)) s, "
                    + "peak memory \(text(result.peakMegabytes)) MB, "
                    + "\(text(result.processorMedian / base.processorMedian)) times the first")
        }
    }

    /// Runs a command whose output nobody reads.
    private func measure(_ command: [String], into measurement: inout Measurement) throws {
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        arguments.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        var child = pid_t()
        guard posix_spawn(&child, command[0], &actions, nil, arguments, environ) == 0 else {
            throw ChildFailed(description: "\(command[0]) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(child, &status, 0, &usage) == child, status == 0 else {
            throw ChildFailed(description: "\(command.joined(separator: " ")) failed with status \(status)")
        }
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        measurement.seconds.append(Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9)
        measurement.processorSeconds.append(seconds(usage.ru_utime) + seconds(usage.ru_stime))
        measurement.peakMegabytes = max(measurement.peakMegabytes, Double(usage.ru_maxrss) / 1_024)
    }

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    private func ownPath() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw ChildFailed(description: "the program does not find itself") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
