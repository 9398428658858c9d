/// The parameters that carry an attachment's name.
///
/// A short ASCII name is a quoted string. Any other is written twice: as `filename*` (RFC 2231), which every program of
/// this century reads, and, in the part's Content-Type, as an encoded word in `name`, which RFC 2047 does not foresee
/// but which older programs look for.
enum FileNameParameter {
    private static let maximumPlainBytes = 60

    /// Adds the parameters of Content-Disposition, each with the semicolon before it.
    static func appendDisposition(_ name: String, to header: inout HeaderFolding) {
        header.append(joined: ";")
        if isPlain(name) {
            header.append(word: "filename=" + HeaderFolding.quoted(name))
            return
        }
        let whole = "filename*=UTF-8''" + pieces(of: name).joined()
        guard whole.utf8.count >= HeaderFolding.encodedLineBytes - 1 else {
            header.append(word: whole)
            return
        }
        var section = 0
        var value = "UTF-8''"
        for piece in pieces(of: name) {
            if value.utf8.count + piece.utf8.count > maximumPlainBytes {
                header.append(word: "filename*\(section)*=\(value);")
                section += 1
                value = ""
            }
            value += piece
        }
        header.append(word: "filename*\(section)*=\(value)")
    }

    /// Adds the parameter of Content-Type, with the semicolon before it.
    static func appendFallback(_ name: String, to header: inout HeaderFolding) {
        header.append(joined: ";")
        if isPlain(name) {
            header.append(word: "name=" + HeaderFolding.quoted(name))
            return
        }
        header.fold()
        header.append(joined: " name=\"")
        // The last word is followed by the closing quote.
        let words = EncodedWords.words(for: name, firstRoom: header.room)
        for (index, word) in words.enumerated() {
            if index == 0 {
                header.append(joined: word)
            } else {
                header.append(word: word)
            }
        }
        header.append(joined: "\"")
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.count <= maximumPlainBytes && !EncodedWords.isNeeded(for: name)
    }

    /// Each character percent-encoded where it must be (`attribute-char` of RFC 2231, section 7).
    private static func pieces(of name: String) -> [String] {
        name.unicodeScalars.map { scalar in
            var piece: [UInt8] = []
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                if byte.isASCIILetterOrDigit || "!#$&+-.^_`{|}~".utf8.contains(byte) {
                    piece.append(byte)
                } else {
                    piece += Hexadecimal.escaped(byte, mark: UInt8(ascii: "%"))
                }
            }
            return String(decoding: piece, as: UTF8.self)
        }
    }
}
