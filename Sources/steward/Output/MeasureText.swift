/// Measures for people; programs get the plain numbers.
enum MeasureText {
    /// `0.25 s`, `12.30 s`.
    static func seconds(milliseconds: Int64) -> String {
        let hundredths = milliseconds / 10
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }

    /// `45.1 MiB`, rounded down.
    static func mebibytes(_ bytes: Int64) -> String {
        let tenths = bytes / 1_024 * 10 / 1_024
        return "\(tenths / 10).\(tenths % 10) MiB"
    }

    /// The number of a signal with its name, as far as it ends workers: `9 (SIGKILL)`.
    static func signal(_ number: Int) -> String {
        let names = [
            1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
            9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
        ]
        return names[number].map { "\(number) (\($0))" } ?? "\(number)"
    }
}
