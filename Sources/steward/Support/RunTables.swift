import Jobs

/// Runs as a list.
enum RunTable {
    /// - Parameter obstacle: why a run that waits is taken by no node.
    static func table(of runs: [RunRecord], obstacle: (RunRecord) -> String? = { _ in nil }) -> Table {
        var table = Table(columns: [
            .init("Run", .right), .init("Job"), .init("Period"), .init("State"), .init("Done", .right),
            .init("Set aside", .right), .init("Started"), .init("Due", visibility: .whereFilled),
            .init("Reason", visibility: .whereFilled), .init("Waits for", visibility: .whereFilled),
            .init("Asked for", key: "created_at", visibility: .never),
            .init("Finished", key: "finished_at", visibility: .never), .init("Trigger", visibility: .never),
            .init("Generation", visibility: .never), .init("Parameters", visibility: .never), .init("By"),
        ])
        table.rows = runs.map { run in
            [
                .integer(Int(run.id.rawValue)), .text(run.identity.job), .text("\(run.identity.period)"),
                .text(run.state.rawValue), .integer(run.itemsDone - run.exceptions), .integer(run.exceptions),
                .text(run.startedAt), .text(run.dueAt), .text(run.reason), .text(obstacle(run)),
                .text("\(run.createdAt)"),
                .text(run.finishedAt), .text(run.trigger.rawValue), .integer(run.generation),
                .text(run.identity.parameters.text), .text(run.createdBy),
            ]
        }
        return table
    }
}

/// The attempts of a run.
enum AttemptTable {
    static func table(of attempts: [RunRecords.AttemptRecord]) -> Table {
        var table = Table(columns: [
            .init("Attempt", .right), .init("State"), .init("Started"), .init("Ended"),
            .init("Exit", .right, visibility: .whereFilled), .init("Signal", visibility: .whereFilled),
            .init("CPU", .right, visibility: .whereFilled), .init("Memory", .right, visibility: .whereFilled),
            .init("Error", visibility: .whereFilled),
        ])
        table.rows = attempts.map { attempt in
            [
                .integer(attempt.number), .text(attempt.state.rawValue), .text("\(attempt.claimedAt)"),
                .text(attempt.endedAt), attempt.exitCode.map(Table.Cell.integer) ?? .none,
                .text(attempt.signal.map(MeasureText.signal)),
                .text(attempt.processorMilliseconds.map(MeasureText.seconds)),
                .text(attempt.memoryPeakBytes.map(MeasureText.mebibytes)),
                .text(attempt.error?.split(separator: "\n").joined(separator: " ")),
            ]
        }
        return table
    }

    static func json(of attempt: RunRecords.AttemptRecord) -> JSONValue {
        func integer(_ value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .null }
        return .object([
            ("attempt", .integer(attempt.number)), ("state", .string(attempt.state.rawValue)),
            ("host", .string(attempt.host)), ("process", .integer(Int(attempt.processID))),
            ("claimed_at", .string("\(attempt.claimedAt)")),
            ("started_at", JSONValue(attempt.startedAt.map { "\($0)" })),
            ("ended_at", JSONValue(attempt.endedAt.map { "\($0)" })), ("exit_code", integer(attempt.exitCode)),
            ("signal", integer(attempt.signal)),
            ("processor_milliseconds", integer(attempt.processorMilliseconds.map(Int.init))),
            ("memory_peak_bytes", integer(attempt.memoryPeakBytes.map(Int.init))), ("error", JSONValue(attempt.error)),
        ])
    }
}

/// The partitions of a run.
enum PartitionTable {
    static func table(of partitions: [RunPartition]) -> Table {
        var table = Table(columns: [
            .init("Partition", .right), .init("From"), .init("To"), .init("State"), .init("Done", .right),
            .init("Items", .right), .init("Set aside", .right), .init("Host"), .init("Error", visibility: .whereFilled),
        ])
        table.rows = partitions.map { partition in
            [
                .integer(partition.number), .text(partition.range.first), .text(partition.range.last),
                .text(partition.state.rawValue), .integer(partition.itemsDone), .integer(partition.itemsTotal),
                .integer(partition.exceptions), .text(partition.holder?.host),
                .text(partition.error?.split(separator: "\n").joined(separator: " ")),
            ]
        }
        return table
    }
}

/// How a run came to its state.
enum HistoryTable {
    static func table(of events: [RunRecords.Event]) -> Table {
        var table = Table(columns: [
            .init("At"), .init("From", visibility: .never), .init("State"), .init("Attempt", .right),
            .init("Reason", visibility: .whereFilled), .init("By"),
        ])
        table.rows = events.map { event in
            [
                .text("\(event.at)"), .text(event.from?.rawValue), .text(event.to.rawValue),
                event.attempt > 0 ? .integer(event.attempt) : .none,
                .text(event.reason?.split(separator: "\n").joined(separator: " ")), .text(event.person),
            ]
        }
        return table
    }
}
