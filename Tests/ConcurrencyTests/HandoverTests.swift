import Synchronization
import Testing

@testable import Concurrency

struct HandoverTests {
    private struct Refusal: Error, Equatable {
        var element: Int
    }

    @Test(arguments: [0, 1, 3, 500], [1, 4])
    func `what is handed over comes in order, and then the result`(count: Int, maximumAhead: Int) throws {
        var seen: [Int] = []
        let result = try consuming(
            maximumAhead: maximumAhead,
            from: { handOver in
                for element in 0..<count { try handOver { element } }
                return "done"
            }
        ) { seen.append($0) }
        #expect(seen == Array(0..<count))
        #expect(result == "done")
    }

    @Test
    func `an error of the producer comes after what it handed over`() {
        var seen: [Int] = []
        #expect(throws: Refusal(element: 2)) {
            try consuming(from: { handOver in
                for element in 0..<5 {
                    try handOver {
                        if element == 2 { throw Refusal(element: element) }
                        return element
                    }
                }
            }) { seen.append($0) }
        }
        #expect(seen == [0, 1])
    }

    @Test
    func `an error of the consumer ends the producer, also one that asks again`() {
        let refused = Atomic<Int>(0)
        #expect(throws: Refusal(element: 1)) {
            try consuming(from: { handOver in
                for element in 0..<100 {
                    do {
                        try handOver { element }
                    } catch {
                        refused.add(1, ordering: .sequentiallyConsistent)
                    }
                }
            }) { if $0 == 1 { throw Refusal(element: $0) } }
        }
        let count = refused.load(ordering: .sequentiallyConsistent)
        #expect(count >= 96)
    }

    @Test
    func `whoever asks again after the end is told again, and the giver is told why the taker gave up`() throws {
        let handover = Handover<Int, Void>(capacity: 2)
        try handover.put { 1 }
        try handover.put { 2 }
        handover.end(with: .success(()))
        for expected in [1, 2, nil, nil] {
            let element = try handover.next()
            #expect(element == expected)
        }
        let failing = Handover<Int, Void>(capacity: 1)
        failing.cancel(Refusal(element: 3))
        failing.cancel(Refusal(element: 4))
        for _ in 0..<3 { #expect(throws: Refusal(element: 3)) { try failing.put { 1 } } }
        failing.end(with: .failure(Refusal(element: 5)))
        for _ in 0..<2 { #expect(throws: Refusal(element: 5)) { _ = try failing.next() } }
    }

    @Test
    func `work beside is done when both are done, whatever the body does`() {
        let done = Atomic<Bool>(false)
        let sum = beside({
            defer { done.store(true, ordering: .sequentiallyConsistent) }
            return (0..<100_000).reduce(0, +)
        }) {}
        #expect(sum == 4_999_950_000)
        done.store(false, ordering: .sequentiallyConsistent)
        #expect(throws: Refusal(element: 7)) {
            _ = try beside({ done.store(true, ordering: .sequentiallyConsistent) }) { throw Refusal(element: 7) }
        }
        let isDone = done.load(ordering: .sequentiallyConsistent)
        #expect(isDone)
    }
}
