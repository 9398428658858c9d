/// Text that stays legible on its way through servers of seven bits (RFC 2045, section 6.7).
enum QuotedPrintable {
    private static let maximumLineBytes = 76

    /// The text as UTF-8 in lines of at most 76 columns, each ended by CRLF.
    ///
    /// CR, LF and CRLF are line ends alike; a missing last one is added. A dot and `From ` at the start of a line are
    /// encoded, so that neither SMTP nor a mailbox file has to alter the line.
    static func encoded(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { encoded($0) }
    }

    private static func encoded(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(input.count + input.count / 20 + 4)
        var column = 0
        var index = 0

        func endLine() {
            output.append(0x0D)
            output.append(0x0A)
            column = 0
        }

        while index < input.count {
            let byte = input[index]
            if byte == 0x0D || byte == 0x0A {
                endLine()
                index += byte == 0x0D && index + 1 < input.count && input[index + 1] == 0x0A ? 2 : 1
                continue
            }
            // The bytes of one character stay on one line.
            let length = min(scalarLength(byte), input.count - index)
            var isLiteral = length == 1 && isPlain(byte)
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                let next = index + 1 < input.count ? input[index + 1] : 0x0A
                isLiteral = next != 0x0D && next != 0x0A
            }
            // One column is kept for the "=" that joins lines.
            let width = isLiteral ? 1 : 3 * length
            if column + width > maximumLineBytes - 1 {
                output.append(UInt8(ascii: "="))
                endLine()
            }
            if column == 0, isLiteral, isHazardAtLineStart(input, index) { isLiteral = false }
            if isLiteral {
                output.append(byte)
                column += 1
            } else {
                for offset in 0..<length {
                    output += Hexadecimal.escaped(input[index + offset], mark: UInt8(ascii: "="))
                }
                column += 3 * length
            }
            index += length
        }
        if column > 0 { endLine() }
        return output
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (33...126).contains(byte) && byte != UInt8(ascii: "=")
    }

    private static func scalarLength(_ lead: UInt8) -> Int {
        switch lead {
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0...: 4
        default: 1
        }
    }

    private static func isHazardAtLineStart(_ input: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        if input[index] == UInt8(ascii: ".") { return true }
        guard index + 5 <= input.count else { return false }
        return input[index..<(index + 5)].elementsEqual("From ".utf8)
    }
}
