import Jobs

/// Has a run say that it is alive, and hear that it is to stop, every few seconds of a long piece of work.
struct Pulse {
    /// A person who cancels a run waits about as long.
    static let intervalSeconds: Double = 5

    private let run: Run
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant

    init(_ run: Run) {
        self.run = run
        last = clock.now
    }

    /// - Throws: as a commit does.
    mutating func beat() throws {
        try Interruption.check()
        guard clock.now - last >= .seconds(Self.intervalSeconds) else { return }
        try run.stillRunning()
        last = clock.now
    }
}
