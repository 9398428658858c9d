import Glibc

/// Calls `body` with copies of `strings` as C strings that the library may take as its own to read; freed afterwards.
func withCStrings<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies)
}
