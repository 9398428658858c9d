import CPango

/// pango and cairo, which are loaded when the first document is made.
enum PangoLibrary {
    /// Why they cannot be used, in the loader's words; nil once they are loaded. A `let` of a type is made once,
    /// whichever thread comes first.
    static let failureToLoad: String? = steward_pango_load().map { String(cString: $0) }

    static func load() throws(DocumentError) {
        if let reason = failureToLoad { throw .libraryMissing(reason: reason) }
    }
}
