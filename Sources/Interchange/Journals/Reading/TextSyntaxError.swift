/// Why a line of a text journal cannot be read, and where in it.
struct TextSyntaxError: Error {
    /// Bytes from the start of the line.
    var offset: Int
    var message: String
    var expected: String?

    init(_ message: String, expected: String? = nil, at offset: Int) {
        self.message = message
        self.expected = expected
        self.offset = offset
    }
}
