import Diagnostics

/// Why a message, an address or a mail setting is not accepted: every fault, each with the field it is in.
///
/// The field is named as the caller knows it (`subject`, `to[1]`, `attachments[0].name`), so that a configuration
/// reader can add the place in its file.
package struct InvalidMail: Error, Hashable, Sendable {
    package struct Fault: Hashable, Sendable {
        package var field: String
        package var problem: Problem
    }

    package let faults: [Fault]

    package init(_ faults: [Fault]) {
        self.faults = faults
    }

    init(_ field: String, _ message: String, expected: String? = nil) {
        self.init([Fault(field: field, problem: Problem(message, expected: expected))])
    }
}

extension InvalidMail: ReportableError, CustomStringConvertible {
    package var failure: Failure {
        let count = faults.count == 1 ? "1 error" : "\(faults.count) errors"
        return Failure(.usage, "\(count); no mail was made.", problems: faults.map(\.problem))
    }

    package var description: String { failure.description }
}

/// Collects the faults of one message, so that all are told at once.
struct FaultList {
    private(set) var faults: [InvalidMail.Fault] = []

    mutating func add(_ field: String, _ message: String, expected: String? = nil) {
        faults.append(.init(field: field, problem: Problem("\(field): \(message)", expected: expected)))
    }

    mutating func add(_ error: InvalidMail) {
        faults += error.faults
    }

    func throwIfAny() throws(InvalidMail) {
        if !faults.isEmpty { throw InvalidMail(faults) }
    }
}
