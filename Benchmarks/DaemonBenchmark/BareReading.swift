internal import CYaml
import Foundation

/// The least that reading declarations costs: each file opened, read, and parsed by libyaml into events that nobody
/// looks at, one after the other.
enum BareReading {
    struct Cost {
        var seconds: Double
        var processorSeconds: Double
    }

    static func measure(_ folder: String) throws -> Cost {
        func processor() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let before = processor()
        let begin = ContinuousClock.now
        var events = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            events += try read(folder + "/" + name)
        }
        guard events > 0 else { throw BenchmarkError("libyaml finds nothing in \(folder)") }
        return Cost(
            seconds: (ContinuousClock.now - begin) / .seconds(1), processorSeconds: processor() - before)
    }

    private static func read(_ path: String) throws -> Int {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw BenchmarkError("\(path) cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
        var parser = yaml_parser_t()
        yaml_parser_initialize(&parser)
        defer { yaml_parser_delete(&parser) }
        return try bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            var events = 0
            var isEnd = false
            while !isEnd {
                var event = yaml_event_t()
                guard yaml_parser_parse(&parser, &event) == 1 else { throw BenchmarkError("\(path) is no YAML") }
                isEnd = event.type == YAML_STREAM_END_EVENT
                yaml_event_delete(&event)
                events += 1
            }
            return events
        }
    }
}
