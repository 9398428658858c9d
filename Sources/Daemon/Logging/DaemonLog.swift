import Calendars
import Glibc
import Logging
import Synchronization

/// Where the daemon's log goes, in which format and from which level on. Each `Logger` made from it shares them.
///
/// ```swift
/// let log = DaemonLog(format: .json, level: .info, clock: clock)
/// let logger = log.logger("scheduler")
/// logger.info("started run 12", metadata: ["job": "payroll-monthly"])
/// log.level = .debug   // for all loggers, at once
/// ```
package final class DaemonLog: Sendable {
    private let format: LogFormat
    private let clock: any Clock
    private let descriptor: Int32
    private let threshold: Mutex<Logger.Level>
    /// Lines of several threads do not mix.
    private let writing = Mutex<Void>(())

    /// - Parameter descriptor: standard error, unless a test says otherwise. It is not closed.
    package init(format: LogFormat, level: Logger.Level, clock: any Clock, descriptor: Int32 = STDERR_FILENO) {
        self.format = format
        self.clock = clock
        self.descriptor = descriptor
        threshold = Mutex(level)
    }

    package var level: Logger.Level {
        get { threshold.withLock { $0 } }
        set { threshold.withLock { $0 = newValue } }
    }

    /// - Parameter label: the part of the daemon that speaks: `scheduler`.
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { Handler(log: self, label: $0) }
    }

    private func write(_ level: Logger.Level, _ label: String, _ message: String, _ metadata: Logger.Metadata) {
        let values = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let at = clock.now()
        let line =
            switch format {
            case .text: LogText.textLine(at: at, level: level, label: label, message: message, values: values)
            case .json: LogText.jsonLine(at: at, level: level, label: label, message: message, values: values)
            }
        let bytes = Array((line + "\n").utf8)
        writing.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                // A log that cannot be written, on a full disk or into a closed pipe, must not stop the daemon.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private struct Handler: LogHandler {
        let log: DaemonLog
        let label: String
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        /// A level of this logger's own; the log's unless it was set.
        private var ownLevel: Logger.Level?

        init(log: DaemonLog, label: String) {
            self.log = log
            self.label = label
        }

        var logLevel: Logger.Level {
            get { ownLevel ?? log.level }
            set { ownLevel = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            var all = metadata
            all.merge(metadataProvider?.get() ?? [:]) { $1 }
            all.merge(event.metadata ?? [:]) { $1 }
            if let error = event.error { all["error"] = "\(error)" }
            log.write(event.level, label, event.message.description, all)
        }
    }
}
