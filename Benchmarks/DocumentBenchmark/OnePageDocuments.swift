import Dispatch
import Documents

/// Payslips of one page each, made on so many threads, each with a typesetter of its own.
struct OnePageDocuments {
    let count: Int
    let threads: Int

    func run() throws {
        let share = count / threads
        let processorBefore = processorSeconds()
        nonisolated(unsafe) let bytes = UnsafeMutablePointer<Int>.allocate(capacity: threads)
        bytes.initialize(repeating: 0, count: threads)
        defer { bytes.deallocate() }
        let threads = threads
        let taken = seconds {
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                do {
                    let typesetter = try Typesetter()
                    for number in 0..<share {
                        bytes[thread] += try SampleDocument.payslip(thread * share + number, typesetter: typesetter)
                            .pdf()
                            .count
                    }
                } catch {
                    print("\(error)")
                }
            }
        }
        let made = share * threads
        let processor = processorSeconds() - processorBefore
        print(
            "one-page documents=\(made) threads=\(threads): \(Int(Double(made) / taken)) a second, "
                + "\(Int(processor / Double(made) * 1e6)) µs of the processor each, "
                + "\((0..<threads).reduce(0) { $0 + bytes[$1] } / made) bytes each")
    }
}
