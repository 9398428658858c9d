import Store

/// What waits in the store, for those who watch over it: runs that have not ended, messages that have not left, due times
/// that were missed and that nobody has dealt with.
package struct Backlog: Hashable, Sendable {
    /// Of each state that is not an end, also where there is none.
    package var runs: [RunState: Int]
    /// Of each state in which a message waits, or needs a person.
    package var messages: [DeliveryState: Int]
    package var missed: Int

    private static let runStates = RunState.allCases.filter(\.isLive)
    private static let messageStates: [DeliveryState] = [.pending, .deferred, .refused, .inDoubt]

    /// Each question is answered from an index alone.
    package static func counted(in connection: Connection) throws -> Backlog {
        var runs = Dictionary(uniqueKeysWithValues: runStates.map { ($0, 0) })
        let marks = runStates.map { _ in "state = ?" }.joined(separator: " OR ")
        let counts = try connection.all(
            "SELECT state, COUNT(*) FROM run WHERE \(marks) GROUP BY state",
            arguments: runStates.map(\.rawValue)
        ) { (try $0.text(0), Int(try $0.int(1))) }
        for (state, count) in counts { RunState(rawValue: state).map { runs[$0] = count } }
        var messages = Dictionary(uniqueKeysWithValues: messageStates.map { ($0, 0) })
        for condition in [
            "state IN ('pending', 'deferred')",
            "state = 'refused' OR state = 'in_doubt' OR state = 'settled_sent' OR state = 'settled_unsent'",
        ] {
            let counts = try connection.all(
                "SELECT state, COUNT(*) FROM outbox_delivery WHERE \(condition) GROUP BY state"
            ) { (try $0.text(0), Int(try $0.int(1))) }
            for (state, count) in counts {
                guard let state = DeliveryState(rawValue: state), messages[state] != nil else { continue }
                messages[state] = count
            }
        }
        let missed =
            try connection.first("SELECT COUNT(*) FROM occurrence WHERE state = 'missed' AND dismissed_at IS NULL") {
                Int(try $0.int(0))
            } ?? 0
        return Backlog(runs: runs, messages: messages, missed: missed)
    }
}
