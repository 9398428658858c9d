import Configuration
import Diagnostics
import Jobs

/// What `config/daemon.yaml` says; a company without the file has the defaults.
///
/// ```yaml
/// workers: 4
/// queues: {reports: 1}
/// grace: 30s
/// http: {port: 9464}
/// log: {format: json, level: info}
/// node: {name: ledger-2, labels: {site: leeds}, role: operations}
/// ```
package struct DaemonSettings: Hashable, Sendable {
    /// Runs that are worked on at once.
    package var workers: Int
    /// The same for the jobs of a queue.
    package var queues: [String: Int]
    /// How long a worker that is told to stop may take, in seconds.
    package var graceSeconds: Int64
    /// On loopback; nil where there is to be none.
    package var httpPort: Int?
    package var logFormat: LogFormat
    package var logLevel: LogLevel
    /// What the daemon is called among those of the store; without a name, as its host.
    package var nodeName: String?
    /// What jobs may choose it by (`runs_on`).
    package var nodeLabels: [String: String] = [:]
    /// Who may drain nodes (`config/users.yaml`); everybody where the file does not say.
    package var nodeRole: String?

    package static let file = "config/daemon.yaml"
    package static let defaultHTTPPort = 9_464
    package static let maximumWorkers = 64

    package enum LogLevel: String, CaseIterable, Sendable {
        case debug, info, warning, error
    }

    package init(
        workers: Int = 2, queues: [String: Int] = [:], graceSeconds: Int64 = 30,
        httpPort: Int? = Self.defaultHTTPPort, logFormat: LogFormat = .text, logLevel: LogLevel = .info
    ) {
        self.workers = workers
        self.queues = queues
        self.graceSeconds = graceSeconds
        self.httpPort = httpPort
        self.logFormat = logFormat
        self.logLevel = logLevel
    }

    /// Reads the file of a company, where there is one.
    ///
    /// - Parameter processors: of this machine; as many runs are worked on at once where the file does not say.
    package static func load(
        for company: Company, processors: Int, problems: inout ProblemList
    ) -> DaemonSettings {
        var settings = DaemonSettings(workers: min(max(2, processors), maximumWorkers))
        guard SourceFile.exists(company.path(file)),
            let document = YAMLDocument(contentsOf: company.path(file), shownAs: file, problems: &problems)
        else { return settings }
        let _: Bool? = document.mapping(&problems) { map in
            settings.workers = map.optional("workers", .integer(1...maximumWorkers), default: settings.workers)
            let queues = map.optionalEntries("queues", keys: .identifier) { _, value in
                value.scalar(.integer(1...maximumWorkers))
            }
            settings.queues = Dictionary(queues.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            settings.graceSeconds = map.optional(
                "grace", .durationSeconds(1...3_600), default: settings.graceSeconds)
            let _: Bool? = map.optionalMapping("http") { map in
                let isOn = map.optional("enabled", .bool, default: true)
                let port = map.optional("port", .integer(1...65_535), default: defaultHTTPPort)
                settings.httpPort = isOn ? port : nil
                return true
            }
            let _: Bool? = map.optionalMapping("node") { settings.readNode($0) }
            let _: Bool? = map.optionalMapping("log") { map in
                settings.logFormat = map.optional("format", .choice(LogFormat.self), default: settings.logFormat)
                settings.logLevel = map.optional("level", .choice(LogLevel.self), default: settings.logLevel)
                return true
            }
            return true
        }
        return settings
    }

    private mutating func readNode(_ map: YAMLMapping) -> Bool {
        nodeName = map.optional("name", .nodeWord)
        if let labels = map.optionalValue("labels") {
            nodeLabels = NodeLabels.read(labels)
            if nodeLabels[Placement.nodeLabel] != nil {
                map.report(
                    "the label \"\(Placement.nodeLabel)\" is the node's name", expected: "another label, or `name`",
                    at: "labels")
            }
        }
        nodeRole = map.optional("role", .identifier)
        return true
    }
}
