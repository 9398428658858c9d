/// RFC 4648, section 4; in lines of 76 columns as RFC 2045, section 6.8 has it.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let bytesOfLine = 57

    /// On one line, without a line end.
    static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        encoded(bytes, lineBytes: Int.max)
    }

    /// In lines of at most 76 columns, each ended by CRLF.
    static func lines(_ bytes: [UInt8]) -> [UInt8] {
        encoded(bytes, lineBytes: bytesOfLine)
    }

    private static func encoded(_ bytes: [UInt8], lineBytes: Int) -> [UInt8] {
        let isFolded = lineBytes < Int.max
        let lineCount = isFolded ? (bytes.count + lineBytes - 1) / lineBytes : 0
        let capacity = (bytes.count + 2) / 3 * 4 + 2 * lineCount
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            alphabet.withUnsafeBufferPointer { alphabet in
                bytes.withUnsafeBufferPointer { input in
                    var start = 0
                    while start < input.count {
                        let end = input.count - start > lineBytes ? start + lineBytes : input.count
                        encodeLine(input, start, end, alphabet, into: output, &count)
                        if isFolded {
                            output[count] = 0x0D
                            output[count + 1] = 0x0A
                            count += 2
                        }
                        start = end
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func encodeLine(
        _ input: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ alphabet: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int
    ) {
        let pad = UInt8(ascii: "=")
        var index = start
        while index < end {
            let left = end - index
            let a = UInt32(input[index])
            let b = left > 1 ? UInt32(input[index + 1]) : 0
            let c = left > 2 ? UInt32(input[index + 2]) : 0
            let group = a << 16 | b << 8 | c
            output[count] = alphabet[Int(group >> 18)]
            output[count + 1] = alphabet[Int(group >> 12 & 63)]
            output[count + 2] = left > 1 ? alphabet[Int(group >> 6 & 63)] : pad
            output[count + 3] = left > 2 ? alphabet[Int(group & 63)] : pad
            count += 4
            index += 3
        }
    }
}
