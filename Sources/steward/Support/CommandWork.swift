import Ledger
import Store

/// What a person writes with a command, in one transaction and under their name.
extension CommandContext {
    /// - Parameters:
    ///   - store: the company's store, where it is open already.
    ///   - isDryRun: everything is done and then taken back: what it would come to is known, and nothing is written.
    func write<T>(
        to store: Store? = nil, isDryRun: Bool = false, _ body: (UnitOfWork) throws -> T
    ) throws -> T {
        let stamp = Stamp(run: nil, person: person, at: clock.now())
        func work(_ store: Store) throws -> T {
            try store.write { try body(UnitOfWork(connection: $0, stamp: stamp, digest: nil)) }
        }
        let store = try store ?? openStore()
        return isDryRun ? try store.rehearsing(work) : try work(store)
    }

    /// The same for what is posted: the store knows the periods and control accounts that the configuration has by now.
    func post<T>(
        to store: Store? = nil, isDryRun: Bool = false, _ body: (UnitOfWork) throws -> T
    ) throws -> T {
        try write(to: store, isDryRun: isDryRun) { unit in
            try Journal.adoptConfiguration(of: company, in: unit)
            return try body(unit)
        }
    }
}
