import CCurl

/// libcurl, loaded when it is first needed.
///
/// The C functions may be called from any thread once the library is initialised, which loading does.
struct CurlLibrary: @unchecked Sendable {
    let functions: steward_curl

    struct NotLoaded: Error {
        let reason: String
    }

    private static let loaded: Result<CurlLibrary, NotLoaded> = {
        #if canImport(Darwin)
            let name = "libcurl.4.dylib"
        #else
            let name = "libcurl.so.4"
        #endif
        var functions = steward_curl()
        if let reason = steward_curl_load(name, &functions) {
            return .failure(NotLoaded(reason: "\(String(cString: reason)) (install the package libcurl4)"))
        }
        return .success(CurlLibrary(functions: functions))
    }()

    static func load() throws(NotLoaded) -> CurlLibrary {
        try loaded.get()
    }
}
