import Synchronization
import Testing

@testable import Concurrency

struct PreparedAheadTests {
    private struct Refusal: Error, Equatable {
        var element: Int
    }

    @Test(arguments: [0, 1, 2, 3, 1_000])
    func `every element comes with what was prepared of it, in order`(count: Int) throws {
        var seen: [Int] = []
        try Array(0..<count).forEach(preparing: { $0 * 7 }) { element, prepared in
            #expect(prepared == element * 7)
            seen.append(element)
        }
        #expect(seen == Array(0..<count))
    }

    @Test(arguments: [1, 2, 5])
    func `preparing stays within its bound`(maximumAhead: Int) throws {
        let started = Atomic<Int>(0)
        let farthest = Atomic<Int>(0)
        try Array(0..<200).forEach(
            maximumAhead: maximumAhead,
            preparing: { element in
                let ahead = element - started.load(ordering: .sequentiallyConsistent)
                farthest.max(ahead, ordering: .sequentiallyConsistent)
            }
        ) { _, _ in
            started.add(1, ordering: .sequentiallyConsistent)
        }
        // One more than the bound, for the element that was taken a moment before its work began.
        #expect(farthest.load(ordering: .sequentiallyConsistent) <= maximumAhead)
    }

    @Test
    func `an error of preparing comes in the place of its element`() {
        var done: [Int] = []
        #expect(throws: Refusal(element: 5)) {
            try Array(0..<20).forEach(preparing: { element in
                if element == 5 { throw Refusal(element: element) }
            }) { element, _ in done.append(element) }
        }
        #expect(done == [0, 1, 2, 3, 4])
    }

    @Test
    func `an error of the work ends the preparing before it is thrown`() {
        let prepared = Atomic<Int>(0)
        #expect(throws: Refusal(element: 3)) {
            try Array(0..<1_000).forEach(
                maximumAhead: 2, preparing: { _ in prepared.add(1, ordering: .sequentiallyConsistent) }
            ) { element, _ in
                if element == 3 { throw Refusal(element: element) }
            }
        }
        // Four taken, two ahead of them; nothing is prepared any more.
        let count = prepared.load(ordering: .sequentiallyConsistent)
        #expect(count <= 6)
        #expect(count >= 4)
    }
}
