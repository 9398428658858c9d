import Synchronization
import Testing

@testable import Concurrency

struct SerialWorkerTests {
    private struct Refusal: Error, Equatable {
        var element: Int
    }

    /// What the other thread has seen.
    private final class Seen: Sendable {
        private let elements = Mutex<[Int]>([])

        var all: [Int] { elements.withLock(\.self) }
        func add(_ element: Int) { elements.withLock { $0.append(element) } }
    }

    @Test(arguments: [0, 1, 3, 500], [1, 4])
    func `all elements are worked on in order before the end`(count: Int, maximumAhead: Int) throws {
        let seen = Seen()
        let worker = SerialWorker<Int>(maximumAhead: maximumAhead) { seen.add($0) }
        for element in 0..<count { try worker.take(element) }
        try worker.finish()
        #expect(seen.all == Array(0..<count))
    }

    @Test
    func `an error ends the work, and is told to whoever gives more and at the end`() {
        let seen = Seen()
        let worker = SerialWorker<Int> { element in
            if element == 2 { throw Refusal(element: element) }
            seen.add(element)
        }
        #expect(throws: Refusal(element: 2)) {
            for element in 0..<1_000 { try worker.take(element) }
        }
        #expect(throws: Refusal(element: 2)) { try worker.finish() }
        #expect(seen.all == [0, 1])
    }

    @Test
    func `an error of the last element is told at the end`() throws {
        let worker = SerialWorker<Int> { throw Refusal(element: $0) }
        try worker.take(7)
        #expect(throws: Refusal(element: 7)) { try worker.finish() }
    }
}
