import Foundation

/// The least that a scheduler could do: sleeps until an instant, starts the program, and waits for its first byte. It
/// keeps no record of anything.
enum BareStart {
    /// - Returns: milliseconds from each instant to the first byte.
    static func measure(_ program: URL, starts: Int, intervalMilliseconds: Int64 = 250) throws -> Quantiles {
        var times: [Double] = []
        for _ in 0..<starts {
            let interval = intervalMilliseconds * 1_000_000
            let due = (now() / interval + 1) * interval
            var target = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
            while clock_nanosleep(CLOCK_REALTIME, Int32(TIMER_ABSTIME), &target, nil) == EINTR {}
            try waitForFirstByte(of: program)
            times.append(Double(now() - due) / 1e6)
        }
        return Quantiles(milliseconds: times)
    }

    /// Nanoseconds since 1970.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func waitForFirstByte(of program: URL) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw BenchmarkError("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program.path), strdup("--version"), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process = pid_t()
        let result = posix_spawn(&process, program.path, &actions, nil, &arguments, &environment)
        arguments.forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        defer { close(ends[0]) }
        guard result == 0 else { throw BenchmarkError("\(program.path) cannot be started") }
        var byte: UInt8 = 0
        guard read(ends[0], &byte, 1) == 1 else { throw BenchmarkError("\(program.path) says nothing") }
        // Its end is not part of what was measured, but must not run into the next start.
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
