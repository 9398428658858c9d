import Diagnostics

/// The problems of one reading, shared by the values, mappings and rows that it hands out.
///
/// A class, so that a nested reader can report while the outer one is in use. It lives for one call and one thread.
package final class ProblemCollector {
    package private(set) var list: ProblemList

    package init(_ list: ProblemList) {
        self.list = list
    }

    package var count: Int { list.count }

    package func add(_ problem: Problem) {
        list.add(problem)
    }

    /// Runs `body` over `problems`, and gives its value only when it reported nothing.
    package static func reading<Value>(
        into problems: inout ProblemList, _ body: (ProblemCollector) -> Value?
    ) -> Value? {
        let collector = ProblemCollector(problems)
        let before = collector.count
        let value = body(collector)
        problems = collector.list
        return collector.count == before ? value : nil
    }
}
