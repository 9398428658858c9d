import Configuration

/// Text of a journal, fit to stand in a message.
enum ShownText {
    static func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        Quoted.text(String(decoding: bytes.prefix(256), as: UTF8.self))
    }
}
