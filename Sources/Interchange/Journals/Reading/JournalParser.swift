/// Reads the lines of one format; `JournalFiles` brings them.
protocol JournalParser: AnyObject {
    /// Reads one line; its bytes are valid during the call.
    func read(_ line: UnsafeBufferPointer<UInt8>, number: Int, in files: JournalFiles)
    /// A file begins: the main one, or one that is included.
    func enter(file: Int32)
    /// A file has ended, and reading goes on in the one that included it.
    func leave(number: Int)
    /// Everything was read.
    func finish()
}
