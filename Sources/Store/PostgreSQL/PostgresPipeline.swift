import CPostgres

/// Statements that go to the server together and are answered together: one journey there and back for all of them.
///
/// Source: postgresql.org/docs/15/libpq-pipeline-mode.html. When one fails the server passes over those after it, so the
/// first error is the only one.
struct PostgresPipeline {
    private let connection: OpaquePointer

    /// What came back.
    struct Answers {
        /// The last statement's, where all have succeeded.
        var last: PostgresResult?
        /// The first that failed.
        var failure: (result: PostgresResult, sql: String)?
        /// How many of the statements the server has prepared, or had already.
        var preparedCount = 0
    }

    init(_ connection: OpaquePointer) {
        self.connection = connection
    }

    func exchange(_ messages: [PostgresMessage]) -> Answers {
        var answers = Answers()
        guard PQenterPipelineMode(connection) == 1 else { return answers }
        for message in messages where !message.send(on: connection) { break }
        guard PQpipelineSync(connection) == 1 else {
            PQexitPipelineMode(connection)
            return answers
        }
        var isComplete = true
        for message in messages where isComplete {
            isComplete = !message.isNew || take(message, &answers)
            if isComplete, answers.failure == nil { answers.preparedCount += 1 }
            isComplete = isComplete && take(message, &answers)
        }
        if isComplete { isComplete = takeEnd() }
        PQexitPipelineMode(connection)
        if answers.failure != nil || !isComplete { answers.last = nil }
        return answers
    }

    /// Takes the sign that the server has come to the end.
    private func takeEnd() -> Bool {
        for _ in 0..<2 {
            if let pointer = PQgetResult(connection), PostgresResult(pointer).status == PGRES_PIPELINE_SYNC {
                return true
            }
        }
        return false
    }

    /// Takes one answer.
    ///
    /// - Returns: false when none comes any more.
    private func take(_ message: PostgresMessage, _ answers: inout Answers) -> Bool {
        guard let pointer = PQgetResult(connection) else { return false }
        let result = PostgresResult(pointer)
        answers.last = result
        if !result.isSuccess, answers.failure == nil { answers.failure = (result, message.sql) }
        guard PQstatus(connection) == CONNECTION_OK else { return false }
        // Each answer ends with one that is none.
        while let more = PQgetResult(connection) {
            PQclear(more)
            guard PQstatus(connection) == CONNECTION_OK else { return false }
        }
        return true
    }
}
